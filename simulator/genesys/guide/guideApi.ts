import type { FastifyInstance } from 'fastify';
import type { SignedIn } from '../../http/clients.js';
import type { Answer, Arrival, Exchanges } from '../../http/exchange.js';
import { admit, noSuchPath, type ContractStyle } from '../admission.js';
import { invalidValue } from '../common/apiError.js';
import { viewerOf } from '../common/viewer.js';
import type { GuideApi, GuideOperation } from './call.js';
import { operations } from './endpoints/operations.js';
import { Parameters } from './parameters.js';
import { checkScope } from './scopes.js';

/** Headers and errors as the guides name them. */
export const guideStyle: ContractStyle = {
  rateLimitHeaders: ({ allowed, count, resetSeconds }) => ({
    'x-ratelimit-limit': String(allowed),
    'x-ratelimit-remaining': String(Math.max(0, allowed - count)),
    'x-ratelimit-reset': String(resetSeconds),
  }),
  errorBody: ({ message, code, status }, contextId) => ({
    message,
    code,
    status,
    contextId,
    details: [],
    errors: [],
  }),
};

/** Serves the guide contract on a fastify instance. */
export function registerGuideApi(server: FastifyInstance, exchanges: Exchanges, api: GuideApi): void {
  // A guide sends the span of a GET as its body.
  server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  for (const operation of operations) {
    const traits = { endpoint: operation.path, mayRepeat: operation.mayRepeat ?? false };
    const limits = operation.limits?.(api) ?? api.rateLimits;
    server.route({
      method: operation.method,
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) =>
        exchanges.serve(request, reply, traits, (arrival) =>
          admit(guideStyle, exchanges.clients, limits, arrival, (signedIn) =>
            callOperation(api, operation, arrival, signedIn),
          ),
        ),
    });
  }
  server.setNotFoundHandler(async (request, reply) =>
    exchanges.serve(request, reply, { endpoint: '(no such path)', mayRepeat: false }, (arrival) =>
      admit(guideStyle, exchanges.clients, api.rateLimits, arrival, noSuchPath),
    ),
  );
}

function callOperation(
  api: GuideApi,
  operation: GuideOperation,
  arrival: Arrival,
  signedIn: SignedIn,
): Answer {
  checkScope(signedIn, operation.scope);
  if (operation.takesBody === undefined && arrival.body !== '') {
    throw invalidValue('body', arrival.body, 'This operation takes none.');
  }
  const body = operation.handle({
    api,
    clientId: signedIn.client.clientId,
    viewer: viewerOf(signedIn.client),
    path: (name) => arrival.pathParameters[name] ?? '',
    parameters: (names, values = arrival.query) => new Parameters(names, values),
    query: arrival.query,
    body: arrival.body,
  });
  return { status: 200, body };
}
