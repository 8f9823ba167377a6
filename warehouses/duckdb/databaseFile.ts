/** The DuckDB file: opened for one operation at a time, closed in between so that others can read it. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import pRetry from 'p-retry';
import { literal } from '../../model/sqlText.js';
import { giveBackFreed, withMemoryDatabase } from '../../staging/memoryDatabase.js';
import { inTurn } from '../turns.js';
import { isLocked, needsMoreMemory, openingError } from './errors.js';

export interface DatabaseFile {
  readonly path: string;
  /** The most an operation may take, as `512MB` or `1GB`. */
  readonly memoryLimit: string;
  readonly threads: number;
}

/**
 * Nearly all operations need no more. DuckDB fills what it is given with blocks of the file, and is no faster for it: a
 * worker would grow with its warehouse until all of the limit is used.
 */
const usualMegabytes = 128;

/** Files with an operation that needed more than the usual: the next ones are not tried with it first. */
const demanding = new Set<string>();

/**
 * How long an operation waits for another process to close the file. Readers that look every now and then hold it for
 * milliseconds; who holds it longer, holds it until a person closes it, and that is the activity's retry to wait for.
 */
const turn = { minTimeout: 20, factor: 1.5, maxTimeout: 200, retries: 100, maxRetryTime: 2_000 };

/**
 * Runs work on the opened file once every earlier operation of this process on it is over: DuckDB does not notice a
 * second instance on the same file in one process (file locks belong to processes), and two would corrupt it. Work that
 * needs more memory than is usual is done again with all it may have, so it must leave nothing behind when it fails.
 * `giveBack` gives memory that is free back to the system.
 * @throws TidemarkError WarehouseUnavailable when another process holds the file for longer than a reader would
 */
export async function withDatabase<T>(
  file: DatabaseFile,
  mode: 'read' | 'write',
  work: (connection: DuckDBConnection, giveBack: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const path = resolve(file.path);
  return inTurn(path, async () => {
    if (isMoreThanUsual(file.memoryLimit) && !demanding.has(path)) {
      try {
        return await openAndRun({ ...file, path, memoryLimit: `${usualMegabytes}MB` }, mode, work);
      } catch (error) {
        if (!needsMoreMemory(error)) throw error;
        demanding.add(path);
      }
    }
    return openAndRun({ ...file, path }, mode, work);
  });
}

function isMoreThanUsual(memoryLimit: string): boolean {
  const { size, unit } = /^(?<size>\d+)(?<unit>MB|GB)$/.exec(memoryLimit)?.groups ?? {};
  return Number(size) * (unit === 'GB' ? 1_000 : 1) > usualMegabytes;
}

async function openAndRun<T>(
  file: DatabaseFile,
  mode: 'read' | 'write',
  work: (connection: DuckDBConnection, giveBack: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const refused = (cause: unknown) => openingError(file, cause);
  return withMemoryDatabase(
    { memoryLimit: file.memoryLimit, threads: file.threads, spillDirectory: `${file.path}.tmp`, settings },
    async (connection) => {
      await attach(connection, file, mode).catch((cause: unknown) => {
        throw refused(cause);
      });
      return work(connection, async () => giveBackFreed(connection, file.memoryLimit));
    },
    refused,
  );
}

const settings = {
  // A commit of any size goes into the file at once instead of being written to the log first and copied after.
  checkpoint_threshold: '1KB',
  // Of a new file; the oldest that compresses long texts, such as what the vendor sent, to a twentieth.
  storage_compatibility_version: 'v1.2.0',
  // Rows have no order here, and keeping one costs memory.
  preserve_insertion_order: 'false',
};

/**
 * A commit compresses the last group of rows of a table anew, with all that is in it: a load of ten evaluations would
 * take as long as one of 100,000 in groups of DuckDB's default (122,880). Smaller ones than this compress worse.
 */
const rowGroup = 20_480;

/** Makes the file the database of the connection: only a file that is attached can have row groups of a chosen size. */
async function attach(connection: DuckDBConnection, { path }: DatabaseFile, mode: 'read' | 'write') {
  if (mode === 'write') await mkdir(dirname(path), { recursive: true });
  const options = mode === 'read' ? 'READ_ONLY' : `ROW_GROUP_SIZE ${rowGroup}`;
  await pRetry(async () => connection.run(`ATTACH ${literal(path)} AS warehouse (${options})`), {
    ...turn,
    shouldRetry: ({ error }) => isLocked(error),
  });
  await connection.run('USE warehouse');
}
