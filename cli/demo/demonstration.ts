/**
 * The demonstration: a simulated organisation, a real Temporal server, a worker that is killed in the middle of an
 * export and another that goes on, and a warehouse compared row by row with the truth.
 */
import { setMaxListeners } from 'node:events';
import { join, resolve } from 'node:path';
import type { ExportResult } from '../../model/mark.js';
import { unlessAborted } from '../../model/waiting.js';
import type { Warehouse } from '../../warehouses/warehouse.js';
import type { Configuration } from '../../workers/configuration.js';
import { startDevelopmentServer } from '../../workers/developmentServer.js';
import { loadConfiguration } from '../../workers/loadConfiguration.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { listSchedules, syncSchedules, triggerSchedule } from '../../workers/schedules.js';
import { connectClient, plainTarget } from '../../workers/temporalTarget.js';
import { recordsSoFar, snapshot, type ExportHandle } from '../runProgress.js';
import { developmentSearchAttributes } from '../session.js';
import { connection, prepareDirectory, stream, writeConfiguration, writeProfile } from './directory.js';
import { pagesRead, post, repeatedPages, truthUrl } from './organisation.js';
import { startSimulatorProcess, startWorkerProcess, type ChildHandle } from './processes.js';
import { createTeardown, type Teardown } from './teardown.js';
import { compareWithTruth, type TableComparison } from './truthComparison.js';
import type { Client } from '@temporalio/client';

/** The worker is killed when about this share of the pages has been read. */
const killAt = 0.45;
const recordsPerPage = 99;

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
  /** Ends it early. */
  signal: AbortSignal;
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

/**
 * Runs the demonstration and takes everything down.
 * @throws TidemarkError when the simulator or a worker ends by itself: the export would wait for it for ever; the
 * reason of `signal` when that ends it.
 */
export async function demonstrate(options: DemonstrationOptions): Promise<Demonstration> {
  const directory = resolve(options.directory);
  await prepareDirectory(directory);
  const teardown = createTeardown();
  const loss = new AbortController();
  const signal = AbortSignal.any([options.signal, loss.signal]);
  // Every call to the server listens.
  setMaxListeners(0, signal);
  try {
    return await unlessAborted(show({ ...options, directory, teardown, loss, signal }), signal);
  } finally {
    await teardown.end();
  }
}

interface Stage extends DemonstrationOptions {
  teardown: Teardown;
  /** Aborts when a process that is needed is gone. */
  loss: AbortController;
}

async function show(stage: Stage): Promise<Demonstration> {
  const { directory, teardown } = stage;
  const log = join(directory, 'processes.log');
  // First, as it claims the directory.
  stage.say('Temporal development server');
  const server = await startDevelopmentServer({
    stateDirectory: directory,
    ui: true,
    uiPort: stage.uiPort,
    searchAttributes: developmentSearchAttributes(),
    onProgress: (message: string) => stage.say(`  ${message}`),
  });
  await teardown.add(async () => server.close());
  const uiUrl = server.uiUrl ?? null;
  stage.say(`  ${server.address}${uiUrl === null ? '' : `, web UI ${uiUrl}`}`);

  stage.say(`Simulated Genesys Cloud organisation: ${stage.evaluations} evaluations, seed ${stage.seed}`);
  const simulator = await startSimulatorProcess(
    [
      ...['--evaluations', String(stage.evaluations), '--seed', String(stage.seed)],
      // The allowance is no part of this show: bench/ measures how close to it an export runs.
      ...['--allowance', '100000'],
    ],
    log,
  );
  await rely(stage, simulator);
  stage.say(`  listening on ${simulator.ready.apiUrl}`);
  const control = new URL('/_simulator/', simulator.ready.apiUrl);
  // What happens while the demonstration runs would be in the truth and not in the export.
  await post(new URL('clock', control), { freeze: true });

  const configPath = await writeConfiguration(directory, simulator.ready);
  const environment = {
    DEMO_CLIENT_ID: simulator.ready.clientId,
    DEMO_CLIENT_SECRET: simulator.ready.clientSecret,
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    TEMPORAL_CONFIG_FILE: await writeProfile(directory),
  };
  const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
  const client = await connectClient(plainTarget(server.address, server.namespace));
  await teardown.add(async () => client.connection.close());
  const startWorker = async () => {
    const worker = startWorkerProcess(configPath, environment, log);
    await rely(stage, worker);
    return worker;
  };
  // Calls under way when the connection closes are tried again on it, which nobody can catch: they end before.
  const result = await client.withAbortSignal(stage.signal, async () =>
    exportWithKill(stage, client, configuration, control, startWorker),
  );

  stage.exported();

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
    await stage.hold(demonstration, warehouse);
    return demonstration;
  } finally {
    await warehouse.close();
  }
}

/** From here on the demonstration cannot do without the process, and ends it at its own end. */
async function rely({ teardown, loss, signal }: Stage, child: ChildHandle): Promise<void> {
  child.lost.catch((error: unknown) => loss.abort(error));
  // Nobody waits for what a worker would still finish once the demonstration is given up: that may take half a minute.
  await teardown.add(async () => child.stop(signal.aborted ? 'SIGKILL' : 'SIGTERM'));
}

/** An export that the schedule starts, whose worker is killed and replaced on the way. */
async function exportWithKill(
  stage: Stage,
  client: Client,
  configuration: Configuration,
  control: URL,
  startWorker: () => Promise<ChildHandle>,
): Promise<ExportResult> {
  const worker = await startWorker();
  stage.say(`Worker ${worker.process.pid}`);
  await syncSchedules(client, configuration);
  await triggerSchedule(client, { connection, stream });
  const handle = await firstRun(client, configuration);
  stage.say(`Schedule triggered: ${handle.workflowId}`);
  return followWithKill(client, handle, control, stage, async () => {
    await worker.stop('SIGKILL');
    stage.say(`\nWorker ${worker.process.pid} killed (SIGKILL) in the middle of the export`);
    const next = await startWorker();
    stage.say(`Worker ${next.process.pid} takes over`);
  });
}

/** The run that the trigger started; its id carries the time, so it is looked up. */
async function firstRun(client: Client, configuration: Configuration): Promise<ExportHandle> {
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
  { signal, evaluations, progress }: Stage,
  kill: () => Promise<void>,
): Promise<ExportResult> {
  let ended = false;
  const result = handle.result().finally(() => {
    ended = true;
  });
  const over = () => ended || signal.aborted;
  const watching = (async () => {
    while (!over()) {
      const now = await snapshot(client, handle);
      if (now !== null) {
        progress(Math.min(evaluations, recordsSoFar(now)), evaluations);
      }
      await new Promise((wait) => setTimeout(wait, 500));
    }
  })();
  const killing = (async () => {
    // The organisation knows best how far the reading is: heartbeats reach the server late.
    while (!over() && (await pagesRead(control)) < (evaluations / recordsPerPage) * killAt) {
      await new Promise((wait) => setTimeout(wait, 20));
    }
    if (!over()) await kill();
  })();
  const [settled] = await Promise.allSettled([result, watching, killing]);
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

async function scoreParity(warehouse: Warehouse): Promise<Demonstration['scoreParity']> {
  const [row] = await warehouse.query(
    `SELECT count(*) AS evaluations, count(*) FILTER (score_parity IN ('equal', 'fatal_zero')) AS equal
     FROM evaluations WHERE NOT is_deleted AND score_parity <> 'not_scored'`,
  );
  return { evaluations: Number(row?.['evaluations'] ?? 0), equal: Number(row?.['equal'] ?? 0) };
}
