import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BigQuery, type JobMetadata, type TableSchema } from '@google-cloud/bigquery';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultRule } from '../support/bigquery/faults.js';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const objects = new Map<string, Uint8Array>();
let server: BigqueryServer;
let client: BigQuery;
let duckdb: DuckDBInstance;
let ids = 0;
const newId = () => `id_${(ids += 1)}`;

beforeAll(async () => {
  server = await startBigqueryServer({ objects: (uri) => objects.get(uri) });
  client = new BigQuery({ ...server.clientOptions, retryOptions: { autoRetry: false } });
  duckdb = await DuckDBInstance.create(':memory:');
  await client.createDataset('d');
});
afterAll(async () => {
  duckdb.closeSync();
  await server.stop();
});

const fields = (text: string): TableSchema => ({
  fields: text.split(', ').map((each) => {
    const [name = '', type = '', mode = 'NULLABLE'] = each.split(' ');
    return { name, type, mode };
  }),
});

/** What a failed call says: its status, and the reason and message of its first error. */
async function failure(call: Promise<unknown>) {
  const error = (await call.then(
    () => expect.unreachable('the call should have failed'),
    (thrown: unknown) => thrown,
  )) as { code?: number; message: string; errors?: { reason: string; message: string }[] };
  return {
    code: error.code,
    reason: error.errors?.[0]?.reason,
    message: error.errors?.[0]?.message ?? error.message,
  };
}

async function run(query: string, settings: object = {}): Promise<JobMetadata> {
  const [job] = await client.createQueryJob({ query, jobId: newId(), ...settings });
  return ended(job);
}

async function ended(job: { getMetadata: () => Promise<unknown[]> }): Promise<JobMetadata> {
  for (;;) {
    const [metadata] = (await job.getMetadata()) as [JobMetadata];
    if (metadata.status?.state === 'DONE') return metadata;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function parquet(select: string): Promise<string> {
  const path = join(await scratchDirectory(), 'file.parquet');
  const connection = await duckdb.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

describe('GoogleSQL', () => {
  it.each<[string, unknown]>([
    [String.raw`'it\'s' || "\n" || r'\d' || "\u00e9"`, "it's\n\\dé"],
    [`'it''s'`, undefined],
    ['7 / 2', 3.5],
    ['1.5 + 1', 2.5],
    ['SAFE_DIVIDE(1, 0)', null],
    ["CONCAT('a', NULL)", null],
    ['GREATEST(1, NULL)', null],
    ['LEAST(2, 1)', 1],
    ["IF(1 > 2, 'a', 'b')", 'b'],
    ['IFNULL(NULL, 3)', 3],
    ["SAFE_CAST('x' AS INT64)", null],
    ['CAST(TRUE AS STRING)', 'true'],
    ['JSON_VALUE(JSON \'{"a":"b"}\', \'$.a\')', 'b'],
    ['JSON_VALUE(\'{"a":{"b":1}}\', \'$.a\')', null],
    ['TO_JSON_STRING(PARSE_JSON(\'{"b": 1, "a": [1, 2.50]}\'))', '{"a":[1,2.5],"b":1}'],
    ["PARSE_JSON('1.2345678901234567890', wide_number_mode=>'round')", '1.2345678901234567'],
    ["PARSE_JSON('9007199254740993')", '9007199254740993'],
    ["SAFE.PARSE_JSON('{')", null],
    ["ARRAY_LENGTH(JSON_QUERY_ARRAY('[1,{},3]'))", 3],
    ['ARRAY_TO_STRING(JSON_VALUE_ARRAY(\'["a","b"]\'), \',\')', 'a,b'],
    ["JSON_VALUE_ARRAY('[{}]')", null],
    ["TIMESTAMP '2026-01-02 03:04:05.678901+00'", '2026-01-02T03:04:05.678901Z'],
    [
      "FORMAT_TIMESTAMP('%FT%H:%M:%E3SZ', TIMESTAMP '2026-01-02 03:04:05.678901Z')",
      '2026-01-02T03:04:05.678Z',
    ],
    ["DATE(TIMESTAMP '2026-01-02 23:04:05Z')", '2026-01-02'],
    ["DATE_TRUNC(DATE '2026-03-15', MONTH)", '2026-03-01'],
    ["TIMESTAMP_DIFF(TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-01 00:00:01', DAY)", 0],
    ["DATE_DIFF(DATE '2026-02-01', DATE '2026-01-31', MONTH)", 1],
    ["TIMESTAMP_SUB(TIMESTAMP '2026-01-02', INTERVAL 90 DAY)", '2025-10-04T00:00:00.000000Z'],
    ['CURRENT_TIMESTAMP() > TIMESTAMP "2020-01-01"', true],
    ['1 IS DISTINCT FROM NULL', true],
    ['NULL IS NOT DISTINCT FROM NULL', true],
    ['2 IN UNNEST([1, 2])', true],
    ['[10, 20][OFFSET(1)]', 20],
    ['[10][SAFE_OFFSET(4)]', null],
    ["(SELECT STRING_AGG(x, '|' ORDER BY x DESC) FROM UNNEST(['a', 'b']) AS x)", 'b|a'],
    ['(SELECT COUNTIF(x > 1) FROM UNNEST([1, 2, 3]) AS x)', 2],
    ['ARRAY_LENGTH((SELECT ARRAY_AGG(x IGNORE NULLS) FROM UNNEST([1, NULL]) AS x))', 1],
    ['(SELECT SUM(x * o) FROM UNNEST([5, 7]) AS x WITH OFFSET AS o)', 7],
    ['(SELECT ANY_VALUE(x) FROM (SELECT 4 AS x))', 4],
    ['(SELECT x FROM UNNEST([3, 1]) AS x QUALIFY ROW_NUMBER() OVER (ORDER BY x) = 1)', 1],
    ['(SELECT MIN(x) FROM (SELECT * EXCEPT (y) FROM (SELECT 6 AS x, 1 AS y)))', 6],
    ['CASE WHEN FALSE THEN 1 ELSE 2 END', 2],
    ["TO_HEX(SHA256('a'))", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'],
    ["CAST('1.25' AS NUMERIC)", '1.250000000'],
  ])('%s', async (expression, expected) => {
    const rows = server.query(`SELECT ${expression} AS x`);
    // Adjacent literals are DuckDB's and not GoogleSQL's way of writing a quote.
    if (expected === undefined) await expect(rows).rejects.toThrow(/Syntax error/i);
    else expect(await rows).toEqual([{ x: expected }]);
  });

  it('sorts NULL first', async () => {
    const rows = await server.query('SELECT x FROM UNNEST([2, NULL, 1]) AS x ORDER BY x');
    expect(rows.map(({ x }) => x)).toEqual([null, 1, 2]);
  });

  describe('refuses', () => {
    beforeAll(async () => {
      await client
        .dataset('d')
        .createTable('r', { schema: fields('id STRING REQUIRED, n INT64, j JSON, ts TIMESTAMP') });
      await server.query("INSERT INTO d.r (id, n) VALUES ('a', 1)");
    });

    it.each<[string, RegExp]>([
      ['SELEC 1', /Syntax error/i],
      ['SELECT x FROM t', /must be qualified with a dataset/],
      ['SELECT nope FROM d.r', /Unrecognized name: nope/],
      ['SELECT MADE_UP(1)', /Function not found: MADE_UP/],
      ['SELECT list_sort([1])', /Function not found: LIST_SORT/],
      ["SELECT '1'::INT64", /./],
      ["SELECT FORMAT_TIMESTAMP('%c', CURRENT_TIMESTAMP())", /format element %c/],
      ['SELECT 1 UNION SELECT 2', /Expected keyword ALL/],
      ['SELECT j FROM d.r WHERE j = j', /argument types: JSON/],
      ['SELECT r.n FROM d.r AS r JOIN d.r AS q ON r.j = q.j', /argument types: JSON/],
      ['SELECT COUNT(*) FROM d.r GROUP BY j', /Grouping by expressions of type JSON/],
      ["SELECT CAST('{}' AS JSON)", /Invalid cast to type JSON/],
      ["SELECT PARSE_JSON('0.12345678901234567890')", /round-trip/],
      ['SELECT PARSE_JSON(\'{"a":}\')', /PARSE_JSON/],
      ['SELECT 1 / 0', /division by zero/],
      ['SELECT [1][OFFSET(3)]', /out of bounds/],
      ['UPDATE d.r SET n = 1', /UPDATE must have a WHERE clause/],
      ['DELETE FROM d.r', /DELETE must have a WHERE clause/],
      ['INSERT INTO d.r (n) VALUES (1)', /Required field id cannot be null/],
      ["INSERT INTO d.r (id, n) VALUES ('a')", /wrong column count/],
      [
        "INSERT INTO d.r (id, n) VALUES ('a', '1')",
        /type STRING which cannot be inserted into column n, which has type INT64/,
      ],
      ["INSERT INTO d.r (id, j) SELECT 'a', '{}'", /cannot be inserted into column j, which has type JSON/],
      ["UPDATE d.r SET ts = CAST('2026-01-01' AS STRING) WHERE TRUE", /column ts, which has type TIMESTAMP/],
      [
        'UPDATE d.r SET n = S.x FROM (SELECT 1 AS x UNION ALL SELECT 2) S WHERE r.n = 1',
        /at most one source row/,
      ],
      [
        "MERGE d.r T USING (SELECT 'a' AS id UNION ALL SELECT 'a') S ON T.id = S.id WHEN MATCHED THEN UPDATE SET n = 2",
        /UPDATE\/MERGE must match at most one source row for each target row/,
      ],
      [
        'MERGE d.r T USING d.r S ON T.id = S.id WHEN MATCHED AND (SELECT COUNT(*) FROM d.r q WHERE q.id = S.id) > 0 THEN DELETE',
        /Correlated Subquery/,
      ],
      ['CREATE TEMP TABLE x AS SELECT 1 AS a', /requires a script/],
      ['BEGIN TRANSACTION', /only in scripts/],
      [
        'BEGIN TRANSACTION; CREATE TABLE d.x (a INT64); COMMIT TRANSACTION',
        /DDL statements are not supported in a transaction/,
      ],
      ['COMMIT TRANSACTION; SELECT 1', /no active transaction/],
      ["ASSERT FALSE AS 'rows differ'", /^rows differ$/],
      ["ASSERT NULL AS 'nothing'", /^nothing$/],
      ["SELECT 1;\nASSERT 1 = 2 AS 'later'", /^later at \[2:1\]$/],
      ['ALTER TABLE d.r ADD COLUMN z STRING NOT NULL', /Cannot add required columns/],
      ['EXPORT DATA OPTIONS (uri="gs://x/*") AS SELECT 1', /does not translate: EXPORT DATA/],
      ['DECLARE a INT64; SELECT 1', /does not translate: DECLARE/],
    ])('%s', async (sql, message) => {
      const { status } = await run(sql);
      expect(status?.errorResult).toMatchObject({
        reason: 'invalidQuery',
        message: expect.stringMatching(message) as string,
      });
      expect(await server.query('SELECT id, n FROM d.r')).toEqual([{ id: 'a', n: 1 }]);
    });
  });

  it('says notFound and duplicate as such', async () => {
    const cases: [string, string, RegExp][] = [
      ['SELECT 1 FROM d.missing', 'notFound', /Not found: Table test-project:d.missing/],
      ['SELECT 1 FROM nowhere.t', 'notFound', /Not found: Dataset test-project:nowhere/],
      ['DROP TABLE d.missing', 'notFound', /Not found: Table/],
      ['CREATE TABLE d.r (a INT64)', 'duplicate', /Already Exists: Table test-project:d.r/],
    ];
    for (const [sql, reason, message] of cases) {
      const { status } = await run(sql);
      expect(status?.errorResult, sql).toMatchObject({
        reason,
        message: expect.stringMatching(message) as string,
      });
    }
    await run('DROP TABLE IF EXISTS d.missing');
  });
});

describe('scripts', () => {
  const merge = (rows: string) => `
    ASSERT (SELECT COUNT(*) FROM \`test-project.d.stg\`) = ${rows} AS 'staging row count';
    CREATE TEMP TABLE keys AS SELECT id, COUNT(*) AS n FROM d.stg GROUP BY id;
    BEGIN TRANSACTION;
    MERGE \`test-project.d.tgt\` T USING \`test-project.d.stg\` S ON T.id = S.id AND T.month IN (DATE '2026-01-01')
      WHEN MATCHED AND S.v >= T.v THEN UPDATE SET v = S.v, raw = PARSE_JSON(S.raw, wide_number_mode=>'round')
      WHEN NOT MATCHED THEN INSERT (id, month, v, raw) VALUES (S.id, S.month, S.v, PARSE_JSON(S.raw, wide_number_mode=>'round'));
    UPDATE d.tgt T SET v = -1 WHERE NOT EXISTS (SELECT 1 FROM keys K WHERE K.id = T.id);
    INSERT INTO d.tgt (id, month) SELECT 'audit', DATE '2026-02-01';
    COMMIT TRANSACTION;
    SELECT id, v, TO_JSON_STRING(raw) AS raw FROM d.tgt ORDER BY id;`;

  beforeEach(async () => {
    await server.query(`
      CREATE OR REPLACE TABLE d.stg (id STRING, month DATE, v INT64, raw STRING);
      CREATE OR REPLACE TABLE d.tgt (id STRING NOT NULL, month DATE, v INT64, raw JSON) PARTITION BY DATE_TRUNC(month, MONTH) CLUSTER BY id;
      INSERT INTO d.stg VALUES ('a', DATE '2026-01-01', 2, '{"x":1}'), ('b', DATE '2026-01-01', 3, '[]');
      INSERT INTO d.tgt (id, month, v) VALUES ('a', DATE '2026-01-01', 1), ('old', DATE '2026-01-01', 9)`);
  });

  it('run in one job, whose rows are those of its last query', async () => {
    const jobId = newId();
    const [job] = await client.createQueryJob({ query: merge('2'), jobId });
    const [rows] = await job.getQueryResults();
    expect(rows).toEqual([
      { id: 'a', v: 2, raw: '{"x":1}' },
      { id: 'audit', v: null, raw: 'null' },
      { id: 'b', v: 3, raw: '[]' },
      { id: 'old', v: -1, raw: 'null' },
    ]);
    const { statistics } = await ended(job);
    expect(statistics).toMatchObject({ numChildJobs: '6', query: { statementType: 'SCRIPT' } });
    const [children] = await client.getJobs({ parentJobId: jobId });
    const told = children.map(({ metadata }) => (metadata as JobMetadata).statistics?.query);
    expect(told.find((query) => query?.statementType === 'MERGE')).toMatchObject({
      numDmlAffectedRows: '2',
      dmlStats: { insertedRowCount: '1', updatedRowCount: '1', deletedRowCount: '0' },
    });
  });

  it('change nothing when a statement fails, inside a transaction or before it', async () => {
    const before = await server.query('SELECT * FROM d.tgt ORDER BY id');
    const late = merge('2').replace('COMMIT', "ASSERT FALSE AS 'too late'; COMMIT");
    for (const sql of [
      merge('3'),
      late,
      late.replace('ASSERT FALSE', 'SELECT 1 / 0; ASSERT TRUE'),
      merge('2').replace('COMMIT TRANSACTION;', ''),
    ]) {
      await run(sql);
      expect(await server.query('SELECT * FROM d.tgt ORDER BY id'), sql).toEqual(before);
    }
  });

  it('change nothing in a dry run, which tells the bytes', async () => {
    const { statistics } = (
      await client.createQueryJob({ query: merge('2'), dryRun: true })
    )[1] as JobMetadata;
    expect(Number(statistics?.totalBytesProcessed)).toBeGreaterThan(0);
    expect(await server.query('SELECT COUNT(*) AS n FROM d.tgt')).toEqual([{ n: 2 }]);
    expect(
      await failure(client.createQueryJob({ query: 'SELECT nope FROM d.tgt', dryRun: true })),
    ).toMatchObject({ code: 400, reason: 'invalidQuery' });
  });

  it('read fewer bytes of fewer columns and partitions', async () => {
    await server.query("INSERT INTO d.tgt (id, month, v) VALUES ('feb', DATE '2026-02-01', 1)");
    const bytes = async (sql: string) => {
      const { statistics } = (await client.createQueryJob({ query: sql, dryRun: true }))[1] as JobMetadata;
      return Number(statistics?.totalBytesProcessed);
    };
    const sizes = [
      await bytes('SELECT 1'),
      await bytes("SELECT v FROM d.tgt WHERE month = '2026-02-01'"),
      await bytes("SELECT v FROM d.tgt WHERE month IN (DATE '2026-01-01')"),
      await bytes('SELECT v, month FROM d.tgt'),
      await bytes('SELECT * FROM d.tgt'),
    ];
    expect(sizes).toEqual([0, 16, 32, 48, 48 + 13]);
  });

  it('are refused when they would bill more than they may', async () => {
    const { status } = await run('SELECT * FROM d.tgt', { maximumBytesBilled: '1000' });
    expect(status?.errorResult?.reason).toBe('bytesBilledLimitExceeded');
    const { statistics } = await run('SELECT * FROM d.tgt', { maximumBytesBilled: '10485760' });
    expect(statistics?.query?.totalBytesBilled).toBe('10485760');
  });
});

describe('datasets and tables', () => {
  it('are made, read, changed, listed and removed', async () => {
    const [made] = await client.createDataset('meta', {
      description: 'x',
      labels: { a: 'b' },
      defaultTableExpirationMs: '86400000',
    });
    expect(await failure(client.createDataset('meta'))).toMatchObject({ code: 409, reason: 'duplicate' });
    await made.setMetadata({ description: 'y' });
    expect((await made.getMetadata())[0]).toMatchObject({
      description: 'y',
      labels: { a: 'b' },
      location: 'US',
    });
    const [table] = await made.createTable('t', {
      schema: {
        fields: [
          { name: 'a', type: 'INT64', mode: 'REQUIRED', description: 'one' },
          { name: 'm', type: 'DATE' },
        ],
      },
      timePartitioning: { type: 'MONTH', field: 'm' },
      clustering: { fields: ['a'] },
      labels: { k: 'v' },
      description: 'rows',
    });
    expect((await table.getMetadata())[0]).toMatchObject({
      type: 'TABLE',
      schema: {
        fields: [
          { name: 'a', type: 'INTEGER', mode: 'REQUIRED', description: 'one' },
          { name: 'm', type: 'DATE', mode: 'NULLABLE' },
        ],
      },
      timePartitioning: { type: 'MONTH', field: 'm' },
      clustering: { fields: ['a'] },
      labels: { k: 'v' },
      description: 'rows',
      expirationTime: expect.stringMatching(/^\d+$/) as string,
      numRows: '0',
    });
    expect((await made.getTables())[0].map(({ id }) => id)).toEqual(['t']);
    expect(await failure(made.delete())).toMatchObject({ code: 400, reason: 'resourceInUse' });
    await made.delete({ force: true });
    expect(await failure(made.getMetadata())).toMatchObject({ code: 404, reason: 'notFound' });
    expect(await made.exists()).toEqual([false]);
    expect((await client.getDatasets())[0].map(({ id }) => id)).toEqual(['d']);
  });

  it('take only additive changes of a schema', async () => {
    const [table] = await client
      .dataset('d')
      .createTable('additive', { schema: fields('a STRING REQUIRED, b INTEGER') });
    const patch = (schema: string) => table.setMetadata({ schema: fields(schema) });
    expect(await failure(patch('a STRING REQUIRED'))).toMatchObject({
      code: 400,
      message: expect.stringMatching(/Field b is missing in new schema/) as string,
    });
    expect(await failure(patch('a STRING REQUIRED, b STRING'))).toMatchObject({
      message: expect.stringMatching(/changed type from INTEGER to STRING/) as string,
    });
    expect(await failure(patch('a STRING REQUIRED, b INTEGER, c STRING REQUIRED'))).toMatchObject({
      message: expect.stringMatching(/Cannot add required fields/) as string,
    });
    expect(await failure(patch('a STRING REQUIRED, b INTEGER REQUIRED'))).toMatchObject({
      message: expect.stringMatching(/changed mode from NULLABLE to REQUIRED/) as string,
    });
    await patch('a STRING, b INTEGER, c TIMESTAMP');
    await run('INSERT INTO d.additive (c) VALUES (TIMESTAMP "2026-01-01")');
    expect(await server.query('SELECT a, c FROM d.additive')).toEqual([
      { a: null, c: '2026-01-01T00:00:00.000000Z' },
    ]);
  });

  it('follow what DDL does', async () => {
    await run(
      "CREATE TABLE d.ddl (a STRING NOT NULL OPTIONS(description='first'), m DATE) PARTITION BY DATE_TRUNC(m, MONTH) CLUSTER BY a OPTIONS(description='made')",
    );
    await run(
      "ALTER TABLE d.ddl ADD COLUMN IF NOT EXISTS b JSON OPTIONS(description='second'), ADD COLUMN IF NOT EXISTS a STRING",
    );
    const table = client.dataset('d').table('ddl');
    expect((await table.getMetadata())[0]).toMatchObject({
      description: 'made',
      timePartitioning: { type: 'MONTH', field: 'm' },
      clustering: { fields: ['a'] },
      schema: {
        fields: [
          { name: 'a', mode: 'REQUIRED', description: 'first' },
          { name: 'm' },
          { name: 'b', type: 'JSON', description: 'second' },
        ],
      },
    });
    await run('INSERT INTO d.ddl (a, b) VALUES ("x", JSON \'{"k":1}\')');
    await run('CREATE VIEW d.v AS SELECT a FROM `test-project.d.ddl`');
    await run(
      "CREATE OR REPLACE VIEW d.v OPTIONS(description='seen') AS WITH q AS (SELECT a, b FROM d.ddl) SELECT a AS name, b FROM q",
    );
    expect((await client.dataset('d').table('v').getMetadata())[0]).toMatchObject({
      type: 'VIEW',
      description: 'seen',
      schema: {
        fields: [
          { name: 'name', type: 'STRING' },
          { name: 'b', type: 'JSON' },
        ],
      },
    });
    expect(await server.query('SELECT v.name, JSON_VALUE(v.b, "$.k") AS k FROM d.v')).toEqual([
      { name: 'x', k: '1' },
    ]);
    expect(
      await server.query(
        "SELECT column_name, data_type, is_nullable FROM `test-project.d`.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'ddl' ORDER BY ordinal_position",
      ),
    ).toEqual([
      { column_name: 'a', data_type: 'STRING', is_nullable: 'NO' },
      { column_name: 'm', data_type: 'DATE', is_nullable: 'YES' },
      { column_name: 'b', data_type: 'JSON', is_nullable: 'YES' },
    ]);
    await run('DROP VIEW d.v');
    await run('DROP TABLE d.ddl');
    expect(await table.exists()).toEqual([false]);
    expect(
      await server.query(
        "SELECT table_name FROM d.INFORMATION_SCHEMA.TABLES WHERE table_name IN ('v', 'ddl')",
      ),
    ).toEqual([]);
  });

  it('refuse fields, parameters, paths and projects that there are not', async () => {
    const base = `${server.url}/bigquery/v2/projects/test-project`;
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    const cases: [string, RequestInit, number, RegExp][] = [
      [
        `${base}/datasets`,
        { method: 'POST', headers, body: '{"datasetReference":{"datasetId":"z"},"colour":1}' },
        400,
        /Unknown name "colour" at 'dataset'/,
      ],
      [
        `${base}/jobs`,
        {
          method: 'POST',
          headers,
          body: '{"configuration":{"query":{"query":"SELECT 1","useLegacySql":false,"colour":1}}}',
        },
        400,
        /Unknown name "colour" at 'job.configuration.query'/,
      ],
      [
        `${base}/jobs`,
        { method: 'POST', headers, body: '{"configuration":{"query":{"query":"SELECT 1"}}}' },
        400,
        /useLegacySql/,
      ],
      [`${base}/datasets?colour=1`, { headers }, 400, /Unknown name "colour"/],
      [`${base}/colours`, { headers }, 404, /Not Found/],
      [`${server.url}/bigquery/v2/projects/other/datasets`, { headers }, 403, /Access Denied/],
      [`${base}/datasets`, {}, 401, /authentication credential/],
    ];
    for (const [url, init, status, message] of cases) {
      const answer = await fetch(url, init);
      expect(answer.status, url).toBe(status);
      expect(await answer.json()).toMatchObject({
        error: {
          code: status,
          message: expect.stringMatching(message) as string,
          errors: [{ reason: expect.any(String) as string, domain: 'global' }],
        },
      });
    }
  });
});

describe('loads', () => {
  const row = `SELECT 'a' AS s, 1::BIGINT AS i, 1.5::DOUBLE AS f, true AS b, TIMESTAMPTZ '2026-01-01 00:00:00.000001+00' AS ts, DATE '2026-01-01' AS d`;
  const all = 's STRING, i INT64, f FLOAT64, b BOOL, ts TIMESTAMP, d DATE';
  const load = async (
    table: string,
    select: string,
    settings: Parameters<ReturnType<ReturnType<BigQuery['dataset']>['table']>['createLoadJob']>[1] & object,
  ) => {
    const [job] = await client
      .dataset('d')
      .table(table)
      .createLoadJob(await parquet(select), { jobId: newId(), sourceFormat: 'PARQUET', ...settings });
    return ended(job);
  };

  it('take every type from an uploaded file, replace and append', async () => {
    const schema = fields(all);
    const first = await load('up', row, { schema, writeDisposition: 'WRITE_TRUNCATE' });
    expect(first).toMatchObject({
      status: { state: 'DONE' },
      statistics: { load: { outputRows: '1', inputFiles: '1' } },
    });
    await load('up', `${row} UNION ALL ${row}`, { schema, writeDisposition: 'WRITE_TRUNCATE' });
    await load('up', row, { schema, writeDisposition: 'WRITE_APPEND' });
    expect(await server.query('SELECT COUNT(*) AS n, MIN(ts) AS ts, MIN(d) AS d FROM d.up')).toEqual([
      { n: 3, ts: '2026-01-01T00:00:00.000001Z', d: '2026-01-01' },
    ]);
    await load('up', `SELECT 1::BIGINT AS other`, {
      schema: fields('other INT64'),
      writeDisposition: 'WRITE_TRUNCATE',
    });
    expect(await server.query('SELECT * FROM d.up')).toEqual([{ other: 1 }]);
  });

  it('fill a column that the file lacks with NULL', async () => {
    await load('lacking', "SELECT 'a' AS s", { schema: fields('s STRING, i INT64') });
    expect(await server.query('SELECT * FROM d.lacking')).toEqual([{ s: 'a', i: null }]);
  });

  it('take objects by their URI', async () => {
    objects.set('gs://bucket/a.parquet', await readFile(await parquet(row)));
    const start = async (uri: string) => {
      const [job] = await client.createJob({
        jobId: newId(),
        configuration: {
          load: {
            destinationTable: { projectId: 'test-project', datasetId: 'd', tableId: 'gs' },
            sourceUris: [uri],
            sourceFormat: 'PARQUET',
            schema: fields(all),
          },
        },
      });
      return ended(job);
    };
    expect((await start('gs://bucket/a.parquet')).statistics?.load?.outputRows).toBe('1');
    expect((await start('gs://bucket/b.parquet')).status?.errorResult).toMatchObject({
      reason: 'notFound',
      message: 'Not found: URI gs://bucket/b.parquet',
    });
  });

  it('change nothing when they are refused', async () => {
    const cases: [string, string, object, RegExp][] = [
      [
        'another type',
        row,
        { schema: fields('s INT64, i INT64, f FLOAT64, b BOOL, ts TIMESTAMP, d DATE') },
        /column 's' has type VARCHAR which does not match/,
      ],
      [
        'a timestamp without zone',
        "SELECT TIMESTAMP '2026-01-01' AS ts",
        { schema: fields('ts TIMESTAMP') },
        /column 'ts' has type TIMESTAMP /,
      ],
      ['JSON', "SELECT '{}' AS j", { schema: fields('j JSON') }, /Unsupported field type: JSON/],
      [
        'NULL in a required field',
        'SELECT NULL::VARCHAR AS s',
        { schema: fields('s STRING REQUIRED') },
        /Required field s cannot be null/,
      ],
      [
        'a required field that the file lacks',
        "SELECT 'a' AS s",
        { schema: fields('s STRING, i INT64 REQUIRED') },
        /Required column 'i' is missing/,
      ],
      [
        'a column that the schema lacks',
        row,
        { schema: fields('s STRING') },
        /Cannot add fields \(field: i\)/,
      ],
    ];
    await load('kept', "SELECT 'a' AS kept", { schema: fields('kept STRING') });
    for (const [name, select, settings, message] of cases) {
      const { status } = await load('kept', select, { ...settings, writeDisposition: 'WRITE_TRUNCATE' });
      expect(status?.errorResult, name).toMatchObject({
        reason: 'invalid',
        message: expect.stringMatching(message) as string,
      });
      expect(await server.query('SELECT * FROM d.kept'), name).toEqual([{ kept: 'a' }]);
    }
    const appended = await load('kept', "SELECT 'b' AS kept, 1::BIGINT AS n", {
      schema: fields('kept STRING, n INT64'),
      writeDisposition: 'WRITE_APPEND',
    });
    expect(appended.status?.errorResult?.message).toMatch(/Cannot add fields \(field: n\)/);
    const options = {
      schema: fields('kept STRING'),
      schemaUpdateOptions: ['ALLOW_FIELD_ADDITION'],
      writeDisposition: 'WRITE_TRUNCATE',
    };
    expect(await failure(load('kept', "SELECT 'b' AS kept", options))).toMatchObject({
      code: 400,
      message: expect.stringMatching(/only be specified with WRITE_APPEND/) as string,
    });
    const broken = join(await scratchDirectory(), 'x.parquet');
    await writeFile(broken, 'not parquet');
    const [job] = await client
      .dataset('d')
      .table('kept')
      .createLoadJob(broken, { schema: fields('kept STRING') });
    expect((await ended(job)).status?.errorResult?.message).toMatch(/not in Parquet format/);
  });
});

describe('jobs', () => {
  it('are taken once for each id, also when they failed', async () => {
    const jobId = newId();
    const ask = (query: string) => client.createQueryJob({ query, jobId });
    await ended((await ask('SELECT nope'))[0]);
    expect(await failure(ask('SELECT 1'))).toMatchObject({ code: 409, reason: 'duplicate' });
  });

  it('are found in their location only', async () => {
    await client.createDataset('eu', { location: 'europe-west3' });
    await server.query('CREATE TABLE eu.t (a INT64)');
    const [job] = await client.createQueryJob({ query: 'SELECT * FROM eu.t', jobId: newId() });
    expect(job.location).toBe('EUROPE-WEST3');
    expect(await failure(client.job(job.id ?? '').getMetadata())).toMatchObject({
      code: 404,
      reason: 'notFound',
    });
    await ended(client.job(job.id ?? '', { location: 'europe-west3' }));
    expect(
      await failure(client.createQueryJob({ query: 'SELECT * FROM eu.t', location: 'US' })),
    ).toMatchObject({ code: 404 });
  });

  it('answer page by page in the wire format', async () => {
    const query = `SELECT x, x > 1 AS b, TIMESTAMP '2026-01-01 00:00:00.123456Z' AS ts, PARSE_JSON('{"a":1}') AS j, 1.5 AS f, [x] AS l FROM UNNEST([1, 2, 3]) AS x ORDER BY x`;
    const [job] = await client.createQueryJob({ query, jobId: newId() });
    const ask = async (parameters: string) => {
      const answer = await fetch(
        `${server.url}/bigquery/v2/projects/test-project/queries/${job.id}?${parameters}`,
        { headers: { authorization: 'Bearer x' } },
      );
      return (await answer.json()) as {
        rows: { f: unknown[] }[];
        pageToken: string;
        totalRows: string;
        schema: unknown;
      };
    };
    const first = await ask('maxResults=2&formatOptions.useInt64Timestamp=true');
    expect(first).toMatchObject({
      totalRows: '3',
      schema: {
        fields: [
          { type: 'INTEGER' },
          { type: 'BOOLEAN' },
          { type: 'TIMESTAMP' },
          { type: 'JSON' },
          { type: 'FLOAT' },
          { type: 'INTEGER', mode: 'REPEATED' },
        ],
      },
    });
    expect(first.rows[0]?.f).toEqual([
      { v: '1' },
      { v: 'false' },
      { v: '1767225600123456' },
      { v: '{"a":1}' },
      { v: '1.5' },
      { v: [{ v: '1' }] },
    ]);
    const second = await ask(`maxResults=2&pageToken=${first.pageToken}`);
    expect(second.rows).toHaveLength(1);
    expect(second.rows[0]?.f[2]).toEqual({ v: '1.767225600123456E9' });
    const [rows] = await client.query({
      query: 'SELECT @a AS a, x FROM UNNEST(@l) AS x',
      params: { a: 'é', l: [1, 2] },
      maxResults: 1,
    });
    expect(rows).toEqual([
      { a: 'é', x: 1 },
      { a: 'é', x: 2 },
    ]);
    expect(await failure(client.query('SELECT * FROM d.missing'))).toMatchObject({
      code: 404,
      reason: 'notFound',
    });
  });
});

describe('faults', () => {
  const one = async () => client.createQueryJob({ query: 'SELECT 1 AS x', jobId: newId() });

  it.each<[FaultRule['fault'], object]>([
    [
      { kind: 'status', status: 401, reason: 'authError' },
      { code: 401, reason: 'authError' },
    ],
    [
      { kind: 'status', status: 403, reason: 'rateLimitExceeded' },
      { code: 403, reason: 'rateLimitExceeded' },
    ],
    [
      { kind: 'status', status: 403, reason: 'quotaExceeded' },
      { code: 403, reason: 'quotaExceeded' },
    ],
    [{ kind: 'status', status: 404, reason: 'notFound' }, { code: 404 }],
    [{ kind: 'status', status: 409, reason: 'duplicate' }, { code: 409 }],
    [{ kind: 'status', status: 429, reason: 'rateLimitExceeded' }, { code: 429 }],
    [{ kind: 'status', status: 502, reason: 'backendError' }, { code: 502 }],
    [
      { kind: 'status', status: 503, reason: 'backendError' },
      { code: 503, reason: 'backendError' },
    ],
    [
      { kind: 'reset', accepted: false },
      { message: expect.stringMatching(/socket hang up|ECONNRESET/) as string },
    ],
    [
      { kind: 'reset', accepted: true },
      { message: expect.stringMatching(/socket hang up|ECONNRESET/) as string },
    ],
  ])('%o', async (fault, told) => {
    const before = server.jobs().length;
    const { struck } = server.inject({ fault, endpoint: 'jobs.insert', after: 1 });
    await one();
    expect(await failure(one())).toMatchObject(told);
    await one();
    expect(struck()).toBe(1);
    const accepted = fault.kind === 'reset' && fault.accepted;
    expect(server.jobs().length - before).toBe(accepted ? 3 : 2);
    expect(server.requests().at(-2)).toMatchObject({
      endpoint: 'jobs.insert',
      jobType: 'query',
      status: fault.kind === 'status' ? fault.status : undefined,
    });
  });

  it('end jobs with an error, once', async () => {
    const message = 'Transaction is aborted due to concurrent update against table test-project:d.r';
    server.inject({
      fault: { kind: 'jobError', reason: 'invalidQuery', message },
      matching: /INSERT INTO d.r/,
    });
    const sql = "INSERT INTO d.r (id) VALUES ('fault')";
    expect((await run(sql)).status?.errorResult).toMatchObject({ reason: 'invalidQuery', message });
    expect(await server.query("SELECT id FROM d.r WHERE id = 'fault'")).toEqual([]);
    expect((await run(sql)).status?.errorResult).toBeUndefined();
  });

  it('keep a job running for some polls, lose one, and miscount rows', async () => {
    server.inject({ fault: { kind: 'slowJob', polls: 2 } });
    const [slow] = await one();
    const state = async () => ((await slow.getMetadata())[0] as JobMetadata).status?.state;
    expect([await state(), await state()]).toEqual(['RUNNING', 'RUNNING']);
    await ended(slow);
    server.inject({ fault: { kind: 'lostJob' } });
    const [lost] = await one();
    expect(await failure(lost.getMetadata())).toMatchObject({ code: 404, reason: 'notFound' });
    server.inject({ fault: { kind: 'outputRows', by: -1 }, jobType: 'load' });
    const [job] = await client
      .dataset('d')
      .table('counted')
      .createLoadJob(await parquet('SELECT 1::BIGINT AS i'), { sourceFormat: 'PARQUET' });
    expect((await ended(job)).statistics?.load?.outputRows).toBe('0');
  });

  it('leave a cancelled job stopped', async () => {
    server.inject({ fault: { kind: 'slowJob', polls: 1_000 } });
    const [job] = await one();
    await job.cancel();
    expect((await ended(job)).status?.state).toBe('DONE');
  });
});
