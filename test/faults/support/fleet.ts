/** Many sites on one worker and one warehouse, each with an organisation of its own, so that a fault strikes one alone. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pMap from 'p-map';
import pRetry from 'p-retry';
import { TidemarkError } from '../../../model/errors.js';
import type { ExportResult } from '../../../model/mark.js';
import { startSimulator, type Simulator } from '../../../simulator/server.js';
import { loadConfiguration } from '../../../workers/loadConfiguration.js';
import { openConfigured } from '../../../workers/openConfigured.js';
import { streamOf } from '../../../workers/connections.js';
import { streamSettings } from '../../../workers/streamSettings.js';
import type { StreamSettings } from '../../../workflows/exportRun.js';
import type { exportStream } from '../../../workflows/exportStream.js';
import { taskQueues } from '../../../workflows/taskQueues.js';
import { controlSimulator } from '../../support/simulatorControl.js';
import { dump } from './dump.js';
import { span, type World } from './installation.js';
import type { VendorScenario } from './vendorScenarios.js';
import { faultyWorker } from './workerProcess.js';

const credentials = { clientId: 'faults', clientSecret: 'secret of the client' };
const accessKey = { accessKeyId: 'key', accessKeySecret: 'secret of the key' };

/** A connection of the fleet and the organisation behind it. */
export interface Site {
  name: string;
  scenario: VendorScenario;
  simulator: Simulator;
  /** The same command each time: a run of the whole span. */
  export(settings?: Partial<StreamSettings>): Promise<ExportResult>;
  control<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** What the warehouse holds of it. */
  contents(): Promise<Record<string, string[]>>;
  /** How often something was loaded, and how much was. */
  loads(): Promise<{ loads: number; batches: number }>;
}

export interface Fleet {
  sites: readonly Site[];
  /** What the worker has said. */
  log(): Promise<string>;
  /** There is room again. */
  liftLimit(): Promise<void>;
  close(): Promise<void>;
}

export interface FleetOptions {
  /** As in tidemark.yaml, instead of a file of the fleet. */
  warehouse?: string;
  /** As in tidemark.yaml, instead of a folder of the fleet. */
  staging?: string;
  /** More of the worker's environment. */
  environment?: Readonly<Record<string, string>>;
  /** No file of the worker may grow larger than so many kibibytes, as on a disk that is full. */
  largestFile?: number;
}

let fleets = 0;

/** @param scenarios one site is made for each */
export async function openFleet(
  world: World,
  scenarios: readonly VendorScenario[],
  options: FleetOptions = {},
): Promise<Fleet> {
  const { staging = 'file:./staging', environment: more = {}, largestFile } = options;
  const { warehouse: kept = '{ kind: duckdb, path: ./tidemark.duckdb }' } = options;
  const queue = `fleet-${process.pid}-${++fleets}`;
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-faults-'));
  const named = scenarios.map((scenario, index) => ({ scenario, name: `${scenario.name}-${index + 1}` }));
  const served = await pMap(
    named,
    async (each) => ({ ...each, simulator: await organisationOf(each.scenario, `${queue}-${each.name}`) }),
    { concurrency: 4 },
  );
  const configPath = join(directory, 'tidemark.yaml');
  await writeFile(
    configPath,
    [
      'connections:',
      ...served.flatMap(({ name, scenario, simulator }) => [
        `  ${name}:`,
        ...scenario.connection(simulator, accessKey.accessKeyId).map((line) => `    ${line}`),
      ]),
      `warehouse: ${kept}`,
      `staging: ${staging}`,
      `temporal: { taskQueue: ${queue} }`,
    ].join('\n'),
  );
  const environment = {
    ...process.env,
    FAULTS_CLIENT_ID: credentials.clientId,
    FAULTS_CLIENT_SECRET: credentials.clientSecret,
    FAULTS_KEY_SECRET: accessKey.accessKeySecret,
    TEMPORAL_ADDRESS: world.server.address,
    TEMPORAL_NAMESPACE: world.server.namespace,
    ...more,
  };
  const configuration = await loadConfiguration(configPath, environment);
  const { warehouse } = await openConfigured(configuration);
  const logPath = join(directory, 'worker.log');
  // The limit is a soft one, so that it can be lifted while the process runs.
  const limited = largestFile === undefined ? '' : `ulimit -S -f ${largestFile}; `;
  const worker = spawn(
    'bash',
    ['-c', `${limited}exec "$0" "$@"`, process.execPath, ...faultyWorker, configPath],
    {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  worker.stderr.pipe(createWriteStream(logPath));

  const sites = served.map(({ name, scenario, simulator }): Site => {
    const { stream, to } = scenario;
    const configured = streamSettings(streamOf(configuration, name, stream));
    let runs = 0;
    return {
      name,
      scenario,
      simulator,
      export: async (settings = {}) =>
        world.client.workflow.execute<typeof exportStream>('exportStream', {
          workflowId: `${queue}/${name}/${++runs}`,
          taskQueue: taskQueues(queue).workflows,
          args: [
            {
              ...{ connection: name, stream, from: span.start, to },
              settings: { ...configured, ...settings },
            },
          ],
        }),
      control: async (method, path, body) => controlSimulator(simulator.controlUrl, method, path, body),
      contents: async () =>
        dump(
          { query: async (sql) => patiently(async () => warehouse.query(sql)) },
          name,
          configuration.warehouse.kind === 'bigquery' ? 'googlesql' : 'standard',
        ),
      loads: async () => {
        const counts = 'COUNT(*) AS loads, COUNT(DISTINCT batch_id) AS batches';
        const [row] = await warehouse.query(`SELECT ${counts} FROM load_audit WHERE connection = '${name}'`);
        return { loads: Number(row?.['loads']), batches: Number(row?.['batches']) };
      },
    };
  });

  return {
    sites,
    log: async () => readFile(logPath, 'utf8').catch(() => ''),
    liftLimit: async () => {
      await promisify(execFile)('prlimit', ['--pid', String(worker.pid), '--fsize=unlimited:']);
    },
    close: async () => {
      if (worker.exitCode === null && worker.signalCode === null) {
        const gone = once(worker, 'exit');
        worker.kill('SIGKILL');
        await gone;
      }
      await warehouse.close();
      await Promise.all(served.map(async ({ simulator }) => simulator.close()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same for every site but for its tenant: the line of jobs is that of the tenant. */
async function organisationOf({ contract }: VendorScenario, tenantId: string): Promise<Simulator> {
  return startSimulator({
    ...{ contracts: [contract], seed: 11, evaluations: 60, allowance: 100_000 },
    ...{ from: span.start, to: '2026-09-07T00:00:00.000Z', tenantId },
    ...credentials,
    client: accessKey,
    extraction: { jobIntervalSeconds: 0.15, jobDurationSeconds: 0.05 },
  });
}

/** The worker writes into the file again and again, and readers have to wait for a gap. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  return pRetry(read, {
    ...{ retries: 100, minTimeout: 20, factor: 1.2, maxTimeout: 500, maxRetryTime: 60_000 },
    shouldRetry: ({ error }) => error instanceof TidemarkError && error.kind === 'WarehouseUnavailable',
  });
}
