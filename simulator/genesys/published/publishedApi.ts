import type { FastifyInstance } from 'fastify';
import type { ClientGrant } from '../../http/clients.js';
import type { Answer, Arrival, Exchanges } from '../../http/exchange.js';
import { rateLimitHeaders } from '../../http/rateLimits.js';
import { serveOperations, type ContractStyle } from '../../common/admission.js';
import { Reply, type Handler, type PublishedApi } from './call.js';
import { operations, type Operation } from './contract/contract.js';
import { handlers } from './endpoints/endpoints.js';
import { Query } from '../../common/query.js';
import { checkPermissions } from './permissions.js';
import { readBody } from './requestBody.js';
import { viewerOf } from '../../common/viewer.js';

/** The vendor's headers and errors. */
export const publishedStyle: ContractStyle = {
  rateLimitHeaders,
  errorBody: (error, correlationId) => error.toBody(correlationId),
};

/** Serves the published API on a fastify instance. */
export function registerPublishedApi(server: FastifyInstance, exchanges: Exchanges, api: PublishedApi): void {
  serveOperations(
    server,
    exchanges,
    publishedStyle,
    api.rateLimits,
    operations.map((operation) => {
      const handler = handlers[operation.id];
      if (handler === undefined) throw new Error(`no handler serves ${operation.id}`);
      const { method, path } = operation;
      return {
        method,
        path,
        mayRepeat: path.endsWith('/jobs/{jobId}'),
        answer: (arrival, { client }) => callHandler(api, operation, handler, arrival, client),
      };
    }),
  );
}

function callHandler(
  api: PublishedApi,
  operation: Operation,
  handler: Handler,
  arrival: Arrival,
  client: ClientGrant,
): Answer {
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
  return result instanceof Reply
    ? { status: result.status, body: result.body }
    : { status: 200, body: result };
}
