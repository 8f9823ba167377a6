import {
  ApplicationFailure,
  continueAsNew,
  defineQuery,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ReconciliationRef } from '../activities/reconciliationContracts.js';
import { toIso, toMillis, type Interval } from '../model/interval.js';
import { noSums, recordsCalled } from '../model/reconciliation.js';
import { reconciliationFaults } from '../model/reconciliationFaults.js';
import type { StagedObject } from '../staging/stagingStore.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { controllable } from './control.js';
import { hiddenDivisionNotes } from './details.js';
import { eachByItself } from './eachByItself.js';
import { nominalTime } from './nominalTime.js';
import { alertOfFaults } from './reconciliationAlert.js';
import { reconciliationDetails } from './reconciliationDetails.js';
import {
  reconcileWindow,
  type ReconcileResult,
  type ReconcileSettings,
  type ReconcileState,
  type ReconcileStreamInput,
} from './reconcileWindow.js';
import { sharedDirectory, sharing } from './sharedDirectory.js';
import { addNotes } from './totals.js';
import { whyFailed } from './whyFailed.js';

export type { ReconcileResult, ReconcileSettings, ReconcileStreamInput };

export const reconcileProgressQuery = defineQuery<ReconcileResult>('progress');

/**
 * Reads a trailing span again, completely, compares it with the warehouse one by one and by the source's own counts,
 * and repairs what differs on the way every load takes. What is held and not shown is looked for by id, and called
 * deleted once enough complete re-reads have missed it. The mark of the stream is not touched. A window that cannot be
 * compared fails the reconciliation, once all others are compared and people are told; two of them in a row are an
 * outage, and end the comparing.
 */
export async function reconcileStream(input: ReconcileStreamInput): Promise<ReconcileResult> {
  const activities = activityStubs(input.settings.priority, input.settings.outageTolerance);
  const result = input.carried?.result ?? nothingYet(input);
  const { span } = result;
  let child: string | null = null;
  const show = () =>
    setCurrentDetails(reconciliationDetails(result, input.reconcile.coverageBelow, control.state));
  const control = controllable(() => (child === null ? [] : [child]), show);
  setHandler(reconcileProgressQuery, () => result, {
    description: 'Windows compared so far, with what was missing, stale, different and absent',
  });
  show();
  if (toMillis(span.end) <= toMillis(span.start)) return result;

  const { state, isOutage } = await sharing(activities, input, async () => {
    const begun: Begun = input.carried?.state ?? (await plan(activities, input, result));
    const { directory = null, ...planned } = begun;
    const ref = refOf(input, result, planned);
    let notLoaded = directory;
    const compareWindow = async (window: Interval) => {
      await control.pausePoint();
      await reconcileWindow(activities, input, ref, result, {
        window,
        directory: notLoaded,
        hiddenDivisionIds: planned.hiddenDivisionIds,
        started: async (id) => {
          await control.pausePoint();
          child = id;
        },
      });
      notLoaded = null;
      show();
    };
    const failed = (window: Interval, error: unknown) => {
      addNotes(planned.failures, [
        `${window.start} to ${window.end} could not be compared: ${whyFailed(error)}`,
      ]);
      addNotes(result.notes, planned.failures);
      show();
    };
    const isEnough = () => workflowInfo().continueAsNewSuggested;
    const ended = await eachByItself(planned.left, compareWindow, failed, isEnough);
    return { state: { ...planned, left: ended.left }, isOutage: ended.isOutage };
  });
  if (state.left.length > 0 && !isOutage) {
    // The run that follows knows nothing of a pause.
    await control.pausePoint();
    await continueAsNew<typeof reconcileStream>({ ...input, carried: { result, state } });
  }
  result.byConsole = besideConsole(input, result);
  result.faults = reconciliationFaults(result, input.reconcile.coverageBelow);
  result.alerted = await alertOfFaults(activities, input, result);
  show();
  const { failures } = state;
  if (failures.length > 0) {
    throw ApplicationFailure.create({
      type: 'ReconciliationFailed',
      message: `${failures.join('. ')}. Of ${state.planned} windows ${result.compared} were compared.`,
      nonRetryable: true,
    });
  }
  return result;
}

function nothingYet(input: ReconcileStreamInput): ReconcileResult {
  const { connection, stream, repair } = input;
  const { workflowId, runId } = workflowInfo();
  return {
    ...{ v: 1, connection, stream, reconciliationId: `${workflowId}/${runId}` },
    ...{ kind: 'evaluation', span: spanOf(input), repair, compared: 0, unread: 0, windows: [] },
    ...{ divisions: [], sums: noSums(), coverage: null, counted: null, byConsole: null, hidden: 0 },
    ...{ breakerTripped: false, faults: [], alerted: false, requests: 0, rows: {}, notes: [] },
  };
}

/** Users, queues and divisions are loaded by the first window that can be compared. */
type Begun = ReconcileState & { directory?: StagedObject | null };

/** Once for each reconciliation: users, queues and divisions, the windows, and the counts before anything is repaired. */
async function plan(
  activities: ActivityStubs,
  input: ReconcileStreamInput,
  result: ReconcileResult,
): Promise<Begun> {
  const { connection, stream, settings } = input;
  const { span } = result;
  const directory = await activities.api.extractDirectory.executeWithOptions(
    { summary: 'users, queues and divisions' },
    [{ connection, stream, runDirectory: sharedDirectory(input), priority: settings.priority }],
  );
  result.notes.push(...hiddenDivisionNotes(directory));
  const { windows, requests } = await activities.api.planWindows.executeWithOptions(
    { summary: `${span.start} to ${span.end}` },
    [
      {
        connection,
        stream,
        span,
        maxWindowMillis: settings.maxWindow,
        recordsPerWindow: settings.recordsPerWindow,
        priority: settings.priority,
      },
    ],
  );
  result.requests += directory.requests + requests;
  const state = {
    left: windows,
    planned: windows.length,
    hiddenDivisionIds: directory.hiddenDivisions.map(({ id }) => id),
    failures: [],
    reconciledAt: toIso(nominalTime()),
  };
  await compareCounts(activities, input, refOf(input, result, state), result);
  return { ...state, directory: directory.object };
}

const refOf = (
  { connection, stream, repair }: ReconcileStreamInput,
  { reconciliationId }: ReconcileResult,
  { reconciledAt }: ReconcileState,
): ReconciliationRef => ({ connection, stream, repair, reconciliationId, reconciledAt });

function spanOf({ span, settings, reconcile }: ReconcileStreamInput): Interval {
  if (span !== null) return span;
  const end = nominalTime() - reconcile.notNewerThan;
  const start = Math.max(toMillis(settings.startFrom), end - reconcile.horizon);
  return { start: toIso(Math.min(start, end)), end: toIso(end) };
}

/** Whole days only: the count of a day that goes on would be compared with another moment's. */
async function compareCounts(
  { api, warehouse }: ActivityStubs,
  { connection, settings }: ReconcileStreamInput,
  ref: ReconciliationRef,
  result: ReconcileResult,
): Promise<void> {
  const day = 86_400_000;
  const span = {
    start: toIso(Math.ceil(toMillis(result.span.start) / day) * day),
    end: toIso(Math.floor(toMillis(result.span.end) / day) * day),
  };
  if (toMillis(span.end) <= toMillis(span.start)) return;
  const { kind, counts, requests } = await api.countCreated.executeWithOptions(
    { summary: `${span.start} to ${span.end}` },
    [{ connection, stream: ref.stream, span, priority: settings.priority }],
  );
  result.kind = kind;
  result.requests += requests;
  if (counts === null) {
    result.notes.push(
      `The source does not let the client count ${recordsCalled[result.kind]}, so there was nothing to count against.`,
    );
    return;
  }
  result.counted = await warehouse.compareCounts.executeWithOptions(
    { summary: `${counts.length} counts of the source beside those held` },
    [{ ...ref, span, counts }],
  );
}

function besideConsole(
  { consoleTotal: source }: ReconcileStreamInput,
  { sums, hidden }: ReconcileResult,
): ReconcileResult['byConsole'] {
  if (source === undefined) return null;
  // Whoever counts there sees what was hidden since it was loaded.
  const warehouse = sums.warehouse + hidden;
  return { source, warehouse, missing: Math.max(0, source - warehouse) };
}
