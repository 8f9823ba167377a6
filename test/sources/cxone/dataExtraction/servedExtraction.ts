/** The adapter's own client against a server that answers as a test scripts it, sign-in and discovery included. */
import { onTestFinished } from 'vitest';
import type http from 'node:http';
import { UnsecuredJWT } from 'jose';
import {
  createDataExtractionClient,
  type DataExtractionClient,
  type DataExtractionClientOptions,
} from '../../../../sources/cxone/data-extraction/client.js';
import { sendJson, startServer, type Received, type TestServer } from '../../http/testServer.js';

/** What the server says where a test does not say otherwise; a status makes it a refusal. */
export interface Documents {
  openId: (url: string) => object;
  token: (url: string) => object;
  tenant: (url: string) => object;
  tokenStatus: number;
}

export interface Served {
  client: DataExtractionClient;
  server: TestServer;
  /** Paths with their queries, in their order. */
  paths(): string[];
}

export const jwt = (claims: Record<string, unknown>): string => new UnsecuredJWT(claims).encode();

export const secrets = {
  clientId: 'client-1',
  clientSecret: 'secret:of client',
  accessKeyId: 'key-1',
  accessKeySecret: 'secret&of key',
};

const usual: Documents = {
  openId: (url) => ({ token_endpoint: `${url}/auth/token` }),
  token: () => ({
    access_token: jwt({ sub: 'u-1' }),
    id_token: jwt({ tenantId: 'tenant-1' }),
    token_type: 'Bearer',
    expires_in: 3_600,
  }),
  tenant: (url) => ({ api_endpoint: url, area: 'au1', domain: 'niceincontact.com' }),
  tokenStatus: 200,
};

export async function serve(
  answer: (request: Received, response: http.ServerResponse, url: string) => void,
  changed: Partial<Documents> = {},
  options: (url: string) => Partial<DataExtractionClientOptions> = () => ({}),
): Promise<Served> {
  const documents = { ...usual, ...changed };
  const server: TestServer = await startServer((request, response) => {
    const path = request.url.replace(/\?.*$/u, '');
    if (path === '/.well-known/openid-configuration') {
      return sendJson(response, 200, documents.openId(server.url));
    }
    if (path === '/.well-known/cxone-configuration') {
      return sendJson(response, 200, documents.tenant(server.url));
    }
    if (path === '/auth/token' || path === '/authentication/v1/token/access-key') {
      return sendJson(response, documents.tokenStatus, documents.token(server.url));
    }
    return answer(request, response, server.url);
  });
  onTestFinished(() => server.close());
  const client = createDataExtractionClient({
    connection: 'acme',
    signIn: 'access-key',
    issuer: server.url,
    ...secrets,
    allowedHosts: [],
    tokenRefreshMarginSeconds: 60,
    ...options(server.url),
  });
  return { client, server, paths: () => server.received.map(({ url }) => url) };
}

export const silent = (): void => {
  throw new Error('nothing else is asked for');
};
