import type { Cursors } from '../../common/paging.js';
import type { ScopedOperation } from '../../common/scopedOperations.js';
import type { RateLimits } from '../../http/rateLimits.js';
import type { Organisation } from '../../organisation/organisation.js';

/** What the guide contract of CXone stands on. */
export interface CxoneGuideApi {
  organisation: Organisation;
  rateLimits: RateLimits;
  cursors: Cursors;
}

/** One operation of the contract. */
export type CxoneGuideOperation = ScopedOperation<CxoneGuideApi>;
