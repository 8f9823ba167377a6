import type { FastifyInstance } from 'fastify';
import type { Answer, Arrival, Exchanges, FailureAnswer } from '../../http/exchange.js';
import { rateLimitHeaders, type RateLimits } from '../../http/rateLimits.js';
import { authenticate, badCredentials, checkAllowance, checkPermissions, tooManyRequests } from './access.js';
import { ApiError } from './apiError.js';
import { Reply, type Handler, type PublishedApi } from './call.js';
import { operations, type Operation } from './contract/contract.js';
import { handlers } from './endpoints/endpoints.js';
import { Query } from './query.js';
import { readBody } from './requestBody.js';
import { viewerOf } from './viewer.js';

/** Serves the published API on a fastify instance. */
export function registerPublishedApi(server: FastifyInstance, exchanges: Exchanges, api: PublishedApi): void {
  for (const operation of operations) {
    const handler = handlers[operation.id];
    if (handler === undefined) throw new Error(`no handler serves ${operation.id}`);
    const traits = { endpoint: operation.path, mayRepeat: operation.path.endsWith('/jobs/{jobId}') };
    server.route({
      method: operation.method,
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) =>
        exchanges.serve(request, reply, traits, (arrival) =>
          answer(exchanges, api.rateLimits, arrival, (client) =>
            callHandler(api, operation, handler, arrival, client),
          ),
        ),
    });
  }
  server.setNotFoundHandler(async (request, reply) =>
    exchanges.serve(request, reply, { endpoint: '(no such path)', mayRepeat: false }, (arrival) =>
      answer(exchanges, api.rateLimits, arrival, () => {
        throw new ApiError(404, 'not found', 'HTTP 404 Not Found');
      }),
    ),
  );
}

/** The vendor's answer to an injected status. */
export function failureAnswer(rateLimits: RateLimits): FailureAnswer {
  return (fault, correlationId) => {
    const errors: Record<typeof fault.status, () => ApiError> = {
      401: badCredentials,
      429: () => tooManyRequests(rateLimits, fault.retryAfterSeconds ?? 1),
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
      body: error.toBody(correlationId),
    };
  };
}

type Client = ReturnType<typeof authenticate>;

function answer(
  exchanges: Exchanges,
  rateLimits: RateLimits,
  arrival: Arrival,
  handle: (client: Client) => Reply,
): Answer {
  let headers: Record<string, string> = {};
  try {
    const client = authenticate(exchanges.clients, arrival.authorization);
    const reading = rateLimits.count(client.clientId);
    headers = rateLimitHeaders(reading);
    checkAllowance(reading, rateLimits);
    const reply = handle(client);
    return { status: reply.status, headers, body: reply.body };
  } catch (error) {
    const refusal = error instanceof ApiError ? error : unexpected(error);
    return {
      status: refusal.status,
      headers: { ...headers, ...refusal.headers },
      body: refusal.toBody(arrival.correlationId),
    };
  }
}

function callHandler(
  api: PublishedApi,
  operation: Operation,
  handler: Handler,
  arrival: Arrival,
  client: Client,
): Reply {
  checkPermissions(client, operation);
  const query = new Query(operation, arrival.query);
  const result = handler({
    api,
    operation,
    client,
    viewer: viewerOf(client),
    path: (name) => arrival.pathParameters[name] ?? '',
    query,
    body: operation.body === undefined ? {} : readBody(operation.body, arrival.body),
    listing: (page) => ({ path: arrival.path, query, page }),
  });
  return result instanceof Reply ? result : new Reply(200, result);
}

// A mistake in the simulator must not look like an injected fault: the message carries what went wrong.
function unexpected(error: unknown): ApiError {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiError(500, 'internal.server.error', `The simulator failed: ${message}`);
}
