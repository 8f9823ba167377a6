/** Lists whose items become rows by their ids: of two with one id, nobody could say which one counts. */
import type { z } from 'zod';

/**
 * For a list's `superRefine`: refuses one that names an id twice.
 *
 * @param what the id is of, for people
 */
export function once<T>(what: string, idsOf: (items: readonly T[]) => readonly string[]) {
  return (items: readonly T[], context: z.RefinementCtx): void => {
    const ids = idsOf(items);
    const known = new Set(ids);
    if (known.size === ids.length) return;
    const twice = ids.find((id) => !known.delete(id));
    context.addIssue({ code: 'custom', message: `the ${what} ${twice ?? ''} is there twice` });
  };
}
