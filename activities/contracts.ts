/** What travels between workflows and activities. Types only: workflows import this file. */
import type { Interval } from '../model/interval.js';
import type { ReprocessBehaviour } from '../model/backfillPlan.js';
import type { AuditedState, IntervalSchedule } from '../model/intervalAudit.js';
import type { IntervalGap } from '../model/intervalGaps.js';
import type { ReconciliationSums } from '../model/reconciliation.js';
import type { Row, StagedTableName } from '../model/tables.js';
import type { VisibilityChange, VisibilityFinding } from '../model/visibility.js';
import type { Cursor } from '../sources/source.js';
import type { StagedObject } from '../staging/stagingStore.js';
import type { HeldFormVersion, HeldSelection, LoadResult } from '../warehouses/warehouse.js';

export type { HeldSelection };

/** Which batch of which window an activity works on. All names in staging derive from it. */
export interface BatchRef {
  connection: string;
  stream: string;
  window: Interval;
  /** Staging directory of the window's attempt. */
  windowDirectory: string;
  /** Number of the batch in its window, from 1. */
  number: number;
}

/** 1 intraday, 2 scheduled export, 3 repair, 4 backfill. */
export type BudgetPriority = 1 | 2 | 3 | 4;

export interface PlanWindowsInput {
  connection: string;
  span: Interval;
  maxWindowMillis: number;
  recordsPerWindow: number;
  priority: BudgetPriority;
}

export interface PlannedWindows {
  windows: Interval[];
  requests: number;
}

export interface ExtractPagesInput {
  batch: BatchRef;
  /** Null: the begin of the window. */
  cursor: Cursor | null;
  maxPages: number;
  maxSeconds: number;
  priority: BudgetPriority;
}

/** What was staged; the rows themselves stay in staging. */
export interface ExtractedBatch {
  pages: number;
  records: number;
  /** References to records whose content still has to be read by id, if the warehouse does not have it. */
  references: number;
  redacted: number;
  requests: number;
  /** Null without any. */
  quarantined: QuarantinedPages | null;
  /** Where the next batch begins; null after the last page of the window. */
  next: Cursor | null;
  /** What the next batch reads, for people. */
  position: string;
  /** First page that was requested after pages of an earlier attempt were found in staging; null without one. */
  resumedAtPage: number | null;
}

/** Answers that failed their schema for good; staged with their reasons, and read on behind. */
export interface QuarantinedPages {
  pages: number;
  /** Where the first of them was read, and what is wrong with it; without what it holds. */
  first: string;
}

/** What could not be told from lists: how many references are left to read by id. */
export interface SelectedReferences {
  lookups: number;
}

export interface ReadRecordsInput {
  batch: BatchRef;
  priority: BudgetPriority;
}

export interface ReadRecords {
  found: number;
  gone: number;
  redacted: number;
  requests: number;
  /** Answers about single records; null without any. */
  quarantined: QuarantinedPages | null;
}

export interface FetchFormsInput {
  batch: BatchRef;
  priority: BudgetPriority;
}

export interface FetchedForms {
  needed: number;
  fetched: number;
  /** Form versions the source does not know; their evaluations are loaded without texts. */
  missing: string[];
  requests: number;
}

export interface ExtractDirectoryInput {
  connection: string;
  stream: string;
  /** Staging directory of the run. */
  runDirectory: string;
  priority: BudgetPriority;
}

export interface ExtractedDirectory {
  object: StagedObject;
  requests: number;
  /** Divisions of the organisation whose evaluations the client may not read. */
  hiddenDivisions: { id: string; name: string }[];
}

export interface NormalizeBatchInput {
  batch: BatchRef;
  /** Users, queues and divisions to load with this batch. */
  directory: StagedObject | null;
}

export interface NormalizedBatch {
  files: Partial<Record<StagedTableName, StagedObject>>;
  evaluations: number;
  gone: number;
  /** Held back, because their scores are still being calculated. */
  deferred: number;
  redacted: number;
  notes: string[];
}

export interface LoadBatchInput {
  batch: BatchRef;
  files: Partial<Record<StagedTableName, StagedObject>>;
  closesWindow: boolean;
  /** The staging directory is removed once this batch is committed. */
  isLast: boolean;
  redacted: number;
  gone: number;
  pages: number;
  requests: number;
  notes: string[];
}

export interface ListHeldInput {
  connection: string;
  stream: string;
  window: Interval;
  /** Staging directory that gets the batches. */
  windowDirectory: string;
  selection: HeldSelection;
  recordsPerBatch: number;
  /** Only counts; stages nothing. */
  dryRun: boolean;
}

export interface HeldList {
  asked: number;
  byForm: { formId: string | null; evaluations: number }[];
  /** Records in each batch. */
  batches: number[];
  /** Evaluations asked for by id that the warehouse does not hold. */
  notHeld: string[];
  submitted: Interval | null;
}

export interface LoadedBatch extends LoadResult {
  /**
   * Pages of the window in quarantine, not counting skipped ones; told with the batch that ends it, which does not
   * close it then.
   */
  quarantined: number;
}

export interface KeepQuarantinedInput {
  batch: BatchRef;
}

export interface ListQuarantineInput {
  connection: string;
  stream: string;
  quarantineIds: string[];
}

/** Windows with pages in quarantine, in the order of their starts. */
export interface QuarantinedWindow {
  window: Interval;
  /** Pages asked for. */
  asked: string[];
  /** Other pages of the same window that are open. */
  others: string[];
}

export interface ListedQuarantine {
  windows: QuarantinedWindow[];
  /** Ids that no page in quarantine has. */
  unknown: string[];
}

export interface SettleQuarantineInput {
  connection: string;
  stream: string;
  quarantineIds: string[];
  state: 'skipped' | 'released';
  by: string;
}

export interface SettledQuarantine {
  /** Pages that were not in that state before. */
  changed: number;
  /** Windows that now count as loaded completely, as all their pages in quarantine are skipped. */
  closed: Interval[];
}

export interface RecallMarkInput {
  connection: string;
  stream: string;
  startFrom: string;
}

export interface RecalledMark {
  /** How far the audit shows everything from `startFrom` on as loaded; null when nothing is. */
  loadedThrough: string | null;
}

/** The vendor is filled in where the row is written. */
export type IntervalRun = Omit<Row<'interval_runs'>, 'source_system'>;

export interface PlanBackfillInput {
  connection: string;
  stream: string;
  span: Interval;
  intervalMillis: number;
  reprocess: ReprocessBehaviour;
  /** Newest first. */
  reverse: boolean;
}

export interface PlannedBackfill {
  /** Starts of the intervals to load, epoch milliseconds, in the order of loading. */
  starts: number[];
  /** Intervals of the span by what became of them before. */
  before: { completed: number; failed: number; none: number };
}

export interface CheckFormsInput {
  connection: string;
  versions: HeldFormVersion[];
  priority: BudgetPriority;
}

/** A form version that now has another structure than rows of evaluations were made with. */
export interface DriftedForm {
  formId: string;
  structureHash: string;
  /** Evaluations whose rows were made with another structure. */
  evaluations: number;
}

export interface CheckedForms {
  checked: number;
  drifted: DriftedForm[];
  requests: number;
}

export interface AuditVisibilityInput {
  connection: string;
  window: Interval;
  priority: BudgetPriority;
}

export interface AuditedVisibility {
  findings: VisibilityFinding[];
  requests: number;
}

export interface RecordVisibilityInput {
  connection: string;
  stream: string;
  auditId: string;
  auditedAt: string;
  findings: VisibilityFinding[];
}

export interface RecordedVisibility {
  /** There was no audit before to compare with. */
  isFirst: boolean;
  changes: VisibilityChange[];
}

export interface AuditIntervalsInput extends IntervalSchedule {
  connection: string;
  stream: string;
  span: Interval;
  /** ISO 8601 UTC. */
  now: string;
}

export interface AuditedIntervals {
  /** Intervals of the span that were due until now. */
  counts: Record<AuditedState, number>;
  /** The first of them, in the order of time. */
  gaps: IntervalGap[];
  gapsLeftOut: number;
}

export interface CompareBatchInput {
  batch: BatchRef;
  /** Staged evaluations; null when the batch has none. */
  evaluations: StagedObject | null;
}

/** Which reconciliation a row of reconciliations belongs to. */
export interface ReconciliationRef {
  connection: string;
  stream: string;
  reconciliationId: string;
  /** ISO 8601 UTC. */
  reconciledAt: string;
  repair: boolean;
}

export interface ListAbsentInput {
  connection: string;
  stream: string;
  window: Interval;
  /** Staging directory of the window as it was read and compared. */
  comparedDirectory: string;
  /** Staging directory that gets the list. */
  listDirectory: string;
  /** Divisions the client may not see. */
  hiddenDivisionIds: string[];
  /** How often a record must have been looked for in vain to be called deleted. */
  confirmations: number;
  /** Percent of the held records of the window that may be absent at once. */
  breakerShare: number;
  recordsPerBatch: number;
}

export interface AbsentList {
  absent: number;
  /** Not shown, but only in divisions the client may not see. */
  hidden: number;
  held: number;
  /** Too many are absent at once to believe it: nothing is looked for, and nothing is called deleted. */
  breakerTripped: boolean;
  /** Records in each batch. */
  batches: number[];
}

export interface ConcludeReconciliationInput extends ReconciliationRef {
  window: Interval;
  comparedDirectory: string;
  /** Null when nothing was looked for, as the window could not be read completely. */
  listDirectory: string | null;
  listedBatches: number;
  /** What was not shown has been looked for by id. */
  lookedUp: boolean;
}

export type ConcludedReconciliation = ReconciliationSums;

export interface CountCreatedInput {
  connection: string;
  span: Interval;
  priority: BudgetPriority;
}

export interface CountedCreations {
  /** Null when the source cannot count. */
  counts: { day: string; divisionId: string; records: number }[] | null;
  requests: number;
}

export interface CompareCountsInput extends ReconciliationRef {
  span: Interval;
  counts: { day: string; divisionId: string; records: number }[];
}

export interface ComparedCounts {
  source: number;
  warehouse: number;
  missing: number;
}
