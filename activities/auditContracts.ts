/** What travels between workflows and the activities that plan, record and audit intervals and visibility. Types only. */
import type { Interval } from '../model/interval.js';
import type { ReprocessBehaviour } from '../model/backfillPlan.js';
import type { AuditedState, IntervalSchedule } from '../model/intervalAudit.js';
import type { IntervalGap } from '../model/intervalGaps.js';
import type { Row } from '../model/tables.js';
import type { VisibilityChange, VisibilityFinding } from '../model/visibility.js';
import type { BudgetPriority } from './contracts.js';

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

export interface AuditVisibilityInput {
  connection: string;
  stream: string;
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
