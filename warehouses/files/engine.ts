/** A DuckDB in memory for one operation on a directory: reads its files, merges, and writes new ones. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { withMemoryDatabase } from '../../staging/memoryDatabase.js';
import { openingError } from '../duckdb/errors.js';

export interface Directory {
  readonly path: string;
  readonly memoryLimit: string;
  readonly threads: number;
}

/** Below the directory: what does not fit into memory, and files that are being written. */
export const workFolder = '_work';

/** Begins the names of readers' folders: their owners are not the writer, so the writer cannot know them dead. */
export const readingPrefix = 'read-';

/** A name for the folder of one operation. Nothing in it outlives the operation; what killed ones left is swept away. */
export const newWorkFolder = ({ path }: Pick<Directory, 'path'>, purpose: 'read' | 'write') =>
  join(path, workFolder, `${purpose === 'read' ? readingPrefix : ''}${randomUUID()}`);

/** Runs work on an empty DuckDB in memory; the folder that it spills into is removed afterwards. */
export async function withEngine<T>(
  directory: Directory,
  spillFolder: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { memoryLimit, threads } = directory;
  // Rows have no order here, and keeping one costs memory.
  const settings = { preserve_insertion_order: 'false' };
  try {
    return await withMemoryDatabase(
      { memoryLimit, threads, spillDirectory: spillFolder, settings },
      work,
      (cause) => openingError(directory, cause),
    );
  } finally {
    await rm(spillFolder, { recursive: true, force: true });
  }
}
