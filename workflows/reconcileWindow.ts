/** One window of a reconciliation: read, compared, repaired, and what is absent looked for. */
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { AbsentList, ReconciliationRef } from '../activities/reconciliationContracts.js';
import type { Interval } from '../model/interval.js';
import {
  addDivisions,
  addSums,
  coverage,
  type DivisionSums,
  type ReconciledKind,
  type ReconciliationSums,
} from '../model/reconciliation.js';
import { keepWindow, type ReconciledWindow } from '../model/reconciledWindows.js';
import type { ReconciliationFault } from '../model/reconciliationFaults.js';
import type { StagedObject } from '../staging/stagingStore.js';
import type { ActivityStubs } from './activityStubs.js';
import type { StreamSettings } from './exportRun.js';
import { loadListedRecords, recordsPerListedBatch } from './loadListed.js';
import { loadWindowAsChild } from './windowChild.js';
import { searchAttributes } from './searchAttributes.js';
import { addLoaded, addNotes, changedRows, type Totals } from './totals.js';

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
  /** Records of the span as the vendor's console counts them for somebody who sees everything. */
  consoleTotal?: number;
  /** State carried over continue-as-new. */
  carried?: { result: ReconcileResult; state: ReconcileState };
}

/** How far a reconciliation is, beside what it has found. */
export interface ReconcileState {
  /** Windows that were not compared yet. */
  left: Interval[];
  /** Windows of the span. */
  planned: number;
  hiddenDivisionIds: string[];
  /** Windows that could not be compared, with the reasons. */
  failures: string[];
  /** The moment that its rows are recorded with. */
  reconciledAt: string;
}

export interface ReconcileResult {
  v: 1;
  connection: string;
  stream: string;
  reconciliationId: string;
  /** What is compared. */
  kind: ReconciledKind;
  span: Interval;
  repair: boolean;
  /** Windows compared so far. */
  compared: number;
  /** Of these, those of which not every page could be used. */
  unread: number;
  /** Those that people may want to look at, see keepWindow: not all of many. */
  windows: ReconciledWindow[];
  sums: ReconciliationSums;
  /** Percent of what the source shows that was held before any repair; null when it shows nothing. */
  coverage: number | null;
  /** The same by division, as far as they have any. */
  divisions: DivisionSums[];
  /** Evaluations by creation, as the source's analytics and as the warehouse count them; null when it cannot count. */
  counted: { source: number; warehouse: number; missing: number } | null;
  /** The total of the console beside what was held before any repair; null without one. */
  byConsole: { source: number; warehouse: number; missing: number } | null;
  hidden: number;
  breakerTripped: boolean;
  /** Why people should look, once all windows are compared; empty until then. */
  faults: ReconciliationFault[];
  /** People were told, and the alert was delivered. */
  alerted: boolean;
  requests: number;
  rows: Totals['rows'];
  notes: string[];
}

const notLookedFor: Omit<AbsentList, 'kind'> = { hidden: 0, tripped: [], batches: [] };

export async function reconcileWindow(
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
  const read = await loadWindowAsChild(childId, settings, {
    ...{ connection, stream, window },
    resume: null,
    directory: repair ? next.directory : null,
    compare: { directory: comparedDirectory, repair },
  });
  // At once: what comes after it may fail.
  const took = (loaded: Totals) => {
    addLoaded(result, loaded);
    upsertSearchAttributes([{ key: searchAttributes.rows, value: changedRows(result.rows) }]);
  };
  took(read);
  // A page that could not be used may hold what would be taken for absent.
  const isComplete = read.quarantined === 0;
  const absent: AbsentList = !isComplete
    ? { kind: result.kind, ...notLookedFor }
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
  const breakerTripped = absent.tripped.length > 0;
  const looksUp = repair && isComplete && !breakerTripped;
  if (looksUp) {
    const list = { batches: absent.batches, submitted: null };
    const load = { connection, stream, window, directory: listDirectory, list, label: `absent-${label}` };
    await loadListedRecords(
      {
        ...load,
        keepStaging: true,
        settings: { priority: settings.priority, outageTolerance: settings.outageTolerance },
      },
      took,
      next.started,
    );
  }
  const { divisions, ...sums } = await activities.warehouse.concludeReconciliation.executeWithOptions(
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
  await activities.local.discardStaged.executeWithOptions({ summary: 'what was compared' }, [
    { directories: [comparedDirectory, listDirectory] },
  ]);
  if (!isComplete) {
    addNotes(result.notes, [
      `${window.start} to ${window.end} could not be read completely, so nothing of it was looked for as absent.`,
    ]);
  }
  result.kind = absent.kind;
  if (breakerTripped) result.breakerTripped = true;
  addNotes(
    result.notes,
    absent.tripped.map(
      ({ table, absent: gone, held }) =>
        `${gone} of ${held} rows of ${table} held of ${window.start} to ${window.end} are not shown any more: more than ` +
        'a deletion would explain. A lost permission looks the same; nothing was called deleted.',
    ),
  );
  const { hidden } = absent;
  keepWindow(result.windows, { window, ...sums, hidden, breakerTripped, isComplete });
  result.compared += 1;
  if (!isComplete) result.unread += 1;
  result.hidden += hidden;
  addSums(result.sums, sums);
  addDivisions(result.divisions, divisions);
  result.coverage = coverage(result.sums);
}
