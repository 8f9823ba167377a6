import type { Answer, Arrival, FailureAnswer } from '../http/exchange.js';
import type { Clients, SignedIn } from '../http/clients.js';
import type { RateLimits, Reading } from '../http/rateLimits.js';
import { authenticate, badCredentials, checkAllowance, tooManyRequests } from './common/access.js';
import { ApiError } from './common/apiError.js';

/** How a contract shows what every one of them does: it counts requests and refuses some. */
export interface ContractStyle {
  rateLimitHeaders: (reading: Reading) => Record<string, string>;
  errorBody: (error: ApiError, correlationId: string) => unknown;
}

/** Lets a request in that has a good token and an allowance left, and answers what is refused on the way. */
export function admit(
  style: ContractStyle,
  clients: Clients,
  limits: RateLimits,
  arrival: Arrival,
  handle: (signedIn: SignedIn) => Answer,
): Answer {
  let headers: Record<string, string> = {};
  try {
    const signedIn = authenticate(clients, arrival.authorization);
    const reading = limits.count(signedIn.client.clientId);
    headers = style.rateLimitHeaders(reading);
    checkAllowance(reading, limits);
    const answer = handle(signedIn);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    const refusal = error instanceof ApiError ? error : unexpected(error);
    return {
      status: refusal.status,
      headers: { ...headers, ...refusal.headers },
      body: style.errorBody(refusal, arrival.correlationId),
    };
  }
}

/** What a path that a contract does not have is answered. */
export function noSuchPath(): never {
  throw new ApiError(404, 'not found', 'HTTP 404 Not Found');
}

/** The answer of a contract to an injected status. */
export function failureAnswer(style: ContractStyle, limits: RateLimits): FailureAnswer {
  return (fault, correlationId) => {
    const errors: Record<typeof fault.status, () => ApiError> = {
      401: badCredentials,
      429: () => tooManyRequests(limits, fault.retryAfterSeconds ?? 1),
      500: () =>
        new ApiError(500, 'internal.server.error', 'The server encountered an unexpected condition.'),
      502: () => new ApiError(502, 'bad.gateway', 'The server received an invalid response from upstream.'),
      503: () => new ApiError(503, 'service.unavailable', 'The service is temporarily unavailable.'),
      504: () => new ApiError(504, 'gateway.timeout', 'The request timed out.'),
    };
    const error = errors[fault.status]();
    const retryAfter =
      fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
    return {
      status: error.status,
      headers: { ...error.headers, ...retryAfter },
      body: style.errorBody(error, correlationId),
    };
  };
}

// A mistake in the simulator must not look like an injected fault: the message carries what went wrong.
function unexpected(error: unknown): ApiError {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiError(500, 'internal.server.error', `The simulator failed: ${message}`);
}
