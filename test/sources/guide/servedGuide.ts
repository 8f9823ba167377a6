/** The adapter's own client against a server that answers as a test scripts it. */
import { onTestFinished } from 'vitest';
import type http from 'node:http';
import { createGenesysClient, type GenesysClientOptions } from '../../../sources/genesys/client.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import { sendJson, startServer, type Received, type TestServer } from '../http/testServer.js';

export interface Asked {
  path: string;
  query: Record<string, string>;
  /** JSON of the request, or what was sent when it is none. */
  body: unknown;
  request: Received;
}

/** Gives what to answer with 200, or answers itself and gives undefined. */
export type Answering = (asked: Asked, response: http.ServerResponse, index: number) => unknown;

export interface Served {
  api: ApiClient;
  server: TestServer;
  /** Requests to the API, in their order. */
  asked: Asked[];
  /** Requests to the sign-in. */
  signIns: Received[];
}

export async function serveGuide(
  answer: Answering,
  options: Partial<GenesysClientOptions> & { token?: object } = {},
): Promise<Served> {
  const asked: Asked[] = [];
  const signIns: Received[] = [];
  const { token, ...clientOptions } = options;
  const server = await startServer((request, response) => {
    if (request.url === '/oauth/token') {
      const number = signIns.push(request);
      return sendJson(response, 200, { access_token: `token-${number}`, expires_in: 3_600, ...token });
    }
    const url = new URL(request.url, 'http://localhost');
    const one: Asked = {
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: request.body === '' ? undefined : JSON.parse(request.body),
      request,
    };
    const body = answer(one, response, asked.push(one) - 1);
    if (body !== undefined) sendJson(response, 200, body);
  });
  onTestFinished(() => server.close());
  const api = createGenesysClient({
    connection: 'acme',
    contract: 'guide',
    region: undefined,
    apiUrl: server.url,
    loginUrl: undefined,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    tokenRefreshMarginSeconds: 60,
    allowance: { requests: 1_000_000, windowSeconds: 60 },
    ...clientOptions,
  });
  return { api, server, asked, signIns };
}

export const evaluationsPath = '/api/v2/quality/evaluations';
export const recalculatePath = `${evaluationsPath}/recalculate`;

/** Says of each id that its score is final. */
export const completed = ({ query }: Asked) => ({
  entities: (query['evaluationId'] ?? '')
    .split(',')
    .map((evaluationId) => ({ evaluationId, status: 'completed' })),
});
