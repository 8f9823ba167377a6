/**
 * The HTTP client all adapters share: sign-in, budget, one taxonomy of errors, answers checked by schema.
 * It repeats a request only where nothing can happen twice; everything else is the activity's retry policy.
 */
import { setMaxListeners } from 'node:events';
import type { CallContext } from '../source.js';
import { checkShape, readJson } from './answerBody.js';
import { answerError, correlation, retrySeconds, type AnswerContext } from './answerErrors.js';
import { endpointTemplate, withQuery, type ApiRequest, type ApiResponse } from './apiRequest.js';
import { askOnce } from './askOnce.js';
import type { BudgetGate } from './budgetGate.js';
import { below, secureUrl } from './sameOrigin.js';
import type { TokenSource } from './tokenSource.js';
import { ConnectionLost, createTransport, type Answer, type Transport } from './transport.js';
import type { VendorDialect } from './vendorDialect.js';

export type { ApiRequest, ApiResponse } from './apiRequest.js';

export interface ApiClient {
  /** Throws TidemarkError; a 404 is InvalidRequest with status 404. */
  call<T>(request: ApiRequest<T>, context: CallContext): Promise<ApiResponse<T>>;
  /** As `call`, for records that may be gone: a 404 gives `data: null`. */
  find<T>(request: ApiRequest<T>, context: CallContext): Promise<ApiResponse<T | null>>;
  /** Requests sent so far, repeats and sign-in included. */
  requestCount(): number;
  /** Signs in if need be and says how long a token lives, in seconds. */
  tokenLifetimeSeconds(context: CallContext): Promise<number>;
  /** Signs in if need be and says what the token may be used for; null where the vendor does not say. */
  grantedScopes(context: CallContext): Promise<readonly string[] | null>;
  /** The allowance as the vendor last stated it; null before the first answer that states one. */
  allowance(): { requests: number; windowSeconds: number } | null;
}

export interface ApiClientOptions {
  /** Name of the connection in the configuration, for messages. */
  connection: string;
  /**
   * API host, with a path where the API has one in front of all endpoints; or how it is found once a token is there.
   * What finds it keeps it, and counts its requests with those of the token source.
   */
  baseUrl: string | ((signal: AbortSignal) => Promise<string>);
  tokenSource: TokenSource;
  /** Shared by all clients with the same client id: see budgetFor. */
  budget: BudgetGate;
  dialect: VendorDialect;
  transport?: Transport;
  userAgent?: string;
}

/** Waits after a 429 that does not say how long: doubled with each one in a row, up to the longest. */
const shortestRetrySeconds = 5;
const longestRetrySeconds = 60;

/** Throws InvalidConfig when the base URL is not https, except on loopback; where it is found, with the first request. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { baseUrl } = options;
  const secure = (url: string) => secureUrl(`The base URL of connection ${options.connection}`, url);
  const known = typeof baseUrl === 'string' ? secure(baseUrl) : baseUrl;
  const findBase = async (signal: AbortSignal) =>
    typeof known === 'function' ? secure(await known(signal)) : known;
  const transport = options.transport ?? createTransport();
  const { dialect, connection, tokenSource, budget } = options;
  let sent = 0;
  let refusedInARow = 0;

  const sendOnce = async (request: ApiRequest<unknown>, callContext: CallContext): Promise<Attempt> => {
    const { meter } = callContext;
    const signInsBefore = tokenSource.requestCount();
    // Before the budget, so that a sign-in that fails takes nothing from it.
    await tokenSource.token(callContext.signal);
    const base = await findBase(callContext.signal);
    if (meter !== undefined) meter.requests += tokenSource.requestCount() - signInsBefore;
    const permit = await budget.acquire(callContext.priority, callContext.signal);
    let token: string;
    try {
      // Again: the wait may have outlived the first one.
      token = await tokenSource.token(callContext.signal);
      callContext.signal.throwIfAborted();
    } catch (error) {
      permit.giveBack();
      throw error;
    }
    const endpoint = endpointTemplate(request);
    const context: AnswerContext = {
      dialect,
      connection,
      endpoint,
      secrets: [token],
      fallbackRetrySeconds: Math.min(longestRetrySeconds, shortestRetrySeconds * 2 ** refusedInARow),
    };
    let answer: Answer;
    try {
      const url = below(base, withQuery(request));
      sent += 1;
      if (meter !== undefined) meter.requests += 1;
      const body = request.body === undefined ? undefined : JSON.stringify(request.body);
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'user-agent': options.userAgent ?? 'tidemark',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const purpose = `${dialect.vendor} ${endpoint} (connection ${connection})`;
      answer = await transport.send(
        { method: request.method, url, headers, body, purpose },
        callContext.signal,
      );
    } catch (error) {
      permit.settle({ limits: undefined, answered: false, refusedForSeconds: undefined });
      throw error;
    }
    const refused = answer.status === 429;
    permit.settle({
      limits: dialect.readLimits(answer.headers, answer.status),
      answered: true,
      refusedForSeconds: refused ? retrySeconds(answer, context) : undefined,
    });
    refusedInARow = refused ? refusedInARow + 1 : 0;
    return { answer, context, token };
  };

  const sendSafely = async (request: ApiRequest<unknown>, callContext: CallContext): Promise<Attempt> => {
    try {
      return await sendOnce(request, callContext);
    } catch (error) {
      if (!request.repeatable || !(error instanceof ConnectionLost)) throw error;
      return await sendOnce(request, callContext);
    }
  };

  /** A refused token may have been revoked, or have ended early: one new token, one repeat. */
  const sendSignedIn = async (request: ApiRequest<unknown>, callContext: CallContext): Promise<Attempt> => {
    // One activity's signal serves many calls at once; Node would take their listeners for a leak.
    setMaxListeners(0, callContext.signal);
    const first = await sendSafely(request, callContext);
    if (first.answer.status !== 401) return first;
    tokenSource.invalidate(first.token);
    return await sendSafely(request, callContext);
  };

  return {
    call: async (request, callContext) =>
      askOnce(request, callContext, async () => read(request, await sendSignedIn(request, callContext))),
    find: async (request, callContext) =>
      askOnce(request, callContext, async () => {
        const attempt = await sendSignedIn(request, callContext);
        if (attempt.answer.status !== 404) return read(request, attempt);
        // A proxy's page would make everything look deleted: only the API's own answer counts.
        readJson(attempt.answer, attempt.context);
        return { data: null, raw: null, ...factsOf(attempt.answer, attempt.context) };
      }),
    requestCount: () => sent + tokenSource.requestCount(),
    tokenLifetimeSeconds: async (callContext) => {
      await tokenSource.token(callContext.signal);
      return tokenSource.lifetimeSeconds() ?? 0;
    },
    grantedScopes: async (callContext) => {
      await tokenSource.token(callContext.signal);
      return tokenSource.scopes() ?? null;
    },
    allowance: () => budget.allowance(),
  };
}

interface Attempt {
  answer: Answer;
  context: AnswerContext;
  /** The token it was sent with. */
  token: string;
}

function read<T>(request: ApiRequest<T>, { answer, context }: Attempt): ApiResponse<T> {
  if (answer.status < 200 || answer.status > 299) throw answerError(answer, context);
  const raw = readJson(answer, context);
  return { data: checkShape(request.schema, raw, answer, context), raw, ...factsOf(answer, context) };
}

function factsOf(answer: Answer, context: AnswerContext): Omit<ApiResponse<unknown>, 'data' | 'raw'> {
  return {
    receivedAt: answer.receivedAt,
    correlationId: correlation(answer, context).correlationId,
    status: answer.status,
  };
}
