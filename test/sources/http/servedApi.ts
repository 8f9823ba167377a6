/** An adapter's own client against a server that answers as a test scripts it, and signs in whoever asks. */
import { onTestFinished } from 'vitest';
import type http from 'node:http';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import { sendJson, startServer, type Received, type TestServer } from './testServer.js';

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

/**
 * @param token what a sign-in answers besides
 * @param gateway path that everything lies below, sign-in included; there is nothing beside it
 */
export async function serveApi(
  answer: Answering,
  clientOf: (url: string) => ApiClient,
  token: object = {},
  gateway = '',
): Promise<Served> {
  const asked: Asked[] = [];
  const signIns: Received[] = [];
  const server = await startServer((received, response) => {
    if (!received.url.startsWith(`${gateway}/`)) return sendJson(response, 404, { message: 'no such path' });
    const request = { ...received, url: received.url.slice(gateway.length) };
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
  return { api: clientOf(`${server.url}${gateway}`), server, asked, signIns };
}
