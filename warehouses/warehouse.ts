/** The port behind which every warehouse stands. */
import type { Interval } from '../model/interval.js';
import type { ComparedRecord, ReconciledTable } from '../model/reconciliation.js';
import type { OperationalTableName, Row, StagedTableName, TableName } from '../model/tables.js';
import type { Vendor } from '../model/vendor.js';
import type { StagedObject } from '../staging/stagingStore.js';
import type {
  HeldConversation,
  HeldCount,
  HeldEvaluation,
  HeldFormVersion,
  HeldRecord,
  HeldSelection,
  ListedSpan,
} from './held.js';

export type * from './held.js';

/** Staged Parquet files of one batch, and what the audit says about it. */
export interface BatchManifest {
  batchId: string;
  connection: string;
  sourceSystem: Vendor;
  stream: string;
  window: Interval;
  /** Last batch of its window: the window is complete once it is loaded. */
  closesWindow: boolean;
  files: Partial<Record<StagedTableName, StagedObject>>;
  audit: {
    workflowId: string;
    runId: string;
    redacted: number;
    gone: number;
    pages: number;
    requests: number;
    notes: string[];
  };
}

export interface TableCounts {
  staged: number;
  inserted: number;
  updated: number;
  softDeleted: number;
}

export interface LoadResult {
  /** The batch had been committed before: nothing was changed now, the counts are those of the first time. */
  alreadyLoaded: boolean;
  tables: Partial<Record<TableName, TableCounts>>;
  loadedAt: string;
}

/** Tables of records that are known by an id of the source. */
export type RecordTable =
  'evaluations' | 'calibration_evaluations' | 'self_assessments' | 'calibrations' | 'surveys' | 'feedback';

/** What the warehouse holds of a record. */
export interface KnownVersion {
  id: string;
  changeStamp: string;
  extractedAt: string;
  status: string;
  /** Null where nothing was scored, and for calibrations as a whole. */
  totalScore: number | null;
  isDeleted: boolean;
}

/** A window that was loaded completely, and when its last batch was committed. */
export interface LoadedWindow extends Interval {
  loadedAt: string;
}

export interface SchemaChange {
  table: TableName;
  column: string | null;
  change: 'create_table' | 'add_column';
}

/** What was ever loaded of a stream, and how its attempts ended. */
export interface StreamRecord {
  windows: number;
  batches: number;
  pages: number;
  requests: number;
  redacted: number;
  lastLoadAt: string | null;
  /** Attempts that did not complete, and of those that did the last one; in the order of their ends. */
  attempts: Pick<
    Row<'interval_runs'>,
    'state' | 'interval_start' | 'interval_end' | 'loaded_through' | 'ended_at' | 'message'
  >[];
  /** `coverage`: percent of what the source showed that the warehouse held; null when it showed none. */
  lastReconciliation: { at: string; coverage: number | null } | null;
}

/** A window that is to count as loaded completely without some of its pages. */
export interface WindowClosing {
  /** Id of the audit row: closing under it again changes nothing. */
  batchId: string;
  /** Last batch of the window. */
  afterBatchId: string;
  connection: string;
  sourceSystem: Vendor;
  stream: string;
  window: Interval;
  workflowId: string;
  runId: string;
  notes: string[];
}

/** What one of the things that runs ask for is billed for. */
export interface ReadCost {
  /** Who asks for what, and how often. */
  operation: string;
  bytes: number;
}

export interface Warehouse {
  readonly kind: string;
  /** Operations that a worker may ask for at once. */
  readonly concurrency: number;
  /** Where it is, for people; without credentials. */
  readonly location: string;

  /** Makes missing tables and columns (additive only) and records each change in schema_changes. */
  ensureSchema(): Promise<SchemaChange[]>;

  /** Versions held for these ids of one table; ids it does not know are left out. */
  knownVersions(table: RecordTable, connection: string, ids: readonly string[]): Promise<KnownVersion[]>;

  /** Evaluations held and not deleted, calibrations' apart, in the order of their ids. */
  heldEvaluations(connection: string, selection: HeldSelection): Promise<HeldEvaluation[]>;

  /** Records of a table held and not deleted that lists of a span should show, in the order of their ids. */
  heldRecords(table: ReconciledTable, connection: string, listed: ListedSpan): Promise<HeldRecord[]>;

  /** Form versions that evaluations held and not deleted were scored on, in the order of their ids. */
  heldFormVersions(connection: string): Promise<HeldFormVersion[]>;

  /** Evaluations held and not deleted that were created in the span. */
  countHeld(connection: string, created: Interval): Promise<HeldCount[]>;

  /** Conversations held with these ids, in the order of their ids; those it does not know are left out. */
  heldConversations(connection: string, ids: readonly string[]): Promise<HeldConversation[]>;

  /** Compares the staged rows of a table with those held; changes nothing, and calls nothing absent. */
  compare(
    table: ReconciledTable,
    connection: string,
    staged: StagedObject,
    signal: AbortSignal,
  ): Promise<ComparedRecord[]>;

  /** Windows of a stream that are loaded completely, in the order of their starts. */
  loadedWindows(connection: string, stream: string): Promise<LoadedWindow[]>;

  /** Ended attempts at data intervals of a stream that overlap the span, in the order of their ends. */
  intervalRuns(connection: string, stream: string, span: Interval): Promise<Row<'interval_runs'>[]>;

  /** The stream's record as a whole. */
  streamRecord(connection: string, stream: string): Promise<StreamRecord>;

  /** Findings of the newest audit of a stream's visibility made before the moment, by aspect and subject. */
  visibilityFindings(connection: string, stream: string, before: string): Promise<Row<'visibility'>[]>;

  /** Metric readings of a business day (YYYY-MM-DD), those of one window after those of earlier ones. */
  agentMetrics(connection: string, businessDay: string): Promise<Row<'agent_metrics'>[]>;

  /** Answers of a stream in quarantine, or those in one state, in the order in which they were given up. */
  quarantinedPages(
    connection: string,
    stream: string,
    state?: 'open' | 'skipped' | 'released',
  ): Promise<Row<'quarantined_pages'>[]>;

  /** Writes an audit row that closes a window. False, and nothing done, while its last batch is not loaded. */
  closeWindow(closing: WindowClosing): Promise<boolean>;

  /** Writes rows of what runs did; a row with the key of an earlier one replaces it. */
  record<N extends OperationalTableName>(table: N, rows: readonly Row<N>[]): Promise<void>;

  /**
   * Loads a batch in one transaction: stage, check counts and keys, merge, soft-delete orphans, audit row.
   * Idempotent by batch id. Throws LoadRefused when the staged files break a promise, WarehouseUnavailable when
   * the warehouse is locked; in both cases nothing was changed.
   */
  load(batch: BatchManifest, signal: AbortSignal): Promise<LoadResult>;

  /** What is asked during runs would be billed for so many bytes now; nothing is run. Only where reads are billed. */
  readCosts?(connection: string, stream: string): Promise<ReadCost[]>;

  /** Whether the warehouse can be reached and written; throws with the reason. */
  check(): Promise<void>;

  /** Rows of a query as plain objects, for status, doctor and tests. Read only. */
  query(sql: string): Promise<Record<string, unknown>[]>;

  close(): Promise<void>;
}
