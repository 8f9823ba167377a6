import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withMemoryDatabase } from '../../staging/memoryDatabase.js';

/** Settings that no other test has, so that instances are those of this file. */
const kind = { memoryLimit: '77MB', threads: 1 };
const texts = async (connection: DuckDBConnection, sql: string) =>
  (await connection.runAndReadAll(sql)).getRows().map(([text]) => String(text));

describe('a DuckDB in memory', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-memory-'));
  });
  afterAll(async () => rm(directory, { recursive: true, force: true }));

  const held =
    'SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal';
  const attached = 'SELECT database_name FROM duckdb_databases() WHERE NOT internal ORDER BY ALL';

  it('is as empty for each piece of work as for the first', async () => {
    const first = await withMemoryDatabase(kind, async (connection) => {
      const before = await texts(connection, attached);
      await connection.run(`ATTACH '${join(directory, 'kept.duckdb')}' AS kept`);
      await connection.run('CREATE TABLE kept.numbers AS SELECT 1 AS number');
      await connection.run('CREATE TABLE scratch AS SELECT 1 AS number');
      await connection.run('CREATE TEMP VIEW passing AS SELECT 1 AS number');
      await connection.run('USE kept');
      return before;
    });
    await withMemoryDatabase(kind, async (connection) => {
      expect(await texts(connection, attached)).toEqual(first);
      expect(await texts(connection, held)).toEqual([]);
      await connection.run(`ATTACH '${join(directory, 'kept.duckdb')}' AS again (READ_ONLY)`);
      expect(await texts(connection, 'SELECT number FROM again.numbers')).toEqual(['1']);
    });
  });

  it('is there again after work that failed, in a transaction too', async () => {
    const failed = withMemoryDatabase(kind, async (connection) => {
      await connection.run('BEGIN TRANSACTION');
      await connection.run('CREATE TABLE half AS SELECT 1 AS number');
      throw new Error('in the middle');
    });
    await expect(failed).rejects.toThrow('in the middle');
    expect(await withMemoryDatabase(kind, (connection) => texts(connection, held))).toEqual([]);
  });

  it('spills where the work says, also after work that spilled elsewhere', async () => {
    const spill = async (name: string) =>
      withMemoryDatabase({ ...kind, spillDirectory: join(directory, name) }, async (connection) => {
        await connection.run(
          'CREATE TEMP TABLE much AS SELECT md5(range::VARCHAR) AS text FROM range(3_000_000)',
        );
        return texts(connection, 'SELECT DISTINCT parse_dirpath(path) FROM duckdb_temporary_files()');
      });
    expect(await spill('first')).toEqual([join(directory, 'first')]);
    expect(await spill('second')).toEqual([join(directory, 'second')]);
  });

  it('serves several at once', async () => {
    const work = async (name: string) =>
      withMemoryDatabase(kind, async (connection) => {
        await connection.run(`CREATE TABLE ${name} AS SELECT 1 AS number`);
        return texts(connection, held);
      });
    expect(await Promise.all(['one', 'another'].map(work))).toEqual([['one'], ['another']]);
  });

  it('reads times as UTC', async () => {
    const zone = async (connection: DuckDBConnection) =>
      texts(connection, "SELECT current_setting('TimeZone')");
    expect(await withMemoryDatabase(kind, zone)).toEqual(['UTC']);
    expect(await withMemoryDatabase(kind, zone)).toEqual(['UTC']);
  });
});
