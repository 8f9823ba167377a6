/** An export into BigQuery, with a worker killed while its script runs there, equal to the organisation's truth. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };

let server: BigqueryServer;
let scenario: Scenario;

beforeAll(async () => {
  server = await startBigqueryServer();
  process.env['BIGQUERY_EMULATOR_HOST'] = server.url;
  scenario = await openScenario({
    evaluations: 500,
    from: span.from,
    // Ends before the span does, so that what happens days after a submission lies within it.
    to: '2026-09-25T00:00:00.000Z',
    warehouse: `{ kind: bigquery, project: ${server.clientOptions.projectId}, dataset: quality, location: EU, labels: { team: quality } }`,
    environment: { BIGQUERY_EMULATOR_HOST: server.url },
  });
});

afterAll(async () => {
  delete process.env['BIGQUERY_EMULATOR_HOST'];
  await scenario?.close();
  await server?.stop();
});

const loads = () =>
  server.requests().filter(({ jobId, status }) => jobId?.startsWith('tidemark_load_') && status === 200);

it('is equal to the truth after a worker was killed in a load', async () => {
  server.inject({ fault: { kind: 'slowJob', polls: 25 }, matching: /tidemark_load_/ });
  const worker = scenario.startWorker();
  const handle = await scenario.startExport(span, { pagesPerBatch: 3 });
  await until('a script that runs', async () => loads().length > 1, 150_000);
  await worker.stop('SIGKILL');
  scenario.startWorker();
  const result = await handle.result();
  expect(result.highWaterMark).toBe(span.to);
  expect(deviations(await scenario.compare(span))).toEqual([]);
  const [audit] = await scenario.warehouse.query(
    'SELECT COUNT(*) AS batches, COUNT(DISTINCT batch_id) AS ids FROM load_audit',
  );
  expect(audit).toEqual({ batches: result.batches, ids: result.batches });
  // The new worker took up the job of the killed one.
  const scripts = server
    .jobs()
    .map((job) => (job as { jobReference: { jobId: string } }).jobReference.jobId)
    .filter((id) => id.startsWith('tidemark_load_'));
  expect(scripts).toHaveLength(result.batches);
}, 600_000);
