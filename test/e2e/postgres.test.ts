/** An export into PostgreSQL, with changes and a killed worker, equal to the organisation's truth. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { deviations, openScenario, until, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };

let server: PostgresServer;
let scenario: Scenario;

beforeAll(async () => {
  server = await startPostgres();
  scenario = await openScenario({
    evaluations: 1_200,
    from: span.from,
    // Ends before the span does, so that what happens days after a submission lies within it.
    to: '2026-09-25T00:00:00.000Z',
    warehouse: '{ kind: postgres, url: "${E2E_WAREHOUSE_URL}", schema: quality, lockWait: 5m }',
    environment: { E2E_WAREHOUSE_URL: server.url },
  });
});

afterAll(async () => {
  await scenario?.close();
  await server?.stop();
});

const batches = async () => {
  const [row] = await scenario.warehouse.query(
    'SELECT count(*) AS batches, count(DISTINCT batch_id) AS ids FROM load_audit',
  );
  return row;
};

it('is equal to the truth after a worker was killed in a load', async () => {
  await scenario.warehouse.ensureSchema();
  // The turn of loads is held, so that the kill finds one under way.
  const holder = await server.connect();
  await holder.query('BEGIN');
  await holder.query("SELECT pg_advisory_xact_lock(hashtextextended('tidemark quality load', 0))");
  const worker = scenario.startWorker();
  const handle = await scenario.startExport(span, { pagesPerBatch: 6 });
  try {
    const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'advisory'";
    await until(
      'a load that waits for its turn',
      async () => (await server.admin(waiting)).length > 0,
      150_000,
    );
    await worker.stop('SIGKILL');
  } finally {
    await holder.end();
  }
  scenario.startWorker();
  const result = await handle.result();
  expect(result.highWaterMark).toBe(span.to);
  expect(deviations(await scenario.compare(span))).toEqual([]);
  expect(await batches()).toEqual({ batches: result.batches, ids: result.batches });
}, 300_000);

it('changes nothing when it is repeated', async () => {
  const again = await scenario.export(span, { pagesPerBatch: 6 });
  const changed = Object.entries(again.rows).filter(
    ([table, counts]) => table !== 'users' && counts.inserted + counts.updated + counts.softDeleted > 0,
  );
  expect(changed).toEqual([]);
});

it('is equal again after rescoring, reopening, revision and deletion', async () => {
  const { ids } = await scenario.control<{ ids: string[] }>('GET', 'pick?kind=finished&n=8');
  const changesFrom = new Date(Date.now() - 60_000).toISOString();
  const kinds = ['rescore', 'reopen', 'revise', 'delete'];
  for (const [index, evaluationId] of ids.entries()) {
    await scenario.control('POST', 'events', { kind: kinds[index % kinds.length], evaluationId });
  }
  const changes = { from: changesFrom, to: new Date(Date.now() + 60_000).toISOString() };
  const changed = await scenario.export(changes);
  expect(changed.rows['evaluations']?.softDeleted).toBe(2);
  expect(deviations(await scenario.compare({ from: span.from, to: changes.to }))).toEqual([]);
});
