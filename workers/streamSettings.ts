import type { BudgetPriority } from '../activities/contracts.js';
import type { StreamSettings } from '../workflows/exportRun.js';
import type { StreamConfiguration } from './configuration.js';

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
