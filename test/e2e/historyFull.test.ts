/** Workflows whose history is full, which on this server is soon: they go on as new runs, and lose nothing on the way. */
import type { WorkflowExecutionInfo, WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { developmentSearchAttributes } from '../../cli/session.js';
import { reconciledStreamOf, streamOf } from '../../workers/connections.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { reconcileSettings, streamSettings } from '../../workers/streamSettings.js';
import type { BackfillProgress, backfillStream } from '../../workflows/backfillStream.js';
import { controlQuery, resumeSignal } from '../../workflows/control.js';
import type { decideQuarantine, DecideQuarantineResult } from '../../workflows/decideQuarantine.js';
import type { ExportProgress, StreamSettings } from '../../workflows/exportRun.js';
import type { reconcileStream, ReconcileResult } from '../../workflows/reconcileStream.js';
import { pauseBehind, renameUnnamedUser } from './support/runs.js';
import {
  connection,
  deviations,
  openScenario,
  stagedFiles,
  stream,
  until,
  type Scenario,
} from './support/scenario.js';

const day = 86_400_000;
const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-04T00:00:00.000Z' };
const search = { path: '/api/v2/quality/evaluations/search' };

let scenario: Scenario;

beforeAll(async () => {
  const server = await startDevelopmentServer({
    ui: false,
    searchAttributes: developmentSearchAttributes(),
    // So few that no run has room for a second window.
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 8 },
  });
  scenario = await openScenario({ evaluations: 350, ...span, server });
  scenario.startWorker();
});

afterAll(async () => scenario?.close());

/** Runs of a workflow, the last one first. */
async function runsOf(workflowId: string): Promise<WorkflowExecutionInfo[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of scenario.client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    runs.push(run);
  return runs.sort((a, b) => b.startTime.getTime() - a.startTime.getTime());
}

it('a window goes on at the batch that was not loaded yet', async () => {
  const exporting = await scenario.startExport(span, { pagesPerBatch: 1 });
  const result = await exporting.result();
  expect(deviations(await scenario.compare(span))).toEqual([]);
  const runs = await runsOf(`${exporting.workflowId}/window-${span.from}`);
  expect(runs.length).toBeGreaterThan(2);
  // Each batch once, and all of them in the sums.
  const [audit] = await scenario.warehouse.query(
    `SELECT count(*) AS batches, count(DISTINCT batch_id) AS ids, sum(pages) AS pages,
       count(*) FILTER (closes_window) AS windows FROM load_audit`,
  );
  expect(audit).toMatchObject({ ids: audit?.['batches'], windows: 1 });
  expect(result).toMatchObject({
    windows: 1,
    batches: Number(audit?.['batches']),
    pages: Number(audit?.['pages']),
  });
});

it('a run is recorded once, and leaves nothing in staging', async () => {
  const exporting = await scenario.startExport(span, { maxWindow: day });
  const result = await exporting.result();
  const [last, ...continued] = await runsOf(exporting.workflowId);
  // One that is neither the first nor the last among them.
  expect(continued.map(({ status }) => status.name)).toEqual(['CONTINUED_AS_NEW', 'CONTINUED_AS_NEW']);
  expect(result).toMatchObject({ from: span.from, highWaterMark: span.to });

  const recorded = await scenario.warehouse.intervalRuns(connection, stream, {
    start: span.from,
    end: span.to,
  });
  expect(recorded.filter(({ workflow_id }) => workflow_id === exporting.workflowId)).toMatchObject([
    { interval_start: span.from, interval_end: span.to, state: 'completed', run_id: last?.runId },
  ]);
  expect(await stagedFiles(scenario)).toEqual([]);
});

/** The run of a workflow that loads its first window, paused behind it. */
async function pausedBehindItsWindow(workflowId: string, windowId: string): Promise<WorkflowHandle> {
  const { workflow } = scenario.client;
  const window = workflow.getHandle(windowId);
  // The window is still being read when the pause reaches it.
  await scenario.control('POST', 'faults', { fault: { kind: 'slow', milliseconds: 500 }, where: search });
  await until('the window', async () => window.describe().catch(() => null));
  const { runId } = await workflow.getHandle(workflowId).describe();
  const run = workflow.getHandle(workflowId, runId);
  await pauseBehind(run, window);
  await scenario.control('DELETE', 'faults');
  return run;
}

it('an export that is paused goes on as a new run only once it is resumed, and ends equal to the truth', async () => {
  const exporting = await scenario.startExport(span, { maxWindow: day });
  const run = await pausedBehindItsWindow(
    exporting.workflowId,
    `${exporting.workflowId}/window-${span.from}`,
  );
  await until('the end of the window', async () => (await run.query<ExportProgress>('progress')).windowsDone);
  expect((await run.describe()).status.name).toBe('RUNNING');
  expect((await run.query(controlQuery)).paused).toBe(true);

  await run.signal(resumeSignal);
  expect(await exporting.result()).toMatchObject({ from: span.from, highWaterMark: span.to, windows: 3 });
  expect((await run.describe()).status.name).toBe('CONTINUED_AS_NEW');
  expect(deviations(await scenario.compare(span))).toEqual([]);
});

it('a backfill that is paused goes on as a new run only once it is resumed, and loads what is left', async () => {
  const backfill = await scenario.client.workflow.start<typeof backfillStream>('backfillStream', {
    workflowId: 'e2e/backfill',
    taskQueue: scenario.configuration.temporal.taskQueue,
    args: [
      {
        ...{ connection, stream, span: { start: span.from, end: span.to }, intervalMillis: day },
        ...{ reprocess: 'completed', reverse: false, maxActive: 1, dryRun: false },
        settings: streamSettings(streamOf(scenario.configuration, connection, stream), 4),
      },
    ],
  });
  const run = await pausedBehindItsWindow(backfill.workflowId, `${backfill.workflowId}/${span.from}`);
  await until('the end of the interval', async () => (await run.query<BackfillProgress>('progress')).done);
  expect((await run.describe()).status.name).toBe('RUNNING');

  await run.signal(resumeSignal);
  expect(await backfill.result()).toMatchObject({ done: 3, failed: 0 });
  expect(await stagedFiles(scenario)).toEqual([]);
  expect((await run.describe()).status.name).toBe('CONTINUED_AS_NEW');
});

it('a release from quarantine that is paused goes on as a new run only once it is resumed, and reads every window', async () => {
  const days = [1, 2, 3].map((each) => ({
    from: `2026-09-0${each}T00:00:00.000Z`,
    to: `2026-09-0${each + 1}T00:00:00.000Z`,
  }));
  for (const each of days) {
    await scenario.control('POST', 'faults', {
      fault: { kind: 'invalidItem' },
      where: search,
      when: { times: 3 },
    });
    expect(await scenario.export(each)).toMatchObject({ quarantined: 1 });
    await scenario.control('DELETE', 'faults');
  }
  const releasing = await scenario.client.workflow.start<typeof decideQuarantine>('decideQuarantine', {
    workflowId: 'e2e/release',
    taskQueue: scenario.configuration.temporal.taskQueue,
    args: [
      {
        ...{ connection, stream, quarantineIds: null, decision: 'release', by: 'jo' },
        settings: streamSettings(streamOf(scenario.configuration, connection, stream), 3),
      },
    ],
  });
  const { workflowId } = releasing;
  const [first] = days;
  const run = await pausedBehindItsWindow(workflowId, `${workflowId}/window-${first?.from}_${first?.to}`);
  await until('the end of the window', async () => {
    const { outcomes } = await run.query<DecideQuarantineResult>('progress');
    return outcomes.complete;
  });
  expect((await run.describe()).status.name).toBe('RUNNING');

  await run.signal(resumeSignal);
  expect(await releasing.result()).toMatchObject({
    ...{ decided: 3, left: 0, outcomes: { complete: 3 } },
    windows: days.map(({ from: start, to: end }) => ({ start, end, outcome: 'complete' })),
  });
  expect((await run.describe()).status.name).toBe('CONTINUED_AS_NEW');
  expect(await scenario.warehouse.quarantinedPages(connection, stream, 'open')).toEqual([]);
  expect(await stagedFiles(scenario)).toEqual([]);
});

/** Compares the span day by day. */
async function startReconciliation(workflowId: string, more: Partial<StreamSettings> = {}) {
  const { alerts, temporal } = scenario.configuration;
  const configured = reconciledStreamOf(scenario.configuration, connection, stream);
  return scenario.client.workflow.start<typeof reconcileStream>('reconcileStream', {
    workflowId,
    taskQueue: temporal.taskQueue,
    args: [
      {
        ...{ connection, stream, span: { start: span.from, end: span.to }, repair: true },
        settings: { ...streamSettings(configured, 3), maxWindow: day, ...more },
        reconcile: reconcileSettings(configured, alerts),
      },
    ],
  });
}

const rescoreLatest = async () => {
  const [latest] = await scenario.warehouse.query(
    `SELECT evaluation_id FROM evaluations
     WHERE status = 'FINISHED' AND NOT is_deleted AND NOT is_automated AND submitted_at < '${span.to}'
     ORDER BY submitted_at DESC, evaluation_id LIMIT 1`,
  );
  const evaluationId = String(latest?.['evaluation_id']);
  await scenario.control('POST', 'events', { kind: 'rescore', evaluationId, keepDates: true });
  expect(deviations(await scenario.compare(span))).not.toEqual([]);
};

it('a reconciliation that is paused goes on as a new run only once it is resumed, and stays one', async () => {
  await rescoreLatest();
  const reconciling = await startReconciliation('e2e/reconcile');
  const { workflowId } = reconciling;
  const run = await pausedBehindItsWindow(workflowId, `${workflowId}/window-${span.from}`);
  await until(
    'the end of the window',
    async () => (await run.query<ReconcileResult>('progress')).windows.length === 1,
  );
  expect((await run.describe()).status.name).toBe('RUNNING');

  await run.signal(resumeSignal);
  const result = await reconciling.result();
  expect((await run.describe()).status.name).toBe('CONTINUED_AS_NEW');
  expect(deviations(await scenario.compare(span))).toEqual([]);
  expect(result.windows.map(({ window }) => window.start)).toEqual([
    span.from,
    '2026-09-02T00:00:00.000Z',
    '2026-09-03T00:00:00.000Z',
  ]);
  expect(result).toMatchObject({ faults: [], coverage: 100 });
  const recorded = await scenario.warehouse.query(
    `SELECT DISTINCT reconciliation_id, reconciled_at FROM reconciliations
     WHERE reconciliation_id LIKE '${workflowId}/%'`,
  );
  expect(recorded).toMatchObject([{ reconciliation_id: result.reconciliationId }]);
  expect(await stagedFiles(scenario)).toEqual([]);
});

it('a reconciliation of which a window failed says so at the end of its last run, and the next one loads users', async () => {
  await rescoreLatest();
  const userId = await renameUnnamedUser(scenario, 'Renamed meanwhile');
  // Asked for at once and after 2 s, then the first window is given up.
  await scenario.control('POST', 'faults', {
    fault: { kind: 'status', status: 503 },
    where: search,
    when: { times: 2 },
  });
  const reconciling = await startReconciliation('e2e/reconcile-failing', { outageTolerance: 4_000 });
  await expect(reconciling.result()).rejects.toMatchObject({
    cause: {
      type: 'ReconciliationFailed',
      message: expect.stringMatching(
        new RegExp(`^${span.from} to .* could not be compared: .*Of 3 windows 2 were compared`),
      ) as string,
    },
  });
  await scenario.control('DELETE', 'faults');
  expect(await runsOf(reconciling.workflowId)).toHaveLength(2);
  expect(deviations(await scenario.compare(span))).toEqual([]);
  expect(await scenario.warehouse.query(`SELECT name FROM users WHERE user_id = '${userId}'`)).toEqual([
    { name: 'Renamed meanwhile' },
  ]);
});
