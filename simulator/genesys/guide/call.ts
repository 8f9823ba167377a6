import type { VirtualClock } from '../../clock.js';
import type { RateLimits } from '../../http/rateLimits.js';
import type { Organisation, Viewer } from '../../organisation/organisation.js';
import type { Cursors } from './paging.js';
import type { Parameters } from './parameters.js';

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
export interface GuideCall {
  api: GuideApi;
  clientId: string;
  viewer: Viewer;
  /** A parameter of the path. */
  path: (name: string) => string;
  /** The query, in which nothing but these names may be; values of a body may stand for those of the query. */
  parameters: (names: readonly string[], values?: URLSearchParams) => Parameters;
  /** The query as it came. */
  query: URLSearchParams;
  body: string;
}

/** One operation of the guide contract. */
export interface GuideOperation {
  method: 'GET' | 'POST';
  path: string;
  /** The scope that opens it. */
  scope: string;
  /** Answers it: the body of a 200. Refusals are thrown as `ApiError`. */
  handle: (call: GuideCall) => unknown;
  /** It takes a body. */
  takesBody?: true;
  /** Asking the same twice is in its nature. */
  mayRepeat?: true;
  /** The allowance it counts against; that of the client by default. */
  limits?: (api: GuideApi) => RateLimits;
}
