/** Form versions of which one cannot be used: it must not keep the evaluations of all the others from being loaded. */
import { TidemarkError } from '../model/errors.js';
import type { CallContext, Source, SourceForm } from '../sources/source.js';
import { tryForSchema } from './schemaTries.js';

/** Whose answer does not have the documented shape. */
export interface UnusableForm {
  formId: string;
  reason: string;
}

interface UsableForms {
  forms: SourceForm[];
  unusable: UnusableForm[];
}

/**
 * Reads form versions, as many at once as the source takes. Where an answer fails its schema for good, it is asked for
 * again in halves until it is known which version it is.
 * @throws TidemarkError SchemaMismatch when none of several can be used: so many are no accident.
 */
export async function readUsableForms(
  source: Pick<Source, 'readForms' | 'formIdsPerCall'>,
  formIds: readonly string[],
  context: CallContext,
  report: (forms: number) => void,
): Promise<UsableForms> {
  const found: UsableForms = { forms: [], unusable: [] };
  for (let start = 0; start < formIds.length; start += source.formIdsPerCall) {
    await readInto(found, source, formIds.slice(start, start + source.formIdsPerCall), context);
    report(found.forms.length);
  }
  const [first] = found.unusable;
  if (first !== undefined && formIds.length > 1 && found.unusable.length === formIds.length) {
    throw new TidemarkError(
      'SchemaMismatch',
      `None of ${formIds.length} form versions can be used. ${first.formId}: ${first.reason}`,
      { remedy: 'Nothing that was made with them is loaded until it is mended.' },
    );
  }
  return found;
}

async function readInto(
  found: UsableForms,
  source: Pick<Source, 'readForms'>,
  formIds: readonly string[],
  context: CallContext,
): Promise<void> {
  const read = await tryForSchema(async () => source.readForms(formIds, context), context.signal);
  if ('answer' in read) {
    found.forms.push(...read.answer);
    return;
  }
  const [formId, ...others] = formIds;
  if (formId !== undefined && others.length === 0) {
    found.unusable.push({ formId, reason: read.unusable.reason });
    return;
  }
  const middle = Math.ceil(formIds.length / 2);
  await readInto(found, source, formIds.slice(0, middle), context);
  await readInto(found, source, formIds.slice(middle), context);
}
