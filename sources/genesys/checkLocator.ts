import { TidemarkError } from '../../model/errors.js';
import type { RecordReference } from '../source.js';

/**
 * Without the conversation the path is one that nothing is at, and its 404 would be taken for a deletion. Such a
 * reference is harmless until its record has to be read, because no list and no copy in the warehouse settled it; then it
 * is that record that cannot be used, and no other.
 */
export function checkLocator({ kind, id, locator, reason }: RecordReference): void {
  if (locator.trim() !== '') return;
  throw new TidemarkError(
    'SchemaMismatch',
    `The ${kind} ${id} (${reason}) came without the conversation it belongs to.`,
    { remedy: 'It cannot be read by id, and is not taken for deleted; report it with the id.' },
  ).about({ kind, id, reason });
}
