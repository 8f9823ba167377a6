/** Small installations beside each other: a simulated organisation, a DuckDB file and a worker each, one Temporal server. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { developmentSearchAttributes } from '../../../cli/session.js';
import { startSimulator, type Simulator } from '../../../simulator/server.js';
import type { Configuration } from '../../../workers/configuration.js';
import { startDevelopmentServer, type DevelopmentServer } from '../../../workers/developmentServer.js';
import { loadConfiguration } from '../../../workers/loadConfiguration.js';
import { openConfigured } from '../../../workers/openConfigured.js';
import { connectClient, plainTarget } from '../../../workers/temporalTarget.js';
import { taskQueues } from '../../../workflows/taskQueues.js';
import { dump } from './dump.js';

const program = fileURLToPath(new URL('faultyWorker.mjs', import.meta.url));

/** What happens by itself is over by the end of the span: every installation has the same organisation. */
export const span = { start: '2026-09-01T00:00:00.000Z', end: '2026-11-10T00:00:00.000Z' };

/** Where a worker is killed. */
export interface KillPoint {
  activity: string;
  moment: 'before' | 'after';
}

export interface World {
  server: DevelopmentServer;
  client: Client;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const server = await startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes() });
  const client = await connectClient(plainTarget(server.address, server.namespace));
  return {
    server,
    client,
    close: async () => {
      await client.connection.close();
      await server.close();
    },
  };
}

export interface Installation {
  name: string;
  client: Client;
  simulator: Simulator;
  configuration: Configuration;
  /** Task queue of its workflows. */
  taskQueue: string;
  /** Keeps a worker running, a new one after each that was killed; stops it by the function it resolves with. */
  keepWorking(point?: KillPoint): Promise<() => Promise<{ kills: number }>>;
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** What the warehouse holds; nobody may be working. */
  contents(): Promise<Record<string, string[]>>;
  /** What the processes have said. */
  log(): Promise<string>;
  /** A copy of the warehouse as it is now, for others to begin with. */
  databasePath: string;
  close(): Promise<void>;
}

let installations = 0;

/** @param begin path of a database to begin with */
export async function install(world: World, title: string, begin?: string): Promise<Installation> {
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
  await writeFile(configPath, configurationOf(simulator, name));
  const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
  const logPath = join(directory, 'worker.log');

  const keepWorking: Installation['keepWorking'] = async (point) => {
    const log = createWriteStream(logPath, { flags: 'a' });
    const marker = join(directory, `killed-${Date.now()}`);
    const faulty = point === undefined ? [] : [point.activity, point.moment, marker];
    let running: ChildProcess | null = null;
    let stopping = false;
    const launch = () => {
      const child = spawn(process.execPath, [program, configPath, ...faulty], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.pipe(log, { end: false });
      child.once('exit', () => {
        if (!stopping) launch();
      });
      running = child;
    };
    launch();
    return async () => {
      stopping = true;
      const child = running as ChildProcess | null;
      if (child !== null && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      log.end();
      const struck = await access(marker).then(
        () => true,
        () => false,
      );
      return { kills: struck ? 1 : 0 };
    };
  };

  return {
    name,
    client: world.client,
    simulator,
    configuration,
    taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
    keepWorking,
    control: async (method, path, body) => {
      const response = await fetch(`${simulator.controlUrl}/${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    contents: async () => {
      const { warehouse } = openConfigured(configuration);
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
const settings = 'maxWindow: 35d, pagesPerBatch: 1, outageTolerance: 3m';

function configurationOf({ apiUrl, loginUrl, contracts }: Simulator, name: string): string {
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
warehouse: { kind: duckdb, path: ./tidemark.duckdb }
staging: file:./staging
temporal: { taskQueue: ${name} }
`;
}
