/** Streams of all contracts, as what runs and schedules are made from. */
import type { z } from 'zod';
import type { JobPace } from '../model/extractionJob.js';
import type { loaded, reconciliation } from './streamBlocks.js';

export type { MetricsConfiguration } from './genesysStreams.js';

/** A stream that is loaded interval by interval. */
export type StreamConfiguration = z.output<z.ZodObject<typeof loaded>> & {
  /** Its records are evaluations. */
  holdsEvaluations: boolean;
  /** It can be asked what it leaves out. */
  auditsVisibility: boolean;
  /** Absent where nothing is reconciled. */
  reconcile?: z.output<ReturnType<typeof reconciliation>>;
  conversations?: boolean;
  /** Only where records come as files that the vendor makes by jobs. */
  jobs?: JobPace;
};
