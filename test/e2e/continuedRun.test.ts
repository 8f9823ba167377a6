/** A run whose history is full: it goes on as a new one, and the last of them ends as any other. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { connection, deviations, openScenario, stream, type Scenario } from './support/scenario.js';

const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-16T00:00:00.000Z' };

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 200,
    from: span.from,
    to: '2026-09-15T00:00:00.000Z',
    server: await startDevelopmentServer({
      ui: false,
      searchAttributes: developmentSearchAttributes(),
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 50 },
    }),
  });
  scenario.startWorker();
});

afterAll(async () => scenario?.close());

it('loads all of its span, is recorded once, and leaves nothing in staging', async () => {
  const handle = await scenario.startExport(span, { recordsPerWindow: 20 });
  const result = await handle.result();
  const runs: WorkflowExecutionInfo[] = [];
  const query = `WorkflowId = "${handle.workflowId}"`;
  for await (const run of scenario.client.workflow.list({ query })) runs.push(run);
  const continued = runs.filter(({ status }) => status.name === 'CONTINUED_AS_NEW');
  // One that is neither the first nor the last among them.
  expect(continued.length).toBeGreaterThan(1);
  expect(result).toMatchObject({ from: span.from, highWaterMark: span.to });
  expect(deviations(await scenario.compare(span))).toEqual([]);

  const last = runs.find(({ status }) => status.name === 'COMPLETED');
  const recorded = await scenario.warehouse.intervalRuns(connection, stream, {
    start: span.from,
    end: span.to,
  });
  expect(recorded).toMatchObject([{ interval_start: span.from, interval_end: span.to, state: 'completed' }]);
  expect(recorded[0]?.run_id).toBe(last?.runId);

  const entries = await readdir(join(scenario.directory, 'staging'), {
    recursive: true,
    withFileTypes: true,
  });
  const staged = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(staged).toEqual([]);
});
