/** What travels between a reconciliation and its activities. Types only. */
import type { Interval } from '../model/interval.js';
import type {
  DivisionSums,
  ReconciledKind,
  ReconciledTable,
  ReconciliationSums,
} from '../model/reconciliation.js';
import type { StagedTableName } from '../model/tables.js';
import type { StagedObject } from '../staging/stagingStore.js';
import type { BatchRef, BudgetPriority } from './contracts.js';

export interface CompareBatchInput {
  batch: BatchRef;
  files: Partial<Record<StagedTableName, StagedObject>>;
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
  /** What the stream is compared by. */
  kind: ReconciledKind;
  /** Not shown, but only in divisions the client may not see. */
  hidden: number;
  /**
   * Tables of which too many are absent at once to believe it; when there are any, nothing of the window is looked for,
   * and nothing is called deleted.
   */
  tripped: { table: ReconciledTable; absent: number; held: number }[];
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

export interface ConcludedReconciliation extends ReconciliationSums {
  divisions: DivisionSums[];
}

export interface CountCreatedInput {
  connection: string;
  stream: string;
  span: Interval;
  priority: BudgetPriority;
}

export interface CountedCreations {
  /** What the stream is compared by; only evaluations are ever counted. */
  kind: ReconciledKind;
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
