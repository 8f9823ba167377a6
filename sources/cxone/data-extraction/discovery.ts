/** Finds where to sign in and where the API of a tenant is, by the documents that the issuer publishes. */
import { z, type ZodType } from 'zod';
import { checkShape, readJson } from '../../http/answerBody.js';
import { answerError, type AnswerContext } from '../../http/answerErrors.js';
import { below } from '../../http/sameOrigin.js';
import type { Transport } from '../../http/transport.js';
import type { VendorDialect } from '../../http/vendorDialect.js';
import { trustedUrl, type Trust } from './trustedHosts.js';

export interface Discovery {
  /** Where to sign in. */
  tokenUrl(): Promise<string>;
  /** Base URL of the tenant's API. */
  apiUrl(tenantId: string, signal: AbortSignal): Promise<string>;
  /** Requests sent so far. */
  requestCount(): number;
}

export interface DiscoveryOptions {
  issuer: string;
  trust: Trust;
  dialect: VendorDialect;
  transport: Transport;
}

const openIdSchema = z.object({ token_endpoint: z.string().min(1) });

const tenantSchema = z
  .object({ api_endpoint: z.string().nullish(), area: z.string().nullish(), domain: z.string().nullish() })
  .transform(({ api_endpoint, area, domain }, context) => {
    if (api_endpoint) return api_endpoint;
    if (area && domain) return `https://api-${area}.${domain}`;
    context.addIssue({
      code: 'custom',
      path: ['api_endpoint'],
      message: 'missing, and so is area or domain',
    });
    return z.NEVER;
  });

const retrySeconds = 30;

/** Documents are read once: they move as seldom as hosts do. */
export function createDiscovery({ issuer, trust, dialect, transport }: DiscoveryOptions): Discovery {
  const base = trustedUrl('The issuer', issuer, 'token', trust);
  const found = new Map<string, string>();
  let requests = 0;

  const read = async <T>(
    path: string,
    query: string,
    schema: ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    requests += 1;
    const url = below(base, `${path}${query}`);
    const endpoint = `GET ${path}`;
    const purpose = `${dialect.vendor} ${endpoint} (connection ${trust.connection})`;
    const headers = { accept: 'application/json', 'user-agent': 'tidemark' };
    const answer = await transport.send({ method: 'GET', url, headers, body: undefined, purpose }, signal);
    const { connection } = trust;
    const context: AnswerContext = {
      dialect,
      connection,
      endpoint,
      isSignIn: true,
      secrets: [],
      fallbackRetrySeconds: retrySeconds,
    };
    if (answer.status !== 200) throw answerError(answer, context);
    return checkShape(schema, readJson(answer, context), answer, context);
  };

  const once = async (key: string, find: () => Promise<string>): Promise<string> => {
    const url = found.get(key) ?? (await find());
    found.set(key, url);
    return url;
  };

  return {
    tokenUrl: async () =>
      once('token', async () => {
        const path = '/.well-known/openid-configuration';
        // Nobody's signal: others may be waiting for the same sign-in. The time-outs end it.
        const { token_endpoint: url } = await read(path, '', openIdSchema, new AbortController().signal);
        return trustedUrl('The token endpoint', url, 'token', trust).href;
      }),
    apiUrl: async (tenantId, signal) =>
      once(`tenant ${tenantId}`, async () => {
        const path = '/.well-known/cxone-configuration';
        const query = `?tenantId=${encodeURIComponent(tenantId)}`;
        const url = await read(path, query, tenantSchema, signal);
        return trustedUrl('The API endpoint', url, 'token', trust).href;
      }),
    requestCount: () => requests,
  };
}
