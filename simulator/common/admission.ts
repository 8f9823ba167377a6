import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, Arrival, EndpointTraits, Exchanges, FailureAnswer } from '../http/exchange.js';
import type { Clients, SignedIn } from '../http/clients.js';
import type { RateLimits, Reading } from '../http/rateLimits.js';
import { authenticate, badCredentials, checkAllowance, tooManyRequests } from './access.js';
import { ApiError } from './apiError.js';

/** How a contract shows what every one of them does: it counts requests and refuses some. */
export interface ContractStyle {
  rateLimitHeaders: (reading: Reading) => Record<string, string>;
  errorBody: (error: ApiError, correlationId: string) => unknown;
}

/** Lets a request in that has a good token and an allowance left, and answers what is refused on the way. */
function admit(
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
    const refusal = refusalOf(error);
    return {
      status: refusal.status,
      headers: { ...headers, ...refusal.headers },
      body: style.errorBody(refusal, arrival.correlationId),
    };
  }
}

/** An operation of a contract: where it is, what it counts against and what it answers those who are let in. */
export interface ServedOperation {
  method: 'GET' | 'POST' | 'DELETE';
  /** With parameters in braces, as documentation writes them. */
  path: string;
  mayRepeat: boolean;
  /** Those of the contract when it has none of its own. */
  limits?: RateLimits | undefined;
  answer: (arrival: Arrival, signedIn: SignedIn) => Answer;
}

/** Serves operations of a contract, and refuses every other path as the contract does. */
export function serveOperations(
  server: FastifyInstance,
  exchanges: Exchanges,
  style: ContractStyle,
  contractLimits: RateLimits,
  operations: readonly ServedOperation[],
): void {
  const serving =
    (traits: EndpointTraits, limits: RateLimits, answer: ServedOperation['answer']) =>
    async (request: FastifyRequest, reply: FastifyReply) =>
      exchanges.serve(request, reply, traits, (arrival) =>
        admit(style, exchanges.clients, limits, arrival, (signedIn) => answer(arrival, signedIn)),
      );
  for (const { method, path, mayRepeat, limits = contractLimits, answer } of operations) {
    server.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: serving({ endpoint: path, mayRepeat }, limits, answer),
    });
  }
  server.setNotFoundHandler(
    serving({ endpoint: '(no such path)', mayRepeat: false }, contractLimits, () => {
      throw new ApiError(404, 'not found', 'HTTP 404 Not Found');
    }),
  );
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
    const { 'retry-after': stated, ...headers } = error.headers;
    const wait = fault.retryAfterSeconds === undefined ? stated : fault.retryAfterSeconds;
    return {
      status: error.status,
      headers: { ...headers, ...(wait == null ? {} : { 'retry-after': String(wait) }) },
      body: style.errorBody(error, correlationId),
    };
  };
}

/**
 * What a handler refused, as an answer can carry it. A mistake in the simulator must not look like an injected fault:
 * the message carries what went wrong.
 */
export function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiError(500, 'internal.server.error', `The simulator failed: ${message}`);
}
