/** A simulator on a free port, and what a test says to it over HTTP: as a client of the API, and past it. */
import { onTestFinished } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.js';

/** Span of the organisation, and a present in which nearly all of it has happened. */
export const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' };
export const present = '2026-10-20T12:00:00.000Z';

/** A client that is granted every division; what the default client must not see is read as this one. */
export const auditor = { clientId: 'auditor', clientSecret: 'auditor-secret' };

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Refusal {
  message: string;
  code: string;
  status: number;
  contextId: string;
  [field: string]: unknown;
}

export type Entity = Record<string, unknown> & { id: string };

export interface Listing<T = Entity> {
  entities: T[];
  pageSize: number;
  pageNumber: number;
  total: number;
  pageCount: number;
  nextUri?: string;
  previousUri?: string;
}

export type Method = 'GET' | 'POST' | 'DELETE';

/** One signed-in client. */
export interface Session {
  token: string;
  send<T = Record<string, unknown>>(method: Method, path: string, body?: unknown): Promise<Answer<T>>;
  /** Expects a 200 and gives the body. */
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  post<T = Record<string, unknown>>(path: string, body: unknown): Promise<T>;
  /** Expects a status and gives the vendor's error body. */
  refused(status: number, method: Method, path: string, body?: unknown): Promise<Refusal>;
}

export interface Opened {
  simulator: Simulator;
  /** The default client. */
  api: Session;
  signIn(client: { clientId: string; clientSecret: string }): Promise<Session>;
  /** Calls the control API; expects a 200. */
  control<T = Record<string, unknown>>(method: Method, path: string, body?: unknown): Promise<T>;
  truth(table: string, query?: Record<string, string>): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const settings: SimulatorOptions = {
  port: 0,
  seed: 7,
  evaluations: 1_200,
  ...span,
  now: present,
  allowance: 1_000_000,
  clientId: 'exporter',
  clientSecret: 'exporter-secret',
  clients: [{ ...auditor, divisionIds: 'all' }],
};

/** Starts a simulator that the caller closes. */
export async function openSimulator(options: SimulatorOptions = {}): Promise<Opened> {
  const simulator = await startSimulator({ ...settings, ...options });
  const { apiUrl, controlUrl } = simulator;
  const signIn: Opened['signIn'] = async (client) => {
    const { status, body } = await requestToken(simulator, client);
    if (status !== 200) throw new Error(`sign-in was answered ${status}`);
    return session(apiUrl, String(body['access_token']));
  };
  const control = async (method: Method, path: string, body?: unknown): Promise<string> => {
    const answer = await fetch(`${controlUrl}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'text/json' } }),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${text}`);
    return text;
  };
  return {
    simulator,
    api: await signIn(simulator),
    signIn,
    control: async <T>(...call: Parameters<typeof control>) => JSON.parse(await control(...call)) as T,
    truth: async (table, query = {}) => {
      const text = await control('GET', `truth?${new URLSearchParams({ table, ...query })}`);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    close: () => simulator.close(),
  };
}

/** Starts a simulator for one test, which may change it. */
export async function freshSimulator(options: SimulatorOptions = {}): Promise<Opened> {
  const opened = await openSimulator(options);
  onTestFinished(() => opened.close());
  return opened;
}

/** Asks for a token the way the vendor's client does, unless told otherwise. */
export async function requestToken(
  { loginUrl }: Simulator,
  client: { clientId: string; clientSecret: string },
  overrides: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer<Record<string, unknown>>> {
  const answer = await fetch(`${loginUrl}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: basic(`${client.clientId}:${client.clientSecret}`),
      'content-type': 'application/x-www-form-urlencoded',
      ...overrides.headers,
    },
    body: overrides.body ?? 'grant_type=client_credentials',
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  };
}

export function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** A session with a token, which need not be a good one. */
export function session(apiUrl: string, token: string): Session {
  const send: Session['send'] = async <T>(method: Method, path: string, body?: unknown) => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
    };
  };
  const expected = async <T>(status: number, method: Method, path: string, body?: unknown): Promise<T> => {
    const answer = await send<T>(method, path, body);
    if (answer.status === status) return answer.body;
    const said = JSON.stringify(answer.body)?.slice(0, 500);
    throw new Error(`${method} ${path} was answered ${answer.status}: ${said}`);
  };
  return {
    token,
    send,
    get: (path) => expected(200, 'GET', path),
    post: (path, body) => expected(200, 'POST', path, body),
    refused: (status, method, path, body) => expected(status, method, path, body),
  };
}

/** A date-range criterion of a search. */
export function dateRange(field: string, startValue: string, endValue: string) {
  return { type: 'DATE_RANGE', field, startValue, endValue };
}

export const searchPath = '/api/v2/quality/evaluations/search';

/** What a search finds, page after page. */
export async function searchAll(
  api: Session,
  criteria: unknown[],
  more: Record<string, unknown> = {},
): Promise<Entity[]> {
  const found: Entity[] = [];
  for (let pageNumber = 1; ; pageNumber++) {
    const { results } = await api.post<{ results: Entity[] }>(searchPath, {
      query: criteria,
      pageNumber,
      pageSize: 100,
      ...more,
    });
    found.push(...results);
    if (results.length < 100) return found;
  }
}
