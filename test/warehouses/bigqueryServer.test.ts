import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobLoadMetadata, JobMetadata, TableSchema } from '@google-cloud/bigquery';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../support/bigquery/faults.js';
import { ended, failure, serveClient } from '../support/bigquery/servedClient.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const objects = new Map<string, Uint8Array>();
const { server, client, run, newId } = await serveClient({ objects: (uri) => objects.get(uri) });
const duckdb = await DuckDBInstance.create(':memory:');
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

async function parquet(select: string): Promise<string> {
  const path = join(await scratchDirectory(), 'file.parquet');
  const connection = await duckdb.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

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
    await run(
      "CREATE OR REPLACE VIEW d.v (`key` OPTIONS(description='of the row'), json) AS SELECT a, b FROM d.ddl",
    );
    expect((await client.dataset('d').table('v').getMetadata())[0]).toMatchObject({
      schema: {
        fields: [
          { name: 'key', description: 'of the row' },
          { name: 'json', type: 'JSON' },
        ],
      },
    });
    expect(await server.query('SELECT key, TO_JSON_STRING(v.json) AS j FROM d.v')).toEqual([
      { key: 'x', j: '{"k":1}' },
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
  const load = async (table: string, select: string, settings: JobLoadMetadata) => {
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
  beforeAll(async () => void (await run('CREATE TABLE d.r (id STRING)')));

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
