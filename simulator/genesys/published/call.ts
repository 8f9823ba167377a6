import type { VirtualClock } from '../../clock.js';
import type { ClientGrant } from '../../http/clients.js';
import type { RateLimits } from '../../http/rateLimits.js';
import type { EvaluationState, Organisation, Viewer } from '../../organisation/organisation.js';
import type { Operation } from './contract/contract.js';
import type { Jobs } from './jobs.js';
import type { PageWalks } from './pageWalk.js';
import type { Page, Query } from '../../common/query.js';
import type { ListingRequest } from './listing.js';

/** What the published API stands on. */
export interface PublishedApi {
  organisation: Organisation;
  clock: VirtualClock;
  rateLimits: RateLimits;
  jobs: Jobs;
  searches: PageWalks<EvaluationState>;
  /** How deep a search can be paged through. */
  searchResultWindow: number;
  /** Whether items of a search carry their question-level answers, or only totals by group. */
  searchAnswers: 'complete' | 'totals';
}

/** One authorised request, as an endpoint's handler sees it. */
export interface Call {
  api: PublishedApi;
  operation: Operation;
  client: ClientGrant;
  /** What the client may see. */
  viewer: Viewer;
  /** A parameter of the path. */
  path: (name: string) => string;
  query: Query;
  /** The body, already held against its model; empty for operations without one. */
  body: Record<string, unknown>;
  /** The request as a listing links back to it. */
  listing: (page: Page) => ListingRequest;
}

/** An answer whose status is not 200. */
export class Reply {
  constructor(
    readonly status: number,
    readonly body?: unknown,
  ) {}
}

/** Answers one operation: the body of a 200, or a `Reply`. Refusals are thrown as `ApiError`. */
export type Handler = (call: Call) => unknown;

/** Handlers by the vendor's operation name. */
export type Handlers = Readonly<Record<string, Handler>>;
