/**
 * The demonstration: a simulated organisation, a real Temporal server, a worker that is killed in the middle of an
 * export and another that goes on, and a warehouse compared row by row with the truth.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ExportResult } from '../../model/mark.js';
import type { Warehouse } from '../../warehouses/warehouse.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { loadConfiguration } from '../../workers/loadConfiguration.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { listSchedules, syncSchedules, triggerSchedule } from '../../workers/schedules.js';
import { connectClient, plainTarget } from '../../workers/temporalTarget.js';
import { recordsSoFar, snapshot, type ExportHandle } from '../runProgress.js';
import { developmentSearchAttributes } from '../session.js';
import {
  startSimulatorProcess,
  startWorkerProcess,
  type ChildHandle,
  type SimulatorReady,
} from './processes.js';
import { compareWithTruth, type TableComparison } from './truthComparison.js';
import type { Client } from '@temporalio/client';

const connection = 'acme';
const stream = 'evaluations';
/** The worker is killed when about this share of the pages has been read. */
const killAt = 0.45;
const recordsPerPage = 99;
const searchPath = '/api/v2/quality/evaluations/search';

export interface DemonstrationOptions {
  directory: string;
  evaluations: number;
  seed: number;
  uiPort: number;
  say: (text: string) => void;
  /** Evaluations extracted so far, of about how many. */
  progress: (done: number, total: number) => void;
  /** The export has ended; the comparison begins. */
  exported: () => void;
  /** Called with everything still up; resolves when it may be taken down. */
  hold: (demonstration: Demonstration, warehouse: Warehouse) => Promise<void>;
}

export interface Demonstration {
  result: ExportResult;
  warehousePath: string;
  uiUrl: string | null;
  comparisons: TableComparison[];
  /** Page requests that the organisation answered more than once. */
  pagesRepeated: number;
  scoreParity: { evaluations: number; equal: number };
}

export async function demonstrate(options: DemonstrationOptions): Promise<Demonstration> {
  const directory = resolve(options.directory);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const log = join(directory, 'processes.log');
  const running: (() => Promise<void>)[] = [];
  try {
    options.say(
      `Simulated Genesys Cloud organisation: ${options.evaluations} evaluations, seed ${options.seed}`,
    );
    const simulator = await startSimulatorProcess(
      [
        ...['--evaluations', String(options.evaluations), '--seed', String(options.seed)],
        // The allowance is no part of this show: bench/ measures how close to it an export runs.
        ...['--allowance', '100000'],
      ],
      log,
    );
    running.push(async () => simulator.stop());
    options.say(`  listening on ${simulator.ready.apiUrl}`);
    const control = new URL('/_simulator/', simulator.ready.apiUrl);
    // What happens while the demonstration runs would be in the truth and not in the export.
    await post(new URL('clock', control), { freeze: true });

    options.say('Temporal development server');
    const server = await startDevelopmentServer({
      stateDirectory: directory,
      ui: true,
      uiPort: options.uiPort,
      searchAttributes: developmentSearchAttributes(),
      onProgress: (message: string) => options.say(`  ${message}`),
    });
    running.push(async () => server.close());
    const uiUrl = server.uiUrl ?? null;
    options.say(`  ${server.address}${uiUrl === null ? '' : `, web UI ${uiUrl}`}`);

    const configPath = await writeConfiguration(directory, simulator.ready);
    const environment = {
      DEMO_CLIENT_ID: simulator.ready.clientId,
      DEMO_CLIENT_SECRET: simulator.ready.clientSecret,
      TEMPORAL_ADDRESS: server.address,
    };
    const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
    const client = await connectClient(plainTarget(server.address, server.namespace));
    running.push(async () => client.connection.close());

    let worker: ChildHandle = startWorkerProcess(configPath, environment, log);
    running.push(async () => worker.stop());
    options.say(`Worker ${worker.process.pid}`);
    await syncSchedules(client, configuration);
    await triggerSchedule(client, { connection, stream });
    const handle = await firstRun(client, configuration);
    options.say(`Schedule triggered: ${handle.workflowId}`);

    const result = await followWithKill(client, handle, control, options, async () => {
      const { pid } = worker.process;
      await worker.stop('SIGKILL');
      options.say(`\nWorker ${pid} killed (SIGKILL) in the middle of the export`);
      worker = startWorkerProcess(configPath, environment, log);
      options.say(`Worker ${worker.process.pid} takes over`);
    });

    options.exported();

    const { warehouse } = await openConfigured(configuration);
    try {
      const comparisons = await compareWithTruth(warehouse, connection, truthUrl(control, result));
      const demonstration: Demonstration = {
        result,
        warehousePath: warehouse.location,
        uiUrl,
        comparisons,
        pagesRepeated: await repeatedPages(control),
        scoreParity: await scoreParity(warehouse),
      };
      await options.hold(demonstration, warehouse);
      return demonstration;
    } finally {
      await warehouse.close();
    }
  } finally {
    for (const stop of running.reverse()) await stop();
  }
}

async function writeConfiguration(directory: string, simulator: SimulatorReady): Promise<string> {
  const path = join(directory, 'tidemark.yaml');
  await writeFile(
    path,
    `# Written by the demonstration. The secrets are those of the simulated organisation.
connections:
  ${connection}:
    vendor: genesys
    api: published
    apiUrl: ${simulator.apiUrl}
    loginUrl: ${simulator.loginUrl}
    clientId: \${DEMO_CLIENT_ID}
    clientSecret: \${DEMO_CLIENT_SECRET}
    streams:
      ${stream}: { every: 1h, paused: true, startFrom: "${simulator.from}", recordsPerWindow: 2500, pagesPerBatch: 10 }
warehouse: { kind: duckdb, path: ./tidemark.duckdb }
staging: file:./staging
`,
  );
  return path;
}

/** The run that the trigger started; its id carries the time, so it is looked up. */
async function firstRun(
  client: Client,
  configuration: Parameters<typeof listSchedules>[1],
): Promise<ExportHandle> {
  for (;;) {
    const [schedule] = await listSchedules(client, configuration);
    const workflowId = schedule?.lastRuns.at(-1)?.workflowId;
    if (workflowId !== undefined && workflowId !== '') return client.workflow.getHandle(workflowId);
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

async function followWithKill(
  client: Client,
  handle: ExportHandle,
  control: URL,
  options: DemonstrationOptions,
  kill: () => Promise<void>,
): Promise<ExportResult> {
  let ended = false;
  const result = handle.result().finally(() => {
    ended = true;
  });
  const watching = (async () => {
    while (!ended) {
      const now = await snapshot(client, handle);
      if (now !== null) {
        options.progress(Math.min(options.evaluations, recordsSoFar(now)), options.evaluations);
      }
      await new Promise((wait) => setTimeout(wait, 500));
    }
  })();
  const killing = (async () => {
    // The organisation knows best how far the reading is: heartbeats reach the server late.
    while (!ended && (await pagesRead(control)) < (options.evaluations / recordsPerPage) * killAt) {
      await new Promise((wait) => setTimeout(wait, 20));
    }
    if (!ended) await kill();
  })();
  const [settled] = await Promise.allSettled([result, watching, killing]);
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** The truth of what was exported: the run ends a safety lag before now. */
function truthUrl(control: URL, { from, highWaterMark }: ExportResult): URL {
  const url = new URL('truth', control);
  url.searchParams.set('from', from);
  url.searchParams.set('to', highWaterMark);
  return url;
}

async function post(url: URL, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`);
}

interface Counters {
  repeated: { endpoint: string; times: number }[];
  byEndpoint: Record<string, { requests: number } | undefined>;
}

async function counters(control: URL): Promise<Counters> {
  const response = await fetch(new URL('counters', control));
  return (await response.json()) as Counters;
}

async function pagesRead(control: URL): Promise<number> {
  return (await counters(control)).byEndpoint[`POST ${searchPath}`]?.requests ?? 0;
}

/** Pages of a search that the organisation was asked for more than once. */
async function repeatedPages(control: URL): Promise<number> {
  const { repeated } = await counters(control);
  return repeated
    .filter(({ endpoint }) => endpoint === searchPath)
    .reduce((sum, { times }) => sum + times - 1, 0);
}

async function scoreParity(warehouse: Warehouse): Promise<Demonstration['scoreParity']> {
  const [row] = await warehouse.query(
    `SELECT count(*) AS evaluations, count(*) FILTER (score_parity IN ('equal', 'fatal_zero')) AS equal
     FROM evaluations WHERE NOT is_deleted AND score_parity <> 'not_scored'`,
  );
  return { evaluations: Number(row?.['evaluations'] ?? 0), equal: Number(row?.['equal'] ?? 0) };
}
