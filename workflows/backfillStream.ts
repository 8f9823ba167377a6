import {
  continueAsNew,
  defineQuery,
  executeChild,
  isCancellation,
  rootCause,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/contracts.js';
import { toIso, toMillis, type Interval } from '../model/interval.js';
import type { ReprocessBehaviour } from '../model/backfillPlan.js';
import type { StagedObject } from '../staging/stagingStore.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { backfillDetails } from './backfillDetails.js';
import { controllable, type Control } from './control.js';
import { hiddenDivisionNotes } from './details.js';
import type { StreamSettings } from './exportRun.js';
import { loadWindow } from './loadWindow.js';
import { recordIntervalRun } from './recordEnd.js';
import { searchAttributes } from './searchAttributes.js';
import { addTotals, changedRows, noTotals, type Totals } from './totals.js';

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
  carried?: Omit<BackfillState, 'running'>;
}

export interface FailedInterval extends Interval {
  message: string;
}

interface BackfillState {
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

export interface BackfillProgress {
  v: 1;
  connection: string;
  stream: string;
  span: Interval;
  dryRun: boolean;
  /** Intervals of the span by what had become of them before. */
  before: PlannedBackfill['before'];
  /** Intervals this backfill loads; in a dry run would load. */
  planned: number;
  done: number;
  running: Interval[];
  left: number;
  failed: number;
  failures: FailedInterval[];
  requests: number;
  rows: Totals['rows'];
  quarantined: number;
  redacted: number;
  deferred: number;
  notes: string[];
}

export const backfillProgressQuery = defineQuery<BackfillProgress>('progress');

/** State is carried from run to run and must stay small; all failures are in interval_runs. */
const keptFailures = 100;

/** So many intervals are begun by one run; its history stays short enough to be replayed quickly. */
const intervalsPerRun = 200;

/**
 * Loads a span as data intervals, beside the stream's schedule and at the lowest priority. The mark of the stream is
 * neither read nor moved. An interval that fails is recorded and the others go on.
 */
export async function backfillStream(input: BackfillStreamInput): Promise<BackfillProgress> {
  const activities = activityStubs(input.settings.priority, input.settings.outageTolerance);
  const state: BackfillState = { ...(input.carried ?? (await plan(activities, input))), running: new Map() };
  const show = () => setCurrentDetails(backfillDetails(progressOf(input, state), control.state));
  const control: Control = controllable(() => [...state.running.values()], show);
  setHandler(backfillProgressQuery, () => progressOf(input, state), {
    description: 'Intervals done, running, failed and left, and totals',
  });
  show();
  if (input.dryRun) return progressOf(input, state);

  let directory = input.carried === undefined ? await readDirectory(activities, input, state) : null;
  let begun = 0;
  const workThrough = async () => {
    while (begun < intervalsPerRun && !workflowInfo().continueAsNewSuggested) {
      await control.pausePoint();
      const start = state.left.shift();
      if (start === undefined) return;
      begun += 1;
      const object = directory;
      directory = null;
      await loadInterval(activities, input, state, start, object, show);
      show();
    }
  };
  await Promise.all(Array.from({ length: input.maxActive }, workThrough));
  if (state.left.length > 0) {
    const { running: _, ...carried } = state;
    await continueAsNew<typeof backfillStream>({ ...input, carried });
  }
  return progressOf(input, state);
}

async function plan(
  { warehouse }: ActivityStubs,
  { connection, stream, span, intervalMillis, reprocess, reverse }: BackfillStreamInput,
): Promise<Omit<BackfillState, 'running'>> {
  const planned = await warehouse.planBackfill.executeWithOptions(
    { summary: `${span.start} to ${span.end}` },
    [{ connection, stream, span, intervalMillis, reprocess, reverse }],
  );
  return {
    planned: { ...planned, starts: [] },
    left: planned.starts,
    done: 0,
    failed: 0,
    failures: [],
    totals: noTotals(),
  };
}

/** Users, queues and divisions, once: an organisation may be backfilled before its schedule has run. */
async function readDirectory(
  { api }: ActivityStubs,
  { connection, stream, settings }: BackfillStreamInput,
  state: BackfillState,
): Promise<StagedObject | null> {
  if (state.left.length === 0) return null;
  const directory = await api.extractDirectory.executeWithOptions(
    { summary: 'users, queues and divisions' },
    [
      {
        connection,
        stream,
        runDirectory: `${connection}/${stream}/runs/${workflowInfo().runId}`,
        priority: settings.priority,
      },
    ],
  );
  state.totals.requests += directory.requests;
  state.totals.notes.push(...hiddenDivisionNotes(directory));
  return directory.object;
}

async function loadInterval(
  activities: ActivityStubs,
  input: BackfillStreamInput,
  state: BackfillState,
  start: number,
  directory: StagedObject | null,
  show: () => void,
): Promise<void> {
  const { connection, stream, settings } = input;
  const window = intervalAt(input, start);
  const workflowId = `${workflowInfo().workflowId}/${window.start}`;
  const startedAt = new Date().toISOString();
  state.running.set(start, workflowId);
  show();
  let totals = noTotals();
  let error: unknown;
  try {
    totals = await executeChild(loadWindow, {
      workflowId,
      staticSummary: `${window.start} to ${window.end}`,
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connection },
        { key: searchAttributes.stream, value: stream },
        { key: searchAttributes.intervalStart, value: new Date(window.start) },
      ],
      args: [
        {
          connection,
          stream,
          window,
          resume: null,
          directory,
          pagesPerBatch: settings.pagesPerBatch,
          secondsPerBatch: settings.secondsPerBatch,
          priority: settings.priority,
          outageTolerance: settings.outageTolerance,
        },
      ],
    });
  } catch (caught) {
    if (isCancellation(caught)) throw caught;
    error = caught;
  }
  state.running.delete(start);
  addTotals(state.totals, totals);
  upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(state.totals.rows) }]);
  const message = error === undefined ? null : (rootCause(error) ?? String(error));
  if (message === null) state.done += 1;
  else {
    state.failed += 1;
    if (state.failures.length < keptFailures) state.failures.push({ ...window, message });
  }
  // What is complete is in load_audit already.
  if (message === null && totals.quarantined === 0) return;
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
}

function intervalAt({ span, intervalMillis }: BackfillStreamInput, start: number): Interval {
  return { start: toIso(start), end: toIso(Math.min(toMillis(span.end), start + intervalMillis)) };
}

function progressOf(input: BackfillStreamInput, state: BackfillState): BackfillProgress {
  const { totals } = state;
  return {
    v: 1,
    connection: input.connection,
    stream: input.stream,
    span: input.span,
    dryRun: input.dryRun,
    before: state.planned.before,
    planned: state.done + state.failed + state.running.size + state.left.length,
    done: state.done,
    running: [...state.running.keys()].map((start) => intervalAt(input, start)),
    left: state.left.length,
    failed: state.failed,
    failures: state.failures,
    requests: totals.requests,
    rows: totals.rows,
    quarantined: totals.quarantined,
    redacted: totals.redacted,
    deferred: totals.deferred,
    notes: totals.notes,
  };
}
