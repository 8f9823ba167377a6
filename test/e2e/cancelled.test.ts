/** Runs of a schedule that are cancelled, or their windows alone: what the runs after them remember, and where those go on. */
import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportHandle } from '../../cli/runProgress.js';
import { exportRunFailed, type FailedRun } from '../../model/mark.js';
import { syncSchedules } from '../../workers/schedules.js';
import type { ExportProgress } from '../../workflows/exportRun.js';
import { pauseBehind, triggerRun } from './support/runs.js';
import { connection, deviations, openScenario, stream, until, type Scenario } from './support/scenario.js';

const from = new Date(Date.now() - 20 * 86_400_000).toISOString();
const to = new Date(Date.now() - 5 * 86_400_000).toISOString();
const slow = { kind: 'slow', milliseconds: 400 };

let scenario: Scenario;

beforeAll(async () => {
  scenario = await openScenario({
    evaluations: 300,
    ...{ from, to },
    streamSettings: 'safetyLag: 1s, overlap: 0s, recordsPerWindow: 120, pagesPerBatch: 1, paused: true',
  });
  scenario.startWorker();
  await syncSchedules(scenario.client, scenario.configuration);
});

afterAll(async () => scenario?.close());

const trigger = async () => triggerRun(scenario, { connection, stream });

/** Sets a fault of the searches in place of the one before. */
async function setFault(fault: object): Promise<void> {
  await scenario.control('DELETE', 'faults');
  await scenario.control('POST', 'faults', {
    fault,
    where: { path: '/api/v2/quality/evaluations/search' },
  });
}

/** The window that a run loads, once so many others are behind it. */
async function windowOf(run: ExportHandle, windowsBefore: number) {
  const current = await until('the window', async () => {
    const progress = await run.query<ExportProgress>('progress').catch(() => null);
    return progress?.windowsDone === windowsBefore && progress.current;
  });
  const child = scenario.client.workflow.getHandle(current.workflowId);
  await until('its workflow', async () => child.describe().catch(() => null));
  return { ...current, child };
}

type HandedOn = Pick<FailedRun, 'highWaterMark' | 'resume'>;

/** What a run that fails hands on. */
async function handedOn(run: ExportHandle): Promise<HandedOn> {
  const failure: unknown = await run.result().catch((error: WorkflowFailedError) => error.cause);
  if (!(failure instanceof ApplicationFailure && failure.type === exportRunFailed && failure.details)) {
    throw new Error(`It ended otherwise: ${String(failure)}`);
  }
  const { highWaterMark, resume } = failure.details[0] as FailedRun;
  return { highWaterMark, resume };
}

let left: HandedOn;
let interrupted: string;

it('a run whose window alone is cancelled fails, and hands on its mark and the point that window had begun at', async () => {
  await setFault(slow);
  const failing = await trigger();
  const { window } = await windowOf(failing, 1);
  await setFault({ kind: 'status', status: 401 });
  left = await handedOn(failing);
  expect(left).toMatchObject({ highWaterMark: window.start, resume: { window } });

  await setFault(slow);
  const run = await trigger();
  const resumed = await windowOf(run, 0);
  expect(resumed).toMatchObject({ window, resumed: true });
  await resumed.child.cancel();
  expect(await handedOn(run)).toEqual(left);
  const span = { start: from, end: new Date().toISOString() };
  const recorded = await scenario.warehouse.intervalRuns(connection, stream, span);
  expect(recorded.map(({ state }) => state)).toEqual(['failed', 'failed']);
  expect(recorded.at(-1)?.message).toBe(`loadWindow ${resumed.workflowId} was cancelled`);
});

it('the run after it goes on there; what it has loaded when it is cancelled later is equal to the truth', async () => {
  const run = await trigger();
  const { window } = left.resume ?? expect.unreachable('no point to resume at');
  const resumed = await windowOf(run, 0);
  expect(resumed).toMatchObject({ window, resumed: true });
  interrupted = resumed.workflowId;
  await pauseBehind(run, resumed.child);
  await until('its end', async () => (await run.query<ExportProgress>('progress')).windowsDone);
  await run.cancel();
  await expect(run.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
  expect(deviations(await scenario.compare({ from, to: window.end }))).toEqual([]);
});

it('the run after the cancelled one reads that window anew, though what it remembers is the same point', async () => {
  // Nothing tells of this change, and batches of an attempt that goes on at the point are taken for loaded.
  const [{ evaluation_id: evaluationId } = {}] = await scenario.warehouse.query(
    `SELECT evaluation_id FROM evaluations JOIN load_audit USING (batch_id)
     WHERE workflow_id = '${interrupted}' AND submitted_at IS NOT NULL`,
  );
  await scenario.control('POST', 'events', { kind: 'rescore', evaluationId, keepDates: true });
  await scenario.control('DELETE', 'faults');
  const result = await (await trigger()).result();
  expect(result.from).toBe(left.highWaterMark);
  expect(deviations(await scenario.compare({ from, to: result.highWaterMark }))).toEqual([]);
});
