/** The DuckDB file: opened for one operation at a time, closed in between so that others can read it. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import pRetry from 'p-retry';
import { inTurn } from '../turns.js';
import { isLocked, openingError } from './errors.js';

export interface DatabaseFile {
  readonly path: string;
  readonly memoryLimit: string;
  readonly threads: number;
}

/**
 * How long an operation waits for another process to close the file. Readers that look every now and then hold it for
 * milliseconds; who holds it longer, holds it until a person closes it, and that is the activity's retry to wait for.
 */
const turn = { minTimeout: 20, factor: 1.5, maxTimeout: 200, retries: 100, maxRetryTime: 2_000 };

/**
 * Runs work on the opened file once every earlier operation of this process on it is over: DuckDB does not notice a
 * second instance on the same file in one process (file locks belong to processes), and two would corrupt it.
 * Throws WarehouseUnavailable when another process holds the file for longer than a reader would.
 */
export async function withDatabase<T>(
  file: DatabaseFile,
  mode: 'read' | 'write',
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const path = resolve(file.path);
  return inTurn(path, async () => openAndRun({ ...file, path }, mode, work));
}

async function openAndRun<T>(
  file: DatabaseFile,
  mode: 'read' | 'write',
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await open(file, mode);
  try {
    const connection = await instance.connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      const result = await work(connection);
      // Closing checkpoints too, but blocks the event loop for as long as it takes.
      // Without it, what was committed stays in the log beside the file and is taken in when it is next opened.
      if (mode === 'write') await connection.run('CHECKPOINT').catch(() => {});
      return result;
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

async function open(file: DatabaseFile, mode: 'read' | 'write'): Promise<DuckDBInstance> {
  try {
    if (mode === 'write') await mkdir(dirname(file.path), { recursive: true });
    const options = {
      access_mode: mode === 'read' ? 'READ_ONLY' : 'READ_WRITE',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: file.memoryLimit,
      threads: String(file.threads),
      temp_directory: `${file.path}.tmp`,
      // A commit of any size goes into the file at once instead of being written to the log first and copied after.
      checkpoint_threshold: '1KB',
      // Of a new file; the oldest that compresses long texts, such as what the vendor sent, to a twentieth.
      storage_compatibility_version: 'v1.2.0',
      // Rows have no order here, and keeping one costs memory.
      preserve_insertion_order: 'false',
    };
    return await pRetry(async () => DuckDBInstance.create(file.path, options), {
      ...turn,
      shouldRetry: ({ error }) => isLocked(error),
    });
  } catch (error) {
    throw openingError(file, error);
  }
}
