import type { VirtualClock } from '../../clock.js';
import type { Cursors } from '../../common/paging.js';
import type { ScopedCall, ScopedOperation } from '../../common/scopedOperations.js';
import type { RateLimits } from '../../http/rateLimits.js';
import type { Organisation } from '../../organisation/organisation.js';

/** What the guide contract stands on. */
export interface GuideApi {
  organisation: Organisation;
  clock: VirtualClock;
  rateLimits: RateLimits;
  /** Of the metrics, which count apart. */
  metricsLimits: RateLimits;
  cursors: Cursors;
}

/** One authorised request, as an endpoint's handler sees it. */
export type GuideCall = ScopedCall<GuideApi>;

/** One operation of the guide contract. */
export type GuideOperation = ScopedOperation<GuideApi>;
