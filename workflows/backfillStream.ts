import {
  continueAsNew,
  defineQuery,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/auditContracts.js';
import { stretches } from '../model/coverage.js';
import type { Interval } from '../model/interval.js';
import type { StagedObject } from '../staging/stagingStore.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { allEnded } from './allEnded.js';
import { backfillDetails } from './backfillDetails.js';
import {
  intervalAt,
  loadInterval,
  type BackfillState,
  type BackfillStreamInput,
  type FailedInterval,
} from './backfillInterval.js';
import { controllable, type Control } from './control.js';
import { hiddenDivisionNotes } from './details.js';
import { sharedDirectory, sharing } from './sharedDirectory.js';
import { addNotes, noTotals, type Totals } from './totals.js';
import { underWayQuery } from './underWay.js';

export type { BackfillStreamInput };

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
  setHandler(underWayQuery, () => underWay(input, state), {
    description: 'Spans of the intervals that are running or left',
  });
  show();
  if (input.dryRun) return progressOf(input, state);

  const needsDirectory = await sharing(activities, input, async () =>
    loadIntervals(activities, input, state, control, show),
  );
  if (state.left.length > 0) {
    // The run that follows knows nothing of a pause.
    await control.pausePoint();
    const { running: _, ...kept } = state;
    await continueAsNew<typeof backfillStream>({ ...input, carried: { ...kept, needsDirectory } });
  }
  return progressOf(input, state);
}

/** As many as one run may load. Resolves with whether users, queues and divisions are still to be loaded. */
async function loadIntervals(
  activities: ActivityStubs,
  input: BackfillStreamInput,
  state: BackfillState,
  control: Control,
  show: () => void,
): Promise<boolean> {
  const needsDirectory = input.carried?.needsDirectory ?? true;
  let directory = needsDirectory ? await readDirectory(activities, input, state) : null;
  let begun = 0;
  const workThrough = async () => {
    // One at least: a run that only read users and queues would be followed by another that does.
    while (begun === 0 || (begun < intervalsPerRun && !workflowInfo().continueAsNewSuggested)) {
      await control.pausePoint();
      const start = state.left.shift();
      if (start === undefined) return;
      begun += 1;
      const object = directory;
      directory = null;
      const isLoaded = await loadInterval(activities, input, state, start, object, show);
      // At most one interval has it.
      if (!isLoaded) directory ??= object;
      show();
    }
  };
  // Also when the backfill is cancelled: intervals that end last may still read what they share.
  await allEnded(Array.from({ length: input.maxActive }, workThrough));
  return directory !== null;
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

/**
 * Users, queues and divisions, for the first interval that can be loaded: an organisation may be backfilled before its
 * schedule has run.
 */
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
        runDirectory: sharedDirectory({ connection, stream }),
        priority: settings.priority,
      },
    ],
  );
  state.totals.requests += directory.requests;
  addNotes(state.totals.notes, hiddenDivisionNotes(directory));
  return directory.object;
}

/** Not the whole span: what was left out or has failed is not loaded by this backfill. */
function underWay(input: BackfillStreamInput, { running, left }: BackfillState): Interval[] {
  if (input.dryRun) return [];
  return stretches([...running.keys(), ...left].map((start) => intervalAt(input, start)));
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
