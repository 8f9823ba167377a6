import { TidemarkError } from '../model/errors.js';
import type { CanonicalRows } from '../model/tables.js';
import type { DirectoryRecord, MappingContext, Source } from '../sources/source.js';

/**
 * Rows of a user, a queue or a division; why there are none where the source sent a user or a queue that cannot be used.
 * What evaluations only point at must not keep these from being loaded. Divisions decide what counts as hidden instead of
 * absent, so that all of them have to be known.
 */
export function directoryRows(
  { mapper }: Pick<Source, 'mapper'>,
  record: DirectoryRecord,
  context: MappingContext,
): { rows: CanonicalRows } | { unusable: string } {
  try {
    return { rows: mapper.directory(record, context) };
  } catch (error) {
    const isUnusable = error instanceof TidemarkError && error.kind === 'SchemaMismatch';
    if (isUnusable && record.kind !== 'division') return { unusable: error.message };
    throw error;
  }
}
