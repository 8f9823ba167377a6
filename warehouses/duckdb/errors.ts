/** DuckDB's messages in the terms of the taxonomy: what is worth retrying, and what a person can do. */
import { TidemarkError } from '../../model/errors.js';
import { lacksRoom, roomRemedy } from '../../staging/noRoom.js';
import type { DatabaseFile } from './databaseFile.js';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Whether another process holds the file. */
export const isLocked = (cause: unknown) => messageOf(cause).includes('Could not set lock on file');

/** Whether a load failed because the file has not all tables and columns. */
export const isIncomplete = (error: unknown) =>
  error instanceof TidemarkError && /^(Catalog|Binder) Error/.test(messageOf(error.cause));

/** Why the file could not be opened. */
export function openingError({ path, memoryLimit, threads }: DatabaseFile, cause: unknown): TidemarkError {
  if (lacksRoom(cause)) return noRoomError(path, cause);
  const message = messageOf(cause);
  if (isLocked(cause)) {
    const holder = /Conflicting lock is held in (?<holder>.+?\))/.exec(message)?.groups?.['holder'];
    return new TidemarkError('WarehouseUnavailable', `${path} is in use by ${holder ?? 'another process'}.`, {
      remedy: 'Close it there; loads and readers take turns on a DuckDB file.',
      cause,
    });
  }
  if (message.includes('not a valid DuckDB database file')) {
    return new TidemarkError('InvalidConfig', `warehouse.path: ${path} is not a DuckDB file.`, {
      remedy: 'Name another path, or remove the file.',
      cause,
    });
  }
  if (/database does not exist/.test(message)) {
    return new TidemarkError('InvalidConfig', `warehouse.path: there is no DuckDB file at ${path} yet.`, {
      remedy: 'Run an export first, or name the path it loads into.',
      cause,
    });
  }
  if (message.includes('Failed to set config')) {
    return new TidemarkError(
      'InvalidConfig',
      `warehouse.memoryLimit "${memoryLimit}" or warehouse.threads ${threads} is refused by DuckDB.`,
      { remedy: 'Write a size such as 512MB, and a whole number of threads.', cause },
    );
  }
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const forbidden = /Permission denied|EACCES|EROFS|ENOTDIR|EEXIST|Is a directory/.test(`${code} ${message}`);
  return new TidemarkError(
    forbidden ? 'InvalidConfig' : 'WarehouseUnavailable',
    `warehouse.path: ${path} cannot be opened: ${message}`,
    { remedy: 'Check the path, its permissions and the space on its disk.', cause },
  );
}

/** A commit that finds no room ends in one of several errors of DuckDB, some of which end its instance as well. */
const noRoomError = (path: string, cause: Error) =>
  new TidemarkError(
    'WarehouseUnavailable',
    `There is no room for ${path}: ${firstLine(cause.message)}. Nothing of this load is in it.`,
    { remedy: roomRemedy, cause },
  );

/** DuckDB may add where in its own code it was. */
const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

/** A commit that lacks memory says so behind what it was doing. */
const lacksMemory = /^Out of Memory Error|(failed to|could not) (allocate|pin) (data|block) of size/;

/** Whether an operation failed because it needs more memory than it had, in DuckDB's terms or in ours. */
export const needsMoreMemory = (error: unknown) =>
  lacksMemory.test(messageOf(error instanceof TidemarkError ? error.cause : error));

/** Why a load failed; errors that are already in the terms of the taxonomy stay as they are. */
export function loadingError({ path, memoryLimit }: DatabaseFile, cause: unknown): unknown {
  if (cause instanceof TidemarkError) return cause;
  if (lacksRoom(cause)) return noRoomError(path, cause);
  const message = messageOf(cause);
  if (lacksMemory.test(message)) {
    return new TidemarkError(
      'InvalidConfig',
      `Loading into ${path} needs more than warehouse.memoryLimit ${memoryLimit}.`,
      {
        remedy: 'Nothing was loaded. Raise warehouse.memoryLimit, or lower pagesPerBatch of the stream.',
        cause,
      },
    );
  }
  if (/^(Constraint|Conversion|Catalog|Binder) Error/.test(message)) {
    return new TidemarkError('LoadRefused', `${path} refused the rows: ${message}`, {
      remedy: 'Nothing was loaded. Compare the table in the file with the data dictionary.',
      cause,
    });
  }
  if (/^(IO|TransactionContext) Error/.test(message)) {
    return new TidemarkError('WarehouseUnavailable', `Loading into ${path} failed: ${message}`, {
      remedy: 'Check the space on its disk.',
      cause,
    });
  }
  return cause;
}
