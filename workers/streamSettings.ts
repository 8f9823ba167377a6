import type { BudgetPriority } from '../activities/contracts.js';
import type { StreamSettings } from '../workflows/exportRun.js';
import type { ReconcileSettings } from '../workflows/reconcileStream.js';
import type { Configuration } from './configuration.js';
import type { MetricsSettings } from '../workflows/watchMetrics.js';
import type { MetricsConfiguration, StreamConfiguration } from './streamConfiguration.js';

/** The part of a stream's configuration that runs carry with them. */
export function streamSettings(stream: StreamConfiguration, priority: BudgetPriority = 2): StreamSettings {
  return {
    startFrom: stream.startFrom,
    safetyLag: stream.safetyLag,
    overlap: stream.overlap,
    maxWindow: stream.maxWindow,
    recordsPerWindow: stream.recordsPerWindow,
    pagesPerBatch: stream.pagesPerBatch,
    secondsPerBatch: stream.secondsPerBatch,
    softDeadline: stream.softDeadline,
    outageTolerance: stream.outageTolerance,
    priority,
    holdsEvaluations: stream.holdsEvaluations,
    ...(stream.conversations === true ? { withConversations: true } : {}),
    ...(stream.jobs === undefined ? {} : { jobs: stream.jobs }),
  };
}

/** The part that reconciliations carry with them. */
export function reconcileSettings(
  stream: StreamConfiguration & Required<Pick<StreamConfiguration, 'reconcile'>>,
  alerts: Configuration['alerts'],
): ReconcileSettings {
  const { horizon, confirmations, breakerShare } = stream.reconcile;
  return {
    horizon,
    confirmations,
    breakerShare,
    coverageBelow: alerts.coverageBelow,
    // One run of the export may be under way, and the vendor indexes late.
    notNewerThan: stream.safetyLag + intervalOf(stream),
  };
}

/** How often a stream runs, in milliseconds. */
export const intervalOf = ({ daily, every }: Pick<StreamConfiguration, 'daily' | 'every'>): number =>
  daily === undefined ? every : 86_400_000;

/** The part of the metrics' configuration that polls carry with them. */
export function metricsSettings(metrics: MetricsConfiguration): MetricsSettings {
  const { timeZone, dayStart, by, segments, countThreshold, passScore, outageTolerance } = metrics;
  return { timeZone, dayStart, by, segments, countThreshold, passScore, outageTolerance };
}
