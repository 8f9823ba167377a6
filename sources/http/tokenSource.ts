/** Tokens by whatever credentials a vendor takes: kept until shortly before they end, fetched once for all who wait. */
import { z } from 'zod';
import { unlessAborted } from '../../model/waiting.js';
import { checkShape, readJson } from './answerBody.js';
import { answerError, type AnswerContext } from './answerErrors.js';
import { secureUrl } from './sameOrigin.js';
import { createTransport, type OutgoingRequest, type Transport } from './transport.js';
import type { VendorDialect } from './vendorDialect.js';

export interface TokenSource {
  /**
   * A token that lives for at least the refresh margin. Concurrent callers share one sign-in; an abort ends only
   * the aborted caller's waiting. Throws Unauthorized, RateLimited, UpstreamUnavailable or SchemaMismatch.
   */
  token(signal: AbortSignal): Promise<string>;
  /** Forgets a token the vendor refused, unless a newer one has taken its place. */
  invalidate(token: string): void;
  /** Lifetime of the last token as the vendor stated it, seconds; undefined before the first sign-in. */
  lifetimeSeconds(): number | undefined;
  /** What the last token may be used for, as the vendor stated it; undefined where it does not say. */
  scopes(): readonly string[] | undefined;
  /** What came beside the last token, as OpenID Connect has it: who signed in. Undefined where nothing did. */
  idToken(): string | undefined;
  /** Sign-in requests sent so far. */
  requestCount(): number;
}

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** How credentials are put into a sign-in request; vendors differ. */
export type SignInForm<C extends object = Credentials> = (
  credentials: C,
) => Pick<OutgoingRequest, 'headers'> & { body: string };

/** HTTP Basic, as an Authorization header. */
export const basicAuthorization = ({ clientId, clientSecret }: Credentials): string =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64')}`;

/** Form-encoded with Basic authorization, as Genesys Cloud and most others want it. */
export const basicForm: SignInForm = (credentials) => ({
  headers: {
    authorization: basicAuthorization(credentials),
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials',
});

/** Form-encoded, the credentials in the body. */
export const bodyForm: SignInForm = ({ clientId, clientSecret }) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }).toString(),
});

/** The same as a JSON object. */
export const jsonForm: SignInForm = ({ clientId, clientSecret }) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }),
});

export interface TokenSourceOptions<C extends object = Credentials> {
  /** Name of the connection in the configuration; the only thing messages say about the credentials. */
  connection: string;
  /** URL of the token endpoint, or how it is found before signing in. */
  url: string | (() => Promise<string>);
  /** None of its texts ever appears in a message. */
  credentials: C;
  dialect: VendorDialect;
  form: SignInForm<C>;
  /** A token is replaced this long before it ends, or at half its lifetime if that is shorter than twice this. */
  refreshMarginSeconds?: number;
  transport?: Transport;
  /** Milliseconds of a steady clock. */
  clock?: () => number;
}

interface HeldToken {
  value: string;
  refreshAt: number;
}

const tokenShape = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
  scope: z.string().nullish(),
  id_token: z.string().nullish(),
});

const defaultMarginSeconds = 60;
const signInRetrySeconds = 30;

export function createTokenSource<C extends object>(options: TokenSourceOptions<C>): TokenSource {
  const { url } = options;
  const secure = (found: string) => secureUrl(`The sign-in URL of connection ${options.connection}`, found);
  const known = typeof url === 'string' ? secure(url) : url;
  const locate = async () => (typeof known === 'function' ? secure(await known()) : known);
  const clock = options.clock ?? (() => performance.now());
  const transport = options.transport ?? createTransport();
  const margin = options.refreshMarginSeconds ?? defaultMarginSeconds;
  let held: HeldToken | undefined;
  let underWay: Promise<HeldToken> | undefined;
  let lifetime: number | undefined;
  let scopes: readonly string[] | undefined;
  let idToken: string | undefined;
  let requests = 0;

  const signIn = async (): Promise<HeldToken> => {
    const target = await locate();
    const form = options.form(options.credentials);
    const basic = form.headers['authorization']?.replace(/^\S+\s+/u, '') ?? '';
    const context: AnswerContext = {
      dialect: options.dialect,
      connection: options.connection,
      endpoint: 'sign-in',
      isSignIn: true,
      secrets: [...textsOf(options.credentials), basic],
      fallbackRetrySeconds: signInRetrySeconds,
    };
    requests += 1;
    const startedAt = clock();
    const answer = await transport.send(
      {
        method: 'POST',
        url: target,
        purpose: `Sign-in of connection ${options.connection}`,
        ...form,
        headers: { accept: 'application/json', ...form.headers },
      },
      // Nobody's signal: others may be waiting for the same token. The time-outs end it.
      new AbortController().signal,
    );
    if (answer.status < 200 || answer.status > 299) throw answerError(answer, context);
    const token = checkShape(tokenShape, readJson(answer, context), answer, context);
    lifetime = token.expires_in;
    idToken = token.id_token ?? undefined;
    scopes = token.scope?.split(/\s+/u).filter((scope) => scope !== '');
    const usable = lifetime < 2 * margin ? lifetime / 2 : lifetime - margin;
    return { value: token.access_token, refreshAt: startedAt + usable * 1000 };
  };

  const renew = async (): Promise<HeldToken> => {
    underWay ??= signIn()
      .then((token) => (held = token))
      .finally(() => (underWay = undefined));
    return await underWay;
  };

  return {
    token: async (signal) => {
      signal.throwIfAborted();
      if (held !== undefined && clock() < held.refreshAt) return held.value;
      return (await unlessAborted(renew(), signal)).value;
    },
    invalidate: (token) => {
      if (held?.value === token) held = undefined;
    },
    lifetimeSeconds: () => lifetime,
    scopes: () => scopes,
    idToken: () => idToken,
    requestCount: () => requests,
  };
}

/** The longest first: one that holds another would else be left in part. */
const textsOf = (credentials: object): string[] =>
  Object.values(credentials)
    .filter((value) => typeof value === 'string')
    .sort((a, b) => b.length - a.length);
