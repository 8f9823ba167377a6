/** One data interval of a backfill, and the state of the whole that it changes. */
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/auditContracts.js';
import { toIso, toMillis, type Interval } from '../model/interval.js';
import type { ReprocessBehaviour } from '../model/backfillPlan.js';
import type { StagedObject } from '../staging/stagingStore.js';
import type { ActivityStubs } from './activityStubs.js';
import type { StreamSettings } from './exportRun.js';
import { isOwnCancellation } from './ownCancellation.js';
import { loadWindowAsChild } from './windowChild.js';
import { recordIntervalRun } from './recordEnd.js';
import { searchAttributes } from './searchAttributes.js';
import { addTotals, changedRows, noTotals, type Totals } from './totals.js';
import { whyFailed } from './whyFailed.js';

export interface BackfillStreamInput {
  connection: string;
  stream: string;
  span: Interval;
  /** Length of a data interval; the last one of the span may be shorter. */
  intervalMillis: number;
  reprocess: ReprocessBehaviour;
  /** Newest interval first. */
  reverse: boolean;
  /** Intervals loaded at once. */
  maxActive: number;
  /** Only plans. */
  dryRun: boolean;
  settings: StreamSettings;
  /** State carried over continue-as-new. */
  carried?: Omit<BackfillState, 'running'> & {
    /** No interval of the run before could load users, queues and divisions. */
    needsDirectory: boolean;
  };
}

export interface FailedInterval extends Interval {
  message: string;
}

export interface BackfillState {
  planned: PlannedBackfill;
  /** Starts of intervals that were not begun yet. */
  left: number[];
  running: Map<number, string>;
  done: number;
  failed: number;
  /** The first of them, in full. */
  failures: FailedInterval[];
  totals: Totals;
}

/** State is carried from run to run and must stay small; all failures are in interval_runs. */
const keptFailures = 100;

/** Resolves with whether it was loaded. */
export async function loadInterval(
  activities: ActivityStubs,
  input: BackfillStreamInput,
  state: BackfillState,
  start: number,
  directory: StagedObject | null,
  show: () => void,
): Promise<boolean> {
  const { connection, stream, settings } = input;
  const window = intervalAt(input, start);
  const workflowId = `${workflowInfo().workflowId}/${window.start}`;
  const startedAt = new Date().toISOString();
  state.running.set(start, workflowId);
  show();
  let totals = noTotals();
  let error: unknown;
  try {
    totals = await loadWindowAsChild(workflowId, settings, {
      ...{ connection, stream, window, directory },
      resume: null,
    });
  } catch (caught) {
    if (isOwnCancellation(caught)) throw caught;
    error = caught;
  }
  state.running.delete(start);
  addTotals(state.totals, totals);
  upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(state.totals.rows) }]);
  const message = error === undefined ? null : whyFailed(error);
  if (message === null) state.done += 1;
  else {
    state.failed += 1;
    if (state.failures.length < keptFailures) state.failures.push({ ...window, message });
  }
  // What is complete is in load_audit already.
  if (message === null && totals.quarantined === 0) return true;
  await recordIntervalRun(
    activities,
    {
      connection,
      stream,
      trigger: 'backfill',
      interval_start: window.start,
      interval_end: window.end,
      state: message === null ? 'quarantined' : 'failed',
      loaded_through: null,
      nominal_at: startedAt,
      started_at: startedAt,
      ended_at: new Date().toISOString(),
      requests: totals.requests,
      changed_rows: changedRows(totals.rows),
      message,
      workflow_id: workflowId,
      run_id: workflowInfo().runId,
    },
    false,
  );
  return message === null;
}

export function intervalAt({ span, intervalMillis }: BackfillStreamInput, start: number): Interval {
  return { start: toIso(start), end: toIso(Math.min(toMillis(span.end), start + intervalMillis)) };
}
