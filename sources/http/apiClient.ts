/**
 * The HTTP client all adapters share: sign-in, budget, one taxonomy of errors, answers checked by schema.
 * It repeats a request only where nothing can happen twice; everything else is the activity's retry policy.
 */
import type { CallContext } from '../source.js';
import type { ApiRequest, ApiResponse } from './apiRequest.js';

export type { ApiRequest, ApiResponse, QueryValue } from './apiRequest.js';

export interface ApiClient {
  /** Throws TidemarkError; a 404 is InvalidRequest with status 404. */
  call<T>(request: ApiRequest<T>, context: CallContext): Promise<ApiResponse<T>>;
  /** As `call`, for records that may be gone: a 404 gives `data: null`. */
  find<T>(request: ApiRequest<T>, context: CallContext): Promise<ApiResponse<T | null>>;
  /** Requests sent so far, repeats and sign-in included. */
  requestCount(): number;
  /** Signs in if need be and says how long a token lives, in seconds. */
  tokenLifetimeSeconds(context: CallContext): Promise<number>;
  /** The allowance as the vendor last stated it; null before the first answer that states one. */
  allowance(): { requests: number; windowSeconds: number } | null;
}
