import type { BudgetPriority } from '../activities/contracts.js';
import type { StreamSettings } from '../workflows/exportRun.js';
import type { ReconcileSettings } from '../workflows/reconcileStream.js';
import type { Configuration, StreamConfiguration } from './configuration.js';

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
  };
}

/** The part that reconciliations carry with them. */
export function reconcileSettings(
  stream: StreamConfiguration,
  alerts: Configuration['alerts'],
): ReconcileSettings {
  const { horizon, confirmations, breakerShare } = stream.reconcile;
  return {
    horizon,
    confirmations,
    breakerShare,
    coverageBelow: alerts.coverageBelow,
    // One run of the export may be under way, and the vendor indexes late.
    notNewerThan: stream.safetyLag + stream.every,
  };
}
