/** What a client of the Data Extraction API says to a simulator: by plain fetch. */
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { onTestFinished } from 'vitest';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.js';

/** Span of the organisation, and a present in which nearly all of it has happened. */
export const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' };
export const present = '2026-10-20T12:00:00.000Z';
export const workflows = { entityName: 'qm-workflows', version: '4' };
export const questions = { entityName: 'qm-questions', version: '1' };
export const firstHalf = { startDate: '2026-09-01', endDate: '2026-09-15' };

export type Json = Record<string, unknown>;
export type CsvRow = Record<string, string>;
type Access = Required<NonNullable<Simulator['contracts']['cxone-data-extraction']>>;

export interface JobAnswer {
  jobStatus: { id: string; status: string; result: { url?: string; errorMessage?: string } };
}

export interface Extraction {
  simulator: Simulator;
  access: Access;
  token: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  submit(body: unknown): Promise<Response>;
  /** Expects a 202 and gives the id. */
  submitted(body: unknown): Promise<string>;
  status(jobId: string): Promise<JobAnswer['jobStatus']>;
  /** Waits for the end of a job. */
  ended(jobId: string): Promise<JobAnswer['jobStatus']>;
  /** The file of a job that it starts. */
  file(entity: Json, dates?: Json): Promise<string>;
  /** Its rows. */
  rows(entity: Json, dates?: Json): Promise<CsvRow[]>;
  /** Calls the control API; expects a 200. */
  control<T = Json>(path: string, body?: unknown, method?: string): Promise<T>;
  truth(table: string): Promise<Json[]>;
}

/** Jobs that run for no time and may follow each other at once. */
export const hasty = { jobIntervalSeconds: 0, jobDurationSeconds: 0 };

const settings: SimulatorOptions = {
  contracts: ['cxone-data-extraction'],
  seed: 7,
  evaluations: 1_200,
  ...span,
  now: present,
  extraction: hasty,
};

/** Starts a simulator that the caller closes. */
export async function openExtraction(options: SimulatorOptions = {}): Promise<Extraction> {
  const simulator = await startSimulator({ ...settings, ...options });
  const access = simulator.contracts['cxone-data-extraction'] as Access;
  const signedIn = (await (await signIn(access)).json()) as { access_token: string };
  return extractionAs(simulator, access, signedIn.access_token);
}

/** Starts a simulator for one test, which may change it. */
export async function freshExtraction(options: SimulatorOptions = {}): Promise<Extraction> {
  const extraction = await openExtraction(options);
  onTestFinished(() => extraction.simulator.close());
  return extraction;
}

/** Asks for a token; what is changed of the form takes the place of what is right. */
export async function signIn(access: Access, changed: Record<string, string> = {}): Promise<Response> {
  const { tokenUrl, clientId, clientSecret, accessKeyId, accessKeySecret } = access;
  return fetch(tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'password',
      username: accessKeyId,
      password: accessKeySecret,
      ...changed,
    }).toString(),
  });
}

export const readCsv = (text: string): CsvRow[] => parse(text, { bom: true, columns: true });

function extractionAs(simulator: Simulator, access: Access, token: string): Extraction {
  const jobs = '/data-extraction/v1/jobs';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = async (path: string, init: RequestInit = {}) =>
    fetch(`${access.apiUrl}${path}`, { headers, ...init });
  const submit = async (body: unknown) => request(jobs, { method: 'POST', body: JSON.stringify(body) });
  const submitted = async (body: unknown) => {
    const answer = await submit(body);
    if (answer.status !== 202) throw new Error(`refused with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as string;
  };
  const status = async (jobId: string) =>
    ((await (await request(`${jobs}/${jobId}`)).json()) as JobAnswer).jobStatus;
  const ended = async (jobId: string) => {
    for (;;) {
      const now = await status(jobId);
      if (now.status !== 'RUNNING') return now;
      await delay(10);
    }
  };
  const file = async (entity: Json, dates: Json = firstHalf) => {
    const { result } = await ended(await submitted({ ...entity, ...dates }));
    const answer = await fetch(String(result.url));
    if (answer.status !== 200) throw new Error(`no file: ${answer.status} ${await answer.text()}`);
    // As it is: text() would take the byte order mark away.
    return Buffer.from(await answer.arrayBuffer()).toString();
  };
  const control = async <T>(path: string, body?: unknown, method?: string) => {
    const answer = await fetch(`${access.controlUrl}/${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${text}`);
    return (
      answer.headers.get('content-type') === 'application/x-ndjson'
        ? text
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as Json)
        : JSON.parse(text)
    ) as T;
  };
  return {
    simulator,
    access,
    token,
    request,
    submit,
    submitted,
    status,
    ended,
    file,
    rows: async (entity, dates) => readCsv(await file(entity, dates)),
    control,
    truth: async (table) => control<Json[]>(`truth?table=${table}&contract=cxone-data-extraction`),
  };
}
