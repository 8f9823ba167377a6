/** Operations of a contract that opens each of them by a scope of the token. */
import type { FastifyInstance } from 'fastify';
import type { SignedIn } from '../http/clients.js';
import type { Answer, Arrival, Exchanges } from '../http/exchange.js';
import type { RateLimits, Reading } from '../http/rateLimits.js';
import type { Viewer } from '../organisation/organisation.js';
import { serveOperations, type ContractStyle } from './admission.js';
import { ApiError, invalidValue } from './apiError.js';
import { Parameters } from './parameters.js';
import { viewerOf } from './viewer.js';

/** One authorised request, as an endpoint's handler sees it. */
export interface ScopedCall<Api> {
  api: Api;
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

/** One operation. */
export interface ScopedOperation<Api> {
  method: 'GET' | 'POST';
  path: string;
  /** The scope that opens it. */
  scope: string;
  /** Answers it: the body of a 200. Refusals are thrown as `ApiError`. */
  handle: (call: ScopedCall<Api>) => unknown;
  /** It takes a body. */
  takesBody?: true;
  /** Asking the same twice is in its nature. */
  mayRepeat?: true;
  /** The allowance it counts against; that of the client by default. */
  limits?: (api: Api) => RateLimits;
}

/** A contract of scoped operations. */
export interface ScopedContract<Api> {
  style: ContractStyle;
  operations: readonly ScopedOperation<Api>[];
  /** Scopes that open what others do, by those others. */
  broader?: Readonly<Record<string, string>>;
}

/** What is left of an allowance, as such contracts say it. */
export function remainingHeaders({ allowed, count, resetSeconds }: Reading): Record<string, string> {
  return {
    'x-ratelimit-limit': String(allowed),
    'x-ratelimit-remaining': String(Math.max(0, allowed - count)),
    'x-ratelimit-reset': String(resetSeconds),
  };
}

/** Serves the operations of a contract on a fastify instance. */
export function serveScopedOperations<Api extends { rateLimits: RateLimits }>(
  server: FastifyInstance,
  exchanges: Exchanges,
  { style, operations, broader = {} }: ScopedContract<Api>,
  api: Api,
): void {
  // A guide sends the span of a GET as its body; where none is taken, it is refused.
  server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  serveOperations(
    server,
    exchanges,
    style,
    api.rateLimits,
    operations.map((operation) => ({
      method: operation.method,
      path: operation.path,
      mayRepeat: operation.mayRepeat ?? false,
      limits: operation.limits?.(api),
      answer: (arrival, signedIn) => {
        checkScope(signedIn, operation.scope, broader[operation.scope]);
        return callOperation(api, operation, arrival, signedIn);
      },
    })),
  );
}

/** Refuses with a 403 when neither the scope nor one that covers it is among those of the token. */
function checkScope({ scopes }: SignedIn, scope: string, covering: string | undefined): void {
  if (scopes.has(scope) || (covering !== undefined && scopes.has(covering))) return;
  throw new ApiError(
    403,
    'missing.permissions',
    `Unable to perform the requested action. You are missing the following scope(s): ${scope}`,
  );
}

function callOperation<Api>(
  api: Api,
  operation: ScopedOperation<Api>,
  arrival: Arrival,
  signedIn: SignedIn,
): Answer {
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
