/** A DuckDB in memory, for one piece of work on files. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { identifier, literal } from '../model/sqlText.js';

export interface MemoryDatabase {
  /** As DuckDB writes sizes; more spills to disk. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** For what does not fit into memory; one of its own where temporary files go when left out. */
  readonly spillDirectory?: string;
  /** Settings of DuckDB besides these. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Instances that nobody uses, by what they were made with. Making one and closing it takes some 20 ms, of which closing
 * holds the event loop, and a window takes a dozen.
 */
const spare = new Map<string, DuckDBInstance>();

/**
 * Runs work on an empty DuckDB that uses neither network nor configuration of this machine. Databases that the work
 * attaches are detached when it is over.
 *
 * @param explain makes the error to throw of why there is no such DuckDB
 */
export async function withMemoryDatabase<T>(
  database: MemoryDatabase,
  work: (connection: DuckDBConnection) => Promise<T>,
  explain: (cause: unknown) => unknown = (cause) => cause,
): Promise<T> {
  const { spillDirectory = join(tmpdir(), `tidemark-spill-${randomUUID()}`), ...kind } = database;
  const key = JSON.stringify(kind);
  const instance = await takeInstance(key, kind).catch((cause: unknown) => {
    throw explain(cause);
  });
  let isEmpty = false;
  try {
    const connection = await instance.connect();
    try {
      await connection.run(`SET temp_directory = ${literal(spillDirectory)}`);
      await connection.run("ATTACH ':memory:' AS work");
      await connection.run('USE work');
      const result = await work(connection);
      isEmpty = await empty(connection, database).then(
        () => true,
        () => false,
      );
      return result;
    } finally {
      connection.closeSync();
    }
  } finally {
    // Nobody knows what one holds after an error, and some errors end it.
    if (isEmpty && !spare.has(key)) spare.set(key, instance);
    else instance.closeSync();
  }
}

async function takeInstance(
  key: string,
  { memoryLimit, threads, settings }: Omit<MemoryDatabase, 'spillDirectory'>,
): Promise<DuckDBInstance> {
  const kept = spare.get(key);
  if (kept !== undefined) {
    spare.delete(key);
    return kept;
  }
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: memoryLimit,
    threads: String(threads),
    ...settings,
  });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  connection.closeSync();
  return instance;
}

/** Throws for one that has spilled: it would spill there again, whatever directory it is told. */
async function empty(connection: DuckDBConnection, { memoryLimit }: MemoryDatabase): Promise<void> {
  await connection.run('USE memory');
  const attached = await connection.runAndReadAll(
    "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> 'memory'",
  );
  for (const [name] of attached.getRows()) await connection.run(`DETACH ${identifier(String(name))}`);
  await connection.run("SET temp_directory = ''");
  await giveBackFreed(connection, memoryLimit);
}

/**
 * Gives memory that is free back to the system. DuckDB's allocator keeps hundreds of megabytes of it otherwise, and looks
 * at what it keeps when it is told of a limit, be it the one it has.
 */
export async function giveBackFreed(connection: DuckDBConnection, memoryLimit: string): Promise<void> {
  await connection.run(`SET memory_limit = ${literal(memoryLimit)}`);
}
