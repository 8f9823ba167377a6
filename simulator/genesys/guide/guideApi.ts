import type { FastifyInstance } from 'fastify';
import type { SignedIn } from '../../http/clients.js';
import type { Answer, Arrival, Exchanges } from '../../http/exchange.js';
import { serveOperations, type ContractStyle } from '../../common/admission.js';
import { invalidValue } from '../../common/apiError.js';
import { viewerOf } from '../../common/viewer.js';
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
  serveOperations(
    server,
    exchanges,
    guideStyle,
    api.rateLimits,
    operations.map((operation) => ({
      method: operation.method,
      path: operation.path,
      mayRepeat: operation.mayRepeat ?? false,
      limits: operation.limits?.(api),
      answer: (arrival, signedIn) => callOperation(api, operation, arrival, signedIn),
    })),
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
