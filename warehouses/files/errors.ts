/** What goes wrong with a directory, in the terms of the taxonomy. */
import { TidemarkError } from '../../model/errors.js';
import { loadingError, openingError } from '../duckdb/errors.js';
import type { Directory } from './engine.js';

/** Errors that are already in the terms of the taxonomy stay as they are. */
export function directoryError(directory: Directory, cause: unknown): unknown {
  if (cause instanceof TidemarkError) return cause;
  // Of the file system, as opposed to DuckDB's.
  if (cause instanceof Error && 'syscall' in cause) {
    return openingError(directory, cause);
  }
  return loadingError(directory, cause);
}

/** Nothing was ever loaded, and somebody asks for rows. */
export const noDirectoryYet = ({ path }: Directory) =>
  new TidemarkError('InvalidConfig', `warehouse.path: there is no manifest.json in ${path} yet.`, {
    remedy: 'Run an export first, or name the directory it loads into.',
  });

/** Loading anew beside old files would show both to readers that follow no manifest. */
export const manifestLost = ({ path }: Directory, found: string) =>
  new TidemarkError(
    'InvalidConfig',
    `warehouse.path: ${path} holds "${found}", but no manifest.json that says what is current.`,
    { remedy: 'Restore manifest.json from a backup, or name an empty directory.' },
  );
