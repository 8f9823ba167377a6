import type { JobMetadata } from '@google-cloud/bigquery';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ended, failure, serveClient } from '../support/bigquery/servedClient.js';

const { server, client, run, newId } = await serveClient();
afterAll(server.stop);

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
      await run('CREATE TABLE d.r (id STRING NOT NULL, n INT64, j JSON, ts TIMESTAMP)');
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
