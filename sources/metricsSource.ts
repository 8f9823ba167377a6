/** The port for scores that a vendor works out itself, behind which each contract's metrics stand. */
import type { Interval } from '../model/interval.js';
import type { Vendor } from '../model/vendor.js';
import type { CallContext, SourceDiagnosis } from './source.js';

export type MetricEntity = 'agent' | 'queue' | 'skill' | 'form' | 'evaluator';

/** `all`: over everything; otherwise each entity's evaluations are measured apart by form or queue. */
export type MetricSegment = 'all' | 'form' | 'queue';

/** One question: everybody's scores in one answer. */
export interface MetricsQuestion {
  /** By submission, half-open. */
  window: Interval;
  by: MetricEntity;
  segment: MetricSegment;
  /** Percent from which an evaluation passes, for contracts that let the client say so. */
  passScore: number;
}

/** What the source says of one entity in one segment. Scores and rates in percent. */
export interface MetricReading {
  entityId: string;
  entityName: string | null;
  /** Empty for the segment `all`. */
  segmentId: string;
  segmentName: string | null;
  teamId: string | null;
  teamName: string | null;
  count: number;
  /** Null without evaluations, as are the others. */
  averageScore: number | null;
  passRate: number | null;
  highestScore: number | null;
  lowestScore: number | null;
}

export interface MetricsSource {
  readonly vendor: Vendor;
  readonly api: string;
  readonly entities: readonly MetricEntity[];
  readonly segments: readonly MetricSegment[];
  /** Permissions (scopes) of the vendor that reading metrics needs. */
  readonly permissions: readonly string[];

  /**
   * One request for everybody, however many there are. @throws TidemarkError InvalidConfig for an entity or segment
   * that the contract does not have.
   */
  readMetrics(
    question: MetricsQuestion,
    context: CallContext,
  ): Promise<{ readings: MetricReading[]; readAt: string }>;

  /** Checks sign-in and permissions, by default its own; see Source.diagnose. */
  diagnose(context: CallContext, permissions?: readonly string[]): Promise<SourceDiagnosis>;
}
