/** A DuckDB in memory, for one piece of work on files. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export interface MemoryDatabase {
  /** As DuckDB writes sizes; more spills to disk. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Settings of DuckDB besides these. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Runs work on an empty DuckDB that uses neither network nor configuration of this machine. */
export async function withMemoryDatabase<T>(
  { memoryLimit, threads, settings }: MemoryDatabase,
  work: (connection: DuckDBConnection) => Promise<T>,
  explain: (cause: unknown) => unknown = (cause) => cause,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: memoryLimit,
    threads: String(threads),
    ...settings,
  }).catch((cause: unknown) => {
    throw explain(cause);
  });
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
  }
}
