/** What is special about PostgreSQL as a warehouse; the rest is the contract. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonText } from '../../model/jsonText.js';
import { tables } from '../../model/tables.js';
import { createFileStore } from '../../staging/fileStore.js';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import { freshName, startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { evaluation, hour } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { relay } from '../support/postgresRelay.js';
import { scratchPostgres, type ScratchPostgres } from './scratchPostgres.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => server?.stop());

const nowhere = createFileStore('unused', 'file:unused');

/** Holds the turn of loads until it is let go. */
async function holdTurn({ schema }: ScratchPostgres): Promise<() => Promise<void>> {
  const client = await server.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tidemark ${schema} load`]);
  return async () => client.end();
}

const counted = async ({ rows }: ScratchPostgres) =>
  (
    await rows(`SELECT (SELECT count(*) FROM evaluations) AS evaluations,
      (SELECT count(*) FROM evaluation_answers) AS answers, (SELECT count(*) FROM load_audit) AS batches`)
  )[0];

describe('tables', () => {
  it('have a partition for each month that came, and none before', async () => {
    const scratch = await scratchPostgres(server);
    const partitions = () =>
      scratch.rows(
        `SELECT C.relname AS name, pg_get_expr(C.relpartbound, C.oid) AS bounds FROM pg_class C
         JOIN pg_inherits I ON I.inhrelid = C.oid
         WHERE I.inhparent IN ('evaluations'::regclass, 'evaluation_answers'::regclass) ORDER BY 1`,
      );
    expect(await partitions()).toEqual([]);
    await scratch.load('b1', evaluation({ month: '2026-11-01' }));
    await scratch.load(
      'b2',
      evaluation({ id: 'e2', month: '2026-12-01' }),
      evaluation({ month: '2026-12-01' }),
    );
    expect(await partitions()).toEqual(
      ['evaluation_answers', 'evaluations'].flatMap((table) => [
        { name: `${table}_2026_11`, bounds: "FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')" },
        { name: `${table}_2026_12`, bounds: "FOR VALUES FROM ('2026-12-01') TO ('2027-01-01')" },
      ]),
    );
    expect(
      await scratch.rows(
        'SELECT evaluation_id, tableoid::regclass::text AS partition FROM evaluations ORDER BY 1',
      ),
    ).toEqual([
      { evaluation_id: 'e1', partition: 'evaluations_2026_11' },
      { evaluation_id: 'e2', partition: 'evaluations_2026_12' },
    ]);
  });

  it('are described in the database, and their keys are unique', async () => {
    const scratch = await scratchPostgres(server);
    expect(
      await scratch.rows(
        `SELECT obj_description('evaluations'::regclass) AS grain,
           col_description('evaluations'::regclass, attnum) AS raw
         FROM pg_attribute WHERE attrelid = 'evaluations'::regclass AND attname = 'raw'`,
      ),
    ).toEqual([
      {
        grain: tables.evaluations.grain,
        raw: tables.evaluations.columns.find(({ name }) => name === 'raw')?.description,
      },
    ]);
    const indexes = await scratch.rows(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = '${scratch.schema}' AND indexname = 'evaluations_key'`,
    );
    expect(indexes[0]?.['indexdef']).toMatch(
      /UNIQUE INDEX .*\(connection, evaluation_id, evaluation_month\)$/,
    );
  });

  it('have the index of their key made anew where an older version made it over other columns', async () => {
    const scratch = await scratchPostgres(server);
    await scratch.load('b1', evaluation({ hash: 'A', extracted: hour(9) }));
    const definition = async () =>
      scratch.rows(
        `SELECT indexname AS name, regexp_replace(indexdef, '.*\\((.*)\\)', '\\1') AS columns FROM pg_indexes
         WHERE schemaname = '${scratch.schema}' AND tablename LIKE 'evaluation_history%' ORDER BY 1`,
      );
    const before = await definition();
    expect(before).toHaveLength(2);
    await server.admin(
      `DROP INDEX ${scratch.schema}.evaluation_history_key`,
      `CREATE UNIQUE INDEX evaluation_history_key ON ${scratch.schema}.evaluation_history
         (connection, evaluation_id, change_stamp, content_hash, evaluation_month)`,
    );
    const upgraded = await openWarehouse(scratch.config, scratch.store);
    await upgraded.load(await scratch.stage('b2', evaluation({ hash: 'B', extracted: hour(10) })), noSignal);
    await upgraded.load(await scratch.stage('b3', evaluation({ hash: 'A', extracted: hour(11) })), noSignal);
    await upgraded.close();
    expect((await definition()).map(({ columns }) => columns)).toEqual(before.map(({ columns }) => columns));
    expect(await scratch.rows('SELECT content_hash FROM evaluation_history ORDER BY extracted_at')).toEqual(
      ['A', 'B', 'A'].map((hash) => ({ content_hash: hash })),
    );
    expect(await scratch.warehouse.ensureSchema()).toEqual([]);
  });

  it('are read by index and by month', async () => {
    const scratch = await scratchPostgres(server);
    await scratch.load(
      'b1',
      ...Array.from({ length: 300 }, (_, index) =>
        evaluation({
          id: `e${index}`,
          month: `2026-${['09', '10', '11'][index % 3] ?? ''}-01`,
          questions: [],
          values: { submitted_at: new Date(Date.UTC(2026, 9, 1, index)).toISOString() },
        }),
      ),
    );
    await server.admin(`ANALYZE ${scratch.schema}.evaluations`);
    const planOf = async (sql: string) => {
      const client = await server.connect();
      try {
        await client.query(`SET search_path TO ${scratch.schema}`);
        // So few rows are read faster without an index; what is asked is whether there is one to use.
        await client.query('SET enable_seqscan = off');
        const { rows } = await client.query<Record<string, string>>(`EXPLAIN ${sql}`);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      } finally {
        await client.end();
      }
    };
    const pruned = await planOf(
      `SELECT * FROM evaluations WHERE evaluation_month IN (DATE '2026-10-01') AND connection = 'acme' AND evaluation_id = 'e1'`,
    );
    expect(pruned).toContain('evaluations_2026_10');
    expect(pruned).toMatch(/Index/);
    expect(pruned).not.toMatch(/2026_09|2026_11/);
    expect(
      await planOf(
        `SELECT * FROM evaluations WHERE connection = 'acme' AND submitted_at >= '2026-10-01' AND submitted_at < '2026-10-01 05:00+00'`,
      ),
    ).toMatch(/evaluations_2026_10_connection_submitted_at_idx/);
  });

  it('refuse a column of another type by name', async () => {
    const scratch = await scratchPostgres(server);
    await server.admin(`ALTER TABLE ${scratch.schema}.evaluations ALTER media_types TYPE text`);
    await expect(scratch.warehouse.ensureSchema()).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining(
        'evaluations.media_types of the warehouse is text, but jsonb',
      ) as string,
    });
  });

  it('are made once by two workers that start together', async () => {
    const config = { kind: 'postgres', url: server.url, schema: freshName('tidemark') } as const;
    const workers = [await openWarehouse(config, nowhere), await openWarehouse(config, nowhere)];
    const changes = await Promise.all(workers.map((worker) => worker.ensureSchema()));
    expect(changes.map(({ length }) => length).sort()).toEqual([0, Object.keys(tables).length]);
    await Promise.all(workers.map((worker) => worker.close()));
    await server.admin(`DROP SCHEMA ${config.schema} CASCADE`);
  });

  it('are empty to every read while there are none', async () => {
    const config = { kind: 'postgres', url: server.url, schema: freshName('tidemark') } as const;
    const warehouse = await openWarehouse(config, nowhere);
    expect(await warehouse.knownVersions('evaluations', 'acme', ['e1'])).toEqual([]);
    expect(await warehouse.loadedWindows('acme', 'evaluations')).toEqual([]);
    await expect(warehouse.query('SELECT * FROM evaluations')).rejects.toMatchObject({
      kind: 'InvalidConfig',
    });
    await warehouse.close();
  });
});

describe('values', () => {
  it('that PostgreSQL prints are plain', async () => {
    const { warehouse } = await scratchPostgres(server);
    const [row] = await warehouse.query(
      `SELECT 5::bigint AS small, 9007199254740993 AS large, 1.25::numeric AS money, 0.1::float8 AS tenth,
         '-0'::float8 AS zero, 'NaN'::float8 AS none, '-Infinity'::float8 AS least, true AS yes, NULL AS nothing,
         TIMESTAMPTZ '1969-12-31 23:59:59.9995+00' AS moment, TIMESTAMPTZ '2026-01-01 01:00:00+01' AS offset_moment,
         TIMESTAMPTZ 'infinity' AS never, DATE '2026-02-28' AS day, '{"b":[1,"x"]}'::jsonb AS json`,
    );
    expect(row).toEqual({
      small: 5,
      large: '9007199254740993',
      money: 1.25,
      tenth: 0.1,
      zero: -0,
      none: Number.NaN,
      least: Number.NEGATIVE_INFINITY,
      yes: true,
      nothing: null,
      moment: '1969-12-31T23:59:59.999Z',
      offset_moment: '2026-01-01T00:00:00.000Z',
      never: 'infinity',
      day: '2026-02-28',
      json: '{"b": [1, "x"]}',
    });
  });

  it('with NUL characters hold U+FFFD, are found by what was sent, and the audit says so', async () => {
    const scratch = await scratchPostgres(server);
    // The second is no NUL: its backslash is escaped.
    const raw = String.raw`{"a":"x\u0000\u0000y","b":"\\u0000","c":"\\\u0000"}`;
    await scratch.load(
      'b1',
      evaluation({ id: 'e\0', values: { agent_name: 'A\0\0B', raw: raw as JsonText } }),
    );
    const { evaluations: rows, load_audit: audit } = await scratch.dump();
    expect(rows).toMatchObject([
      {
        evaluation_id: 'e\uFFFD',
        agent_name: 'A\uFFFD\uFFFDB',
        raw: { a: 'x\uFFFD\uFFFDy', b: String.raw`\u0000`, c: '\\\uFFFD' },
      },
    ]);
    const notes = audit?.[0]?.['notes'] as string[];
    expect(notes).toContain(
      'evaluations.agent_name: NUL characters in 1 rows, which PostgreSQL cannot hold, are U+FFFD.',
    );
    expect(notes.filter((note) => note.startsWith('evaluations.raw'))).toHaveLength(1);
    expect(await scratch.warehouse.knownVersions('evaluations', 'acme', ['e\0'])).toHaveLength(1);
  });

  it.each(['\\.', '\\N', '\\', 'a\n\\.\nb', '\t', '"', '', ' ', "'", '\u0001', '#'])(
    'arrive as %j',
    async (text) => {
      const scratch = await scratchPostgres(server);
      await scratch.load('b1', evaluation({ values: { agent_name: text, evaluator_name: null } }));
      expect(await scratch.rows('SELECT agent_name, evaluator_name FROM evaluations')).toEqual([
        { agent_name: text, evaluator_name: null },
      ]);
    },
  );
});

describe('a query', () => {
  it.each([
    ['DELETE FROM load_audit', 'read-only'],
    ['COMMIT; DELETE FROM load_audit', 'multiple commands'],
  ])('cannot write: %s', async (sql, message) => {
    const scratch = await scratchPostgres(server);
    await scratch.load('b1', evaluation());
    await expect(scratch.warehouse.query(sql)).rejects.toThrow(message);
    expect(await counted(scratch)).toMatchObject({ batches: 1 });
  });
});

describe('loads', () => {
  it('of two workers take turns, and the same batch is loaded once', async () => {
    const scratch = await scratchPostgres(server);
    const other = await openWarehouse(scratch.config, scratch.store);
    const one = await scratch.stage('b1', evaluation());
    const two = await scratch.stage(
      'b2',
      evaluation({ stamp: hour(10), score: 90 }),
      evaluation({ id: 'e2' }),
    );
    const results = await Promise.all([
      scratch.warehouse.load(one, noSignal),
      other.load(one, noSignal),
      scratch.warehouse.load(two, noSignal),
      other.load(two, noSignal),
    ]);
    expect(results.map(({ alreadyLoaded }) => alreadyLoaded).sort()).toEqual([false, false, true, true]);
    expect(await counted(scratch)).toEqual({ evaluations: 2, answers: 4, batches: 2 });
    await other.close();
  });

  it('wait for their turn only as long as they may', async () => {
    const scratch = await scratchPostgres(server, { lockWait: 200 });
    const letGo = await holdTurn(scratch);
    const batch = await scratch.stage('b1', evaluation());
    await expect(scratch.warehouse.load(batch, noSignal)).rejects.toMatchObject({
      kind: 'WarehouseUnavailable',
      message: expect.stringContaining('was not over within 0.2 seconds') as string,
    });
    await letGo();
    expect((await scratch.warehouse.load(batch, noSignal)).alreadyLoaded).toBe(false);
  });

  it('end at once when they are aborted while they wait', async () => {
    const scratch = await scratchPostgres(server, { lockWait: 60_000 });
    const letGo = await holdTurn(scratch);
    const abort = new AbortController();
    const reason = new Error('worker is shutting down');
    const loading = scratch.warehouse.load(await scratch.stage('b1', evaluation()), abort.signal);
    const outcome = loading.catch((error: unknown) => error);
    await waitingBackend(scratch);
    abort.abort(reason);
    expect(await outcome).toBe(reason);
    await letGo();
    expect(await counted(scratch)).toEqual({ evaluations: 0, answers: 0, batches: 0 });
  });

  it('leave nothing when their connection is killed, and are tried again', async () => {
    const scratch = await scratchPostgres(server);
    const letGo = await holdTurn(scratch);
    const batch = await scratch.stage('b1', evaluation());
    const loading = scratch.warehouse.load(batch, noSignal).catch((error: unknown) => error);
    await server.admin(`SELECT pg_terminate_backend(${await waitingBackend(scratch)})`);
    expect(await loading).toMatchObject({ kind: 'WarehouseUnavailable' });
    await letGo();
    expect(await counted(scratch)).toEqual({ evaluations: 0, answers: 0, batches: 0 });
    expect((await scratch.warehouse.load(batch, noSignal)).alreadyLoaded).toBe(false);
  });

  it('whose worker is gone do not keep their place in the queue', async () => {
    const between = await relay(server.url);
    const scratch = await scratchPostgres(server, { url: between.url });
    const letGo = await holdTurn(scratch);
    const loading = scratch.warehouse
      .load(await scratch.stage('b1', evaluation()), noSignal)
      .catch((error: unknown) => error);
    const process = await waitingBackend(scratch);
    between.cutAll();
    expect(await loading).toMatchObject({ kind: 'WarehouseUnavailable' });
    await expect
      .poll(async () => server.admin(`SELECT 1 FROM pg_stat_activity WHERE pid = ${process}`), {
        timeout: 20_000,
      })
      .toEqual([]);
    await letGo();
  });

  it.each(['COPY pg_temp', 'CREATE TABLE', 'MERGE INTO', 'INSERT INTO'])(
    'leave nothing, partitions included, when their connection breaks at %s',
    async (statement) => {
      const between = await relay(server.url);
      const scratch = await scratchPostgres(server, { url: between.url });
      const batch = await scratch.stage('b1', evaluation());
      between.cutBefore(statement);
      await expect(scratch.warehouse.load(batch, noSignal)).rejects.toMatchObject({
        kind: 'WarehouseUnavailable',
      });
      expect(between.cuts).toBe(1);
      expect(await counted(scratch)).toEqual({ evaluations: 0, answers: 0, batches: 0 });
      expect(
        await scratch.rows(`SELECT count(*) AS n FROM pg_class WHERE relispartition AND relname LIKE 'evaluations_2%'
          AND relnamespace = '${scratch.schema}'::regnamespace AND relkind = 'r'`),
      ).toEqual([{ n: 0 }]);
      expect((await scratch.warehouse.load(batch, noSignal)).alreadyLoaded).toBe(false);
    },
  );

  it('whose commit was not answered are found done', async () => {
    const between = await relay(server.url);
    const scratch = await scratchPostgres(server, { url: between.url });
    const batch = await scratch.stage('b1', evaluation());
    between.cutAnswerTo('COMMIT\0', 'MERGE INTO');
    await expect(scratch.warehouse.load(batch, noSignal)).rejects.toMatchObject({
      kind: 'WarehouseUnavailable',
    });
    expect(between.cuts).toBe(1);
    expect(await scratch.warehouse.load(batch, noSignal)).toMatchObject({
      alreadyLoaded: true,
      tables: { evaluations: { staged: 1, inserted: 1 } },
    });
    expect(await counted(scratch)).toEqual({ evaluations: 1, answers: 2, batches: 1 });
  });

  it('do not make readers wait, not even of tables that get a new partition', async () => {
    const scratch = await scratchPostgres(server);
    await scratch.load('b1', evaluation());
    const between = await relay(server.url);
    const other = await openWarehouse({ ...scratch.config, url: between.url }, scratch.store);
    const batch = await scratch.stage('b2', evaluation({ id: 'e2', month: '2026-12-01' }));
    const held = between.holdAt('MERGE INTO');
    const loading = other.load(batch, noSignal);
    await held.reached;
    expect(await counted(scratch)).toMatchObject({ evaluations: 1 });
    held.letGo();
    await loading;
    expect(await counted(scratch)).toMatchObject({ evaluations: 2 });
    await other.close();
  });
});

/** The process that waits for the turn of loads. */
async function waitingBackend({ schema }: ScratchPostgres): Promise<number> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const [found] = await server.admin(
      `SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory' AND query LIKE '%tidemark ${schema} load%'`,
    );
    if (found !== undefined) return Number(found['pid']);
    await wait(50);
  }
  throw new Error('No load waits for its turn.');
}
