/** What travels between the steps that load, and their workflows. Types only: workflows import this file. */
import type { Interval } from '../model/interval.js';
import type { StagedTableName } from '../model/tables.js';
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
  stream: string;
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
  /** The same about records of a list, which no window would ask for again: they are left as the warehouse holds them. */
  unusable: QuarantinedPages | null;
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

export interface FetchConversationsInput {
  batch: BatchRef;
  priority: BudgetPriority;
}

export interface FetchedConversations {
  needed: number;
  fetched: number;
  requests: number;
}

export interface RecalledConversations {
  /** Those that the source did not give. */
  needed: number;
  /** Those that the warehouse holds. */
  held: number;
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

export interface CheckFormsInput {
  connection: string;
  stream: string;
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
