/** A scheduled run that fails inside a window: the next one goes on at the batch that was not committed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { syncSchedules } from '../../workers/schedules.js';
import { triggerRun } from './support/runs.js';
import { connection, deviations, openScenario, stream, until, type Scenario } from './support/scenario.js';

const from = new Date(Date.now() - 20 * 86_400_000).toISOString();
const to = new Date(Date.now() - 5 * 86_400_000).toISOString();
const scheduled = { connection, stream };
const search = { path: '/api/v2/quality/evaluations/search' };

interface Counters {
  byEndpoint: Record<string, { requests: number } | undefined>;
  repeated: { endpoint: string; times: number; answered: number }[];
}

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 1_200,
    from,
    to,
    streamSettings: 'safetyLag: 1s, overlap: 1h, pagesPerBatch: 3, outageTolerance: 15s, paused: true',
  });
  scenario.startWorker();
  await syncSchedules(scenario.client, scenario.configuration);
});

afterAll(async () => scenario?.close());

const counters = async () => scenario.control<Counters>('GET', 'counters');

it('with what it had committed and staged', async () => {
  await scenario.control('POST', 'faults', { fault: { kind: 'slow', milliseconds: 300 }, where: search });
  const failing = await triggerRun(scenario, scheduled);
  await until('seven pages to be read', async () => {
    const { byEndpoint } = await counters();
    return (byEndpoint[`POST ${search.path}`]?.requests ?? 0) >= 7;
  });
  await scenario.control('DELETE', 'faults');
  await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 500 }, where: search });
  await expect(failing.result()).rejects.toMatchObject({ cause: { type: 'ExportRunFailed' } });
  const [half] = await scenario.warehouse.query('SELECT count(*) AS evaluations FROM evaluations');
  expect(Number(half?.['evaluations'])).toBeGreaterThan(200);
  expect(Number(half?.['evaluations'])).toBeLessThan(1_000);

  // A run that does not come to its window leaves the point for the next.
  await scenario.control('POST', 'faults', { fault: { kind: 'status', status: 500 }, where: {} });
  await expect((await triggerRun(scenario, scheduled)).result()).rejects.toMatchObject({
    cause: { type: 'ExportRunFailed' },
  });

  await scenario.control('DELETE', 'faults');
  const result = await (await triggerRun(scenario, scheduled)).result();
  expect(result.from).toBe(from);
  expect(deviations(await scenario.compare({ from, to: result.highWaterMark }))).toEqual([]);

  // Every page that was answered in the failed run was staged, and is not asked for again.
  const { repeated } = await counters();
  expect(repeated.filter(({ endpoint, answered }) => endpoint === search.path && answered > 1)).toEqual([]);
  const [audit] = await scenario.warehouse.query(
    'SELECT count(*) AS batches, count(DISTINCT batch_id) AS ids, count(*) FILTER (closes_window) AS windows FROM load_audit',
  );
  // The window that was resumed, and what has passed since.
  expect(audit).toEqual({ batches: audit?.['ids'], ids: audit?.['ids'], windows: 2 });
  // What was indexed after the lists of the first were read is looked for in the overlap, as after any other window.
  const [first, second] = await scenario.warehouse.loadedWindows(connection, stream);
  expect(Date.parse(second?.start ?? '')).toBe(Date.parse(first?.end ?? '') - 3_600_000);
});
