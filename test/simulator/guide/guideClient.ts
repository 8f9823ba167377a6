/** A simulator under both contracts, and what a client of the guide contract says to it: by plain fetch. */
import { onTestFinished } from 'vitest';
import type { EvaluationState } from '../../../simulator/organisation/organisation.js';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.js';

/** Span of the organisation, and a present in which nearly all of it has happened. */
export const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' };
export const present = '2026-10-20T12:00:00.000Z';

export type Json = Record<string, unknown>;
export type Entity = Json & { id: string };

export interface Answer<T = Json> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Guide {
  simulator: Simulator;
  /** Origin of the guide contract. */
  origin: string;
  token: string;
  /** Sends a request with the token. */
  send<T = Json>(path: string, body?: unknown): Promise<Answer<T>>;
  /** Expects a 200 and gives the body. */
  ok<T = Json>(path: string, body?: unknown): Promise<T>;
  /** Expects a refusal and gives it. */
  refused(status: number, path: string, body?: unknown): Promise<Json & { message: string; code: string }>;
  /** Calls the control API on the port of the guide contract; expects a 200. */
  control<T = Json>(path: string, body?: unknown): Promise<T>;
}

/** An organisation whose limits no test runs into unless it wants to. */
export const roomy = {
  seed: 7,
  evaluations: 1_200,
  ...span,
  now: present,
  allowance: 1_000_000,
  clientId: 'exporter',
  clientSecret: 'exporter-secret',
} as const satisfies SimulatorOptions;

const settings: SimulatorOptions = {
  ...roomy,
  contracts: ['published', 'guide'],
  metricsAllowance: 1_000_000,
};

/** Starts a simulator that the caller closes. */
export async function openGuide(options: SimulatorOptions = {}): Promise<Guide> {
  const simulator = await startSimulator({ ...settings, ...options });
  const guide = simulator.contracts.guide;
  if (guide === undefined) throw new Error('the guide contract is not served');
  const origin = guide.apiUrl;
  const { body } = await signIn(origin, `client_id=exporter&client_secret=${simulator.clientSecret}`);
  return guideAs(simulator, origin, String(body['access_token']));
}

/** Starts a simulator for one test, which may change it. */
export async function freshGuide(options: SimulatorOptions = {}): Promise<Guide> {
  const guide = await openGuide(options);
  onTestFinished(() => guide.simulator.close());
  return guide;
}

/** Asks for a token with a form body, which guides 1 and 2 do. */
export async function signIn(origin: string, credentials: string): Promise<Answer> {
  const answer = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&${credentials}`,
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

/** What somebody with a token says. */
export function guideAs(simulator: Simulator, origin: string, token: string): Guide {
  const send = async <T>(path: string, body?: unknown): Promise<Answer<T>> => {
    const answer = await fetch(`${origin}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T };
  };
  const expected = async <T>(status: number, path: string, body?: unknown): Promise<T> => {
    const answer = await send<T>(path, body);
    if (answer.status === status) return answer.body;
    throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`);
  };
  return {
    simulator,
    origin,
    token,
    send,
    ok: async (path, body) => expected(200, path, body),
    refused: async (status, path, body) => expected(status, path, body),
    control: async (path, body) => expected(200, `/_simulator/${path}`, body),
  };
}

/** Follows pages to the end: by a token in a field of the answer, or by a relative link. */
export async function readAll(
  guide: Guide,
  path: string,
  next: { field: 'nextPage' | 'nextPageToken'; parameter: string } | 'nextPageUri',
  betweenPages: () => Promise<unknown> = async () => undefined,
): Promise<{ entities: Entity[]; sizes: number[] }> {
  const found: Entity[] = [];
  const sizes: number[] = [];
  for (let at: string | undefined = path; at !== undefined;) {
    const page: Json & { entities: Entity[] } = await guide.ok(at);
    found.push(...page.entities);
    sizes.push(page.entities.length);
    const token: unknown = page[next === 'nextPageUri' ? next : next.field];
    if (typeof token !== 'string') break;
    await betweenPages();
    at = next === 'nextPageUri' ? token : `${path}&${next.parameter}=${encodeURIComponent(token)}`;
  }
  return { entities: found, sizes };
}

export const byCursor = { field: 'nextPage', parameter: 'cursor' } as const;
export const byToken = { field: 'nextPageToken', parameter: 'nextPageToken' } as const;

/** Every evaluation there is, hidden ones included, found another way than by the listings. */
export function everyEvaluation({ organisation }: Simulator): EvaluationState[] {
  return [...organisation.evaluationsBy('createdDate', 0, Date.parse(present) + 1, 'ASC')];
}

/** Whether the default client may see a record. */
export function isGranted({ organisation }: Simulator, record: { divisionIds: readonly string[] }): boolean {
  return !record.divisionIds.some((id) => organisation.restrictedDivisionIds.includes(id));
}
