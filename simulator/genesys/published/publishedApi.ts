import type { FastifyInstance } from 'fastify';
import type { ClientGrant } from '../../http/clients.js';
import type { Answer, Arrival, Exchanges } from '../../http/exchange.js';
import { rateLimitHeaders } from '../../http/rateLimits.js';
import { admit, noSuchPath, type ContractStyle } from '../admission.js';
import { checkPermissions } from '../common/access.js';
import { Reply, type Handler, type PublishedApi } from './call.js';
import { operations, type Operation } from './contract/contract.js';
import { handlers } from './endpoints/endpoints.js';
import { Query } from '../common/query.js';
import { readBody } from './requestBody.js';
import { viewerOf } from '../common/viewer.js';

/** The vendor's headers and errors. */
export const publishedStyle: ContractStyle = {
  rateLimitHeaders,
  errorBody: (error, correlationId) => error.toBody(correlationId),
};

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
          admit(publishedStyle, exchanges.clients, api.rateLimits, arrival, ({ client }) =>
            callHandler(api, operation, handler, arrival, client),
          ),
        ),
    });
  }
  server.setNotFoundHandler(async (request, reply) =>
    exchanges.serve(request, reply, { endpoint: '(no such path)', mayRepeat: false }, (arrival) =>
      admit(publishedStyle, exchanges.clients, api.rateLimits, arrival, noSuchPath),
    ),
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
