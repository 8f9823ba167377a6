import type { Source, SourceForm } from '../sources/source.js';
import { withHeartbeat } from './activityCall.js';
import type { CheckedForms, CheckFormsInput, DriftedForm } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { runContext } from './keptAnswers.js';
import { readUsableForms } from './usableForms.js';

/**
 * Reads form versions again and tells which of them no longer have the weights, questions and options that rows of
 * evaluations were made with. A version that the source does not know, or answers with something that cannot be used, is
 * left alone: there is nothing to compare with.
 */
export function createCheckForms({ source: sourceOf, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function checkForms(input: CheckFormsInput): Promise<CheckedForms> {
    return withHeartbeat(async ({ signal, report }) => {
      const source = sourceOf(input.connection, input.stream);
      const context = await runContext(signal, input, staging);
      const formIds = [...new Set(input.versions.map(({ formId }) => formId))];
      const structures = new Map<string, string>();
      const { forms } = await readUsableForms(source, formIds, context, (read) =>
        report({ versions: formIds.length, read }),
      );
      for (const form of forms) structures.set(form.formId, structureOf(source, form, input.connection));
      const drifted = new Map<string, DriftedForm>();
      for (const { formId, structureHash, evaluations } of input.versions) {
        const current = structures.get(formId);
        if (current === undefined || current === structureHash) continue;
        const before = drifted.get(formId)?.evaluations ?? 0;
        drifted.set(formId, { formId, structureHash: current, evaluations: before + evaluations });
      }
      return {
        checked: structures.size,
        drifted: [...drifted.values()],
        requests: context.meter.requests,
      };
    });
  };
}

function structureOf(source: Source, form: SourceForm, connection: string): string {
  const [row] = source.mapper.form(form, { connection, batchId: '' }).forms ?? [];
  if (row === undefined) throw new Error(`Form version ${form.formId} was mapped to no row of forms.`);
  return row.structure_hash;
}
