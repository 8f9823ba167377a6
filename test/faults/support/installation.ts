/** Small installations beside each other: a simulated organisation, a DuckDB file and a worker each, one Temporal server. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { developmentSearchAttributes } from '../../../cli/session.js';
import { startSimulator, type Simulator } from '../../../simulator/server.js';
import type { Configuration } from '../../../workers/configuration.js';
import { startDevelopmentServer, type DevelopmentServer } from '../../../workers/developmentServer.js';
import { loadConfiguration } from '../../../workers/loadConfiguration.js';
import { openConfigured } from '../../../workers/openConfigured.js';
import { connectClient, plainTarget } from '../../../workers/temporalTarget.js';
import { taskQueues } from '../../../workflows/taskQueues.js';
import { filesBelow } from '../../support/filesBelow.js';
import { freePort } from '../../support/freePort.js';
import { controlSimulator } from '../../support/simulatorControl.js';
import { dump } from './dump.js';
import { keepWorker, type KeptWorker, type KillPoint } from './workerProcess.js';

/** What happens by itself is over by the end of the span: every installation has the same organisation. */
export const span = { start: '2026-09-01T00:00:00.000Z', end: '2026-11-10T00:00:00.000Z' };

export type { KillPoint };

export interface World {
  server: DevelopmentServer;
  client: Client;
  /** Kills the server and starts another on its database and port; only where there is a state directory. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param stateDirectory keeps the server's database, so that another server can go on with it */
export async function openWorld(stateDirectory?: string): Promise<World> {
  const options = {
    ui: false,
    port: await freePort(),
    searchAttributes: developmentSearchAttributes(),
    ...(stateDirectory === undefined ? {} : { stateDirectory }),
  };
  const server = await startDevelopmentServer(options);
  const world: World = {
    server,
    client: await connectClient(plainTarget(server.address, server.namespace)),
    restart: async () => {
      process.kill(world.server.pid, 'SIGKILL');
      await world.server.close();
      world.server = await startDevelopmentServer(options);
    },
    close: async () => {
      await world.client.connection.close();
      await world.server.close();
    },
  };
  return world;
}

export interface Installation {
  name: string;
  client: Client;
  simulator: Simulator;
  configuration: Configuration;
  /** Task queue of its workflows. */
  taskQueue: string;
  /** Keeps a worker running, a new one after each that was killed. Each point strikes once; several may work at once. */
  startWorker(...points: KillPoint[]): KeptWorker;
  control<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** What the warehouse holds; nobody may be working. */
  contents(): Promise<Record<string, string[]>>;
  /** What the vendor was asked for: how often, by endpoint. */
  requests(): Promise<Record<string, number>>;
  /** What lies in staging, by its kind: names of directories are those of runs. */
  staged(): Promise<string[]>;
  /** What the processes have said. */
  log(): Promise<string>;
  /** A copy of the warehouse as it is now, for others to begin with. */
  databasePath: string;
  close(): Promise<void>;
}

let installations = 0;

const duckdb = '{ kind: duckdb, path: ./tidemark.duckdb }';

/**
 * @param begin path of a database to begin with
 * @param loadingInto the warehouse of its configuration, as YAML
 */
export async function install(
  world: World,
  title: string,
  begin?: string,
  loadingInto = duckdb,
): Promise<Installation> {
  const name = `${title}-${++installations}`.replaceAll(/[^a-zA-Z0-9-]+/g, '-');
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-faults-'));
  const simulator = await startSimulator({
    ...{ contracts: ['published', 'cxone-data-extraction'], seed: 11, evaluations: 90, allowance: 100_000 },
    ...{ from: span.start, to: '2026-09-07T00:00:00.000Z' },
    // The line of jobs is that of the tenant: each installation has one of its own.
    tenantId: `tenant-${name}`,
    extraction: { jobIntervalSeconds: 0.15, jobDurationSeconds: 0.05 },
  });
  const databasePath = join(directory, 'tidemark.duckdb');
  if (begin !== undefined) await copyFile(begin, databasePath);
  const configPath = join(directory, 'tidemark.yaml');
  const environment = {
    ...{ FAULTS_CLIENT_ID: simulator.clientId, FAULTS_CLIENT_SECRET: simulator.clientSecret },
    FAULTS_KEY_SECRET: simulator.contracts['cxone-data-extraction']?.accessKeySecret ?? '',
    TEMPORAL_ADDRESS: world.server.address,
    TEMPORAL_NAMESPACE: world.server.namespace,
  };
  await writeFile(configPath, configurationOf(simulator, name, loadingInto));
  const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
  const logPath = join(directory, 'worker.log');

  const control: Installation['control'] = async (method, path, body) =>
    controlSimulator(simulator.controlUrl, method, path, body);

  return {
    name,
    client: world.client,
    simulator,
    configuration,
    taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
    startWorker: (...points) => keepWorker({ directory, configPath, logPath, environment }, points),
    control,
    requests: async () => {
      const { byEndpoint } = await control<{ byEndpoint: Record<string, { requests: number }> }>(
        'GET',
        'counters',
      );
      return Object.fromEntries(Object.entries(byEndpoint).map(([path, { requests }]) => [path, requests]));
    },
    staged: async () => {
      // Some acts stage nothing.
      await mkdir(join(directory, 'staging'), { recursive: true });
      return filesBelow(join(directory, 'staging'));
    },
    contents: async () => {
      const { warehouse } = await openConfigured(configuration);
      try {
        return await dump(warehouse);
      } finally {
        await warehouse.close();
      }
    },
    log: async () => readFile(logPath, 'utf8').catch(() => ''),
    databasePath,
    close: async () => {
      await simulator.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Small windows and batches, so that most steps happen several times. */
const settings = 'maxWindow: 35d, pagesPerBatch: 4, outageTolerance: 3m';

function configurationOf(
  { apiUrl, loginUrl, contracts }: Simulator,
  name: string,
  warehouse: string,
): string {
  const extraction = contracts['cxone-data-extraction'];
  return `connections:
  acme:
    vendor: genesys
    apiUrl: ${apiUrl}
    loginUrl: ${loginUrl}
    clientId: \${FAULTS_CLIENT_ID}
    clientSecret: \${FAULTS_CLIENT_SECRET}
    streams:
      evaluations: { startFrom: "${span.start}", conversations: true, ${settings} }
      metrics: { timeZone: UTC }
  nice:
    vendor: cxone
    api: data-extraction
    issuer: ${extraction?.issuer}
    clientId: \${FAULTS_CLIENT_ID}
    clientSecret: \${FAULTS_CLIENT_SECRET}
    accessKeyId: ${extraction?.accessKeyId}
    accessKeySecret: \${FAULTS_KEY_SECRET}
    jobs: { between: 200ms, poll: 50ms, patience: 1m }
    streams:
      evaluations: { startFrom: "${span.start}", ${settings.replace('35d', '14d')} }
warehouse: ${warehouse}
staging: file:./staging
temporal: { taskQueue: ${name} }
`;
}
