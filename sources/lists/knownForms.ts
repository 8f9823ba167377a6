import type { CallContext, Source, SourceForm } from '../source.js';

/** So many form versions are read, one at a time, before the work is reported. */
export const formsPerCall = 10;

/**
 * Reads form versions one by one; what was read once is kept, as a version does not change.
 * @param read null for one that the source does not know
 */
export function knownForms(
  read: (id: string, context: CallContext) => Promise<SourceForm | null>,
): Source['readForms'] {
  const known = new Map<string, SourceForm>();
  return async (ids, context) => {
    const forms: SourceForm[] = [];
    for (const id of ids) {
      const form = known.get(id) ?? (await read(id, context));
      if (form === null) continue;
      known.set(id, form);
      forms.push(form);
    }
    return forms;
  };
}
