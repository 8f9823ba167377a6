/** Histories that grow long: runs and windows go on in runs of their own, and lose nothing on the way. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { connection, deviations, openScenario, stream, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-21T00:00:00.000Z' };

let scenario: Scenario;

beforeAll(async () => {
  const server = await startDevelopmentServer({
    ui: false,
    searchAttributes: developmentSearchAttributes(),
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 60 },
  });
  scenario = await openScenario({ evaluations: 900, ...span, server });
  scenario.startWorker();
});

afterAll(async () => scenario?.close());

/** How many runs each workflow of a type had, by its id. */
async function runsOf(workflowType: string): Promise<Record<string, number>> {
  const runs: Record<string, number> = {};
  const all = scenario.client.workflow.list({ query: `WorkflowType = '${workflowType}'` });
  for await (const { workflowId } of all) runs[workflowId] = (runs[workflowId] ?? 0) + 1;
  return runs;
}

it('a window goes on at the batch that was not loaded yet', async () => {
  const result = await scenario.export(span, { pagesPerBatch: 1, recordsPerWindow: 100_000 });
  expect(deviations(await scenario.compare(span))).toEqual([]);
  const [[, runs] = ['', 0], ...others] = Object.entries(await runsOf('loadWindow'));
  expect(others).toEqual([]);
  expect(runs).toBeGreaterThan(2);
  // Each batch once, and all of them in the sums.
  const [audit] = await scenario.warehouse.query(
    `SELECT count(*) AS batches, count(DISTINCT batch_id) AS ids, sum(requests) AS requests,
       count(*) FILTER (closes_window) AS windows
     FROM load_audit WHERE connection = '${connection}' AND stream = '${stream}'`,
  );
  expect(result).toMatchObject({ windows: 1, batches: Number(audit?.['batches']) });
  expect(result.requests).toBeGreaterThan(Number(audit?.['requests']));
  expect(audit).toMatchObject({ ids: audit?.['batches'], windows: 1 });
});
