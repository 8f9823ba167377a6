import {
  defineQuery,
  executeChild,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { AbsentList, ReconciliationRef } from '../activities/contracts.js';
import { toIso, toMillis, type Interval } from '../model/interval.js';
import { addSums, coverage, noSums, type ReconciliationSums } from '../model/reconciliation.js';
import type { StagedObject } from '../staging/stagingStore.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { controllable } from './control.js';
import { hiddenDivisionNotes } from './details.js';
import type { StreamSettings } from './exportRun.js';
import { loadListedRecords, recordsPerListedBatch } from './loadListed.js';
import { loadWindow } from './loadWindow.js';
import { nominalTime } from './nominalTime.js';
import { raiseAlert } from './raiseAlert.js';
import { reconciliationDetails } from './reconciliationDetails.js';
import { searchAttributes } from './searchAttributes.js';
import { addNotes, addRows, addTotals, changedRows, noTotals, type Totals } from './totals.js';

/** Durations in milliseconds. */
export interface ReconcileSettings {
  /** How far back a run compares. */
  horizon: number;
  /** The newest part is left out: exports have not come to it yet. */
  notNewerThan: number;
  /** How often a record must have been looked for in vain, in complete re-reads, to be called deleted. */
  confirmations: number;
  /** Percent of a window that may be absent at once before nothing more is called deleted. */
  breakerShare: number;
  /** Percent of what the source shows; an alert is raised when less than this is held. */
  coverageBelow: number;
}

export interface ReconcileStreamInput {
  connection: string;
  stream: string;
  /** Explicit span; without one the horizon before the nominal time. */
  span: Interval | null;
  /** Load what differs and look for what is absent. */
  repair: boolean;
  settings: StreamSettings;
  reconcile: ReconcileSettings;
}

export interface ReconciledWindow extends ReconciliationSums {
  window: Interval;
  /** In divisions the client may not see. */
  hidden: number;
  breakerTripped: boolean;
}

export interface ReconcileResult {
  v: 1;
  connection: string;
  stream: string;
  reconciliationId: string;
  span: Interval;
  repair: boolean;
  windows: ReconciledWindow[];
  sums: ReconciliationSums;
  /** Percent of what the source shows that was held before any repair; null when it shows nothing. */
  coverage: number | null;
  /** Evaluations by creation, as the source's analytics and as the warehouse count them; null when it cannot count. */
  counted: { source: number; warehouse: number; missing: number } | null;
  hidden: number;
  breakerTripped: boolean;
  alerted: boolean;
  requests: number;
  rows: Totals['rows'];
  notes: string[];
}

export const reconcileProgressQuery = defineQuery<ReconcileResult>('progress');

/**
 * Reads a trailing span again, completely, compares it with the warehouse one by one and by the source's own counts,
 * and repairs what differs on the way every load takes. What is held and not shown is looked for by id, and called
 * deleted once enough complete re-reads have missed it. The mark of the stream is not touched.
 */
export async function reconcileStream(input: ReconcileStreamInput): Promise<ReconcileResult> {
  const { connection, stream, repair, settings } = input;
  const { workflowId, runId } = workflowInfo();
  const activities = activityStubs(settings.priority, settings.outageTolerance);
  const span = spanOf(input);
  const result: ReconcileResult = {
    ...{ v: 1, connection, stream, reconciliationId: `${workflowId}/${runId}`, span, repair, windows: [] },
    ...{ sums: noSums(), coverage: null, counted: null, hidden: 0, breakerTripped: false, alerted: false },
    ...{ requests: 0, rows: {}, notes: [] },
  };
  let child: string | null = null;
  const show = () => setCurrentDetails(reconciliationDetails(result, control.state));
  const control = controllable(() => (child === null ? [] : [child]), show);
  setHandler(reconcileProgressQuery, () => result, {
    description: 'Windows compared so far, with what was missing, stale, different and absent',
  });
  show();
  if (toMillis(span.end) <= toMillis(span.start)) return result;

  const directory = await activities.api.extractDirectory.executeWithOptions(
    { summary: 'users, queues and divisions' },
    [
      {
        connection,
        stream,
        runDirectory: `${connection}/${stream}/runs/${runId}`,
        priority: settings.priority,
      },
    ],
  );
  result.notes.push(...hiddenDivisionNotes(directory));
  const planned = await activities.api.planWindows.executeWithOptions(
    { summary: `${span.start} to ${span.end}` },
    [
      {
        connection,
        span,
        maxWindowMillis: settings.maxWindow,
        recordsPerWindow: settings.recordsPerWindow,
        priority: settings.priority,
      },
    ],
  );
  result.requests += directory.requests + planned.requests;
  const ref: ReconciliationRef = {
    ...{ connection, stream, repair, reconciliationId: result.reconciliationId },
    reconciledAt: toIso(nominalTime()),
  };
  // Before anything is repaired.
  await compareCounts(activities, input, ref, result);
  for (const [index, window] of planned.windows.entries()) {
    await control.pausePoint();
    await reconcileWindow(activities, input, ref, result, {
      window,
      directory: index === 0 ? directory.object : null,
      hiddenDivisionIds: directory.hiddenDivisions.map(({ id }) => id),
      started: async (id) => {
        await control.pausePoint();
        child = id;
      },
    });
    show();
  }
  await alert(activities, input, result);
  show();
  return result;
}

function spanOf({ span, settings, reconcile }: ReconcileStreamInput): Interval {
  if (span !== null) return span;
  const end = nominalTime() - reconcile.notNewerThan;
  const start = Math.max(toMillis(settings.startFrom), end - reconcile.horizon);
  return { start: toIso(Math.min(start, end)), end: toIso(end) };
}

const notLookedFor: AbsentList = { absent: 0, hidden: 0, held: 0, breakerTripped: false, batches: [] };

async function reconcileWindow(
  activities: ActivityStubs,
  { connection, stream, repair, settings, reconcile }: ReconcileStreamInput,
  ref: ReconciliationRef,
  result: ReconcileResult,
  next: {
    window: Interval;
    directory: StagedObject | null;
    hiddenDivisionIds: string[];
    started: (childId: string) => Promise<void>;
  },
): Promise<void> {
  const { window } = next;
  const { workflowId, runId } = workflowInfo();
  const label = window.start.replace(/[-:]|\.\d+/g, '');
  const base = `${connection}/${stream}/reconcile/${runId}/${label}`;
  const comparedDirectory = `${base}/compared`;
  const listDirectory = `${base}/absent`;
  const childId = `${workflowId}/window-${window.start}`;
  await next.started(childId);
  const totals = noTotals();
  addTotals(
    totals,
    await executeChild(loadWindow, {
      workflowId: childId,
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
          compare: { directory: comparedDirectory, repair },
          directory: repair ? next.directory : null,
          pagesPerBatch: settings.pagesPerBatch,
          secondsPerBatch: settings.secondsPerBatch,
          priority: settings.priority,
          outageTolerance: settings.outageTolerance,
        },
      ],
    }),
  );
  // A page that could not be used may hold what would be taken for absent.
  const isComplete = totals.quarantined === 0;
  const absent = !isComplete
    ? notLookedFor
    : await activities.warehouse.listAbsent.executeWithOptions(
        { summary: 'held and not shown by the source' },
        [
          {
            ...{ connection, stream, window, comparedDirectory, listDirectory },
            hiddenDivisionIds: next.hiddenDivisionIds,
            confirmations: reconcile.confirmations,
            breakerShare: reconcile.breakerShare,
            recordsPerBatch: recordsPerListedBatch,
          },
        ],
      );
  const looksUp = repair && isComplete && !absent.breakerTripped;
  if (looksUp) {
    const list = { batches: absent.batches, submitted: null };
    const load = { connection, stream, window, directory: listDirectory, list, label: `absent-${label}` };
    addTotals(
      totals,
      await loadListedRecords(
        {
          ...load,
          keepStaging: true,
          settings: { priority: settings.priority, outageTolerance: settings.outageTolerance },
        },
        () => {},
        next.started,
      ),
    );
  }
  const sums = await activities.warehouse.concludeReconciliation.executeWithOptions(
    { summary: 'by day, division and form version' },
    [
      {
        ...ref,
        ...{ window, comparedDirectory },
        listDirectory: isComplete ? listDirectory : null,
        listedBatches: looksUp ? absent.batches.length : 0,
        lookedUp: looksUp,
      },
    ],
  );
  if (!isComplete) {
    result.notes.push(
      `${window.start} to ${window.end} could not be read completely, so nothing of it was looked for as absent.`,
    );
  }
  if (absent.breakerTripped) {
    result.breakerTripped = true;
    result.notes.push(
      `${absent.absent} of ${absent.held} evaluations held of ${window.start} to ${window.end} are not shown any ` +
        'more: more than a deletion would explain. A lost permission looks the same; nothing was called deleted.',
    );
  }
  result.windows.push({ window, ...sums, hidden: absent.hidden, breakerTripped: absent.breakerTripped });
  result.hidden += absent.hidden;
  addSums(result.sums, sums);
  result.coverage = coverage(result.sums);
  result.requests += totals.requests;
  addNotes(result.notes, totals.notes);
  addRows(result.rows, totals.rows);
  upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(result.rows) }]);
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
  const { counts, requests } = await api.countCreated.executeWithOptions(
    { summary: `${span.start} to ${span.end}` },
    [{ connection, span, priority: settings.priority }],
  );
  result.requests += requests;
  if (counts === null) {
    result.notes.push(
      'The source does not let the client count evaluations, so there was nothing to count against.',
    );
    return;
  }
  result.counted = await warehouse.compareCounts.executeWithOptions(
    { summary: `${counts.length} counts of the source beside those held` },
    [{ ...ref, span, counts }],
  );
}

async function alert(
  activities: ActivityStubs,
  { connection, stream, reconcile }: ReconcileStreamInput,
  result: ReconcileResult,
): Promise<void> {
  const { sums, counted, span } = result;
  const byIds = result.coverage;
  const byCounts =
    counted === null || counted.source === 0
      ? null
      : (100 * (counted.source - counted.missing)) / counted.source;
  const least = Math.min(byIds ?? 100, byCounts ?? 100);
  if (least >= reconcile.coverageBelow && !result.breakerTripped) return;
  result.alerted = await raiseAlert(activities, {
    kind: 'coverage',
    severity: 'error',
    connection,
    stream,
    summary: result.breakerTripped
      ? `Too many evaluations are not shown any more at once: nothing was called deleted.`
      : `The warehouse held ${least.toFixed(2)} % of what the source shows; ${reconcile.coverageBelow} % are asked for.`,
    details: {
      span: { start: span.start, end: span.end },
      coverageByIds: byIds,
      coverageByCounts: byCounts,
      source: sums.source,
      missing: sums.missing,
      stale: sums.stale,
      different: sums.different,
      absent: sums.absent,
      hidden: result.hidden,
      breakerTripped: result.breakerTripped,
      repaired: result.repair,
    },
  });
}
