import { BigQuery } from '@google-cloud/bigquery';
import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startBigqueryServer, type BigqueryServerOptions } from '../support/bigquery/server.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

async function served(options: BigqueryServerOptions = {}) {
  const server = await startBigqueryServer(options);
  onTestFinished(server.stop);
  const client = new BigQuery({
    ...server.clientOptions,
    location: 'EU',
    retryOptions: { autoRetry: false },
  });
  await client.createDataset('d', { location: 'EU' });
  return { server, client };
}

it('works', async () => {
  const { server, client } = await served();
  const d = client.dataset('d');
  await d.createTable('t', {
    schema: {
      fields: [
        { name: 'id', type: 'STRING', mode: 'REQUIRED' },
        { name: 'n', type: 'INT64' },
        { name: 'j', type: 'JSON' },
        { name: 'm', type: 'DATE' },
        { name: 'ts', type: 'TIMESTAMP' },
      ],
    },
    timePartitioning: { type: 'MONTH', field: 'm' },
    clustering: { fields: ['id'] },
  });
  const dir = await scratchDirectory();
  const file = join(dir, 'a.parquet');
  const db = await DuckDBInstance.create(':memory:');
  const c = await db.connect();
  await c.run(
    `COPY (SELECT 'a' AS id, 1::BIGINT AS n, '{"b":1,"a":1.10}' AS j, DATE '2026-01-01' AS m, TIMESTAMPTZ '2026-01-01 10:00:00.123456+00' AS ts) TO '${file}' (FORMAT parquet)`,
  );
  const [job] = await d.table('s').createLoadJob(file, {
    jobId: 'load1',
    sourceFormat: 'PARQUET',
    writeDisposition: 'WRITE_TRUNCATE',
    schema: {
      fields: [
        { name: 'id', type: 'STRING' },
        { name: 'n', type: 'INT64' },
        { name: 'j', type: 'STRING' },
        { name: 'm', type: 'DATE' },
        { name: 'ts', type: 'TIMESTAMP' },
      ],
    },
  });
  await new Promise((r) => setTimeout(r, 100));
  expect((await job.getMetadata())[0]).toMatchObject({ statistics: { load: { outputRows: '1' } } });
  const sql = `
ASSERT (SELECT COUNT(*) FROM \`test-project.d.s\`) = 1 AS 'row count';
CREATE TEMP TABLE k AS SELECT id, COUNT(*) AS c FROM d.s GROUP BY id;
BEGIN TRANSACTION;
MERGE \`test-project.d.t\` T USING \`test-project.d.s\` S ON T.id = S.id AND T.m IN (DATE '2026-01-01')
WHEN MATCHED AND S.ts >= T.ts THEN UPDATE SET n = S.n, j = PARSE_JSON(S.j, wide_number_mode=>'round')
WHEN NOT MATCHED THEN INSERT (id, n, j, m, ts) VALUES (S.id, S.n, PARSE_JSON(S.j, wide_number_mode=>'round'), S.m, S.ts);
UPDATE d.t T SET n = n + 1 WHERE T.id IN (SELECT id FROM k) AND NOT EXISTS (SELECT 1 FROM d.s S WHERE S.id = T.id AND S.n > 5);
COMMIT TRANSACTION;
SELECT id, n, j, m, ts, FORMAT_TIMESTAMP('%FT%H:%M:%E3SZ', ts) AS f FROM d.t ORDER BY id;`;
  const [q] = await client.createQueryJob({ query: sql, jobId: 'merge1' });
  const [rows] = await q.getQueryResults();
  const [direct] = await client.query({
    query:
      'SELECT column_name, data_type FROM `test-project.d.INFORMATION_SCHEMA.COLUMNS` WHERE table_name = @t',
    params: { t: 't' },
  });
  expect(direct).toHaveLength(5);
  expect(await server.query('SELECT n, j FROM d.t')).toEqual([{ n: 2, j: '{"a":1.1,"b":1}' }]);
  expect(rows).toHaveLength(1);
});
