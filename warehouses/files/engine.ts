/** A DuckDB in memory for one operation on a directory: reads its files, merges, and writes new ones. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
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

/** Runs work on an empty DuckDB that uses neither network nor configuration of this machine. */
export async function withEngine<T>(
  directory: Directory,
  spillFolder: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await create(directory, spillFolder);
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
    await rm(spillFolder, { recursive: true, force: true });
  }
}

async function create(directory: Directory, spillFolder: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: directory.memoryLimit,
      threads: String(directory.threads),
      temp_directory: spillFolder,
      // Rows have no order here, and keeping one costs memory.
      preserve_insertion_order: 'false',
    });
  } catch (error) {
    throw openingError(directory, error);
  }
}
