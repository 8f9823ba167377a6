/** A whole installation for a test: simulated organisation, real Temporal server, workers as processes, warehouse. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import {
  startSimulatorProcess,
  startWorkerProcess,
  type ChildHandle,
  type SimulatorReady,
} from '../../../cli/demo/processes.js';
import { compareWithTruth, type TableComparison } from '../../../cli/demo/truthComparison.js';
import type { ExportHandle } from '../../../cli/runProgress.js';
import { developmentSearchAttributes } from '../../../cli/session.js';
import type { ExportResult } from '../../../model/mark.js';
import type { TableName } from '../../../model/tables.js';
import type { Warehouse } from '../../../warehouses/warehouse.js';
import type { Configuration } from '../../../workers/configuration.js';
import { startDevelopmentServer, type DevelopmentServer } from '../../../workers/developmentServer.js';
import { loadConfiguration } from '../../../workers/loadConfiguration.js';
import { openConfigured } from '../../../workers/openConfigured.js';
import { streamSettings } from '../../../workers/streamSettings.js';
import { streamOf } from '../../../workers/connections.js';
import type { ConfiguredStream } from '../../../workers/schedulePlans.js';
import { connectClient, plainTarget } from '../../../workers/temporalTarget.js';
import type { exportStream } from '../../../workflows/exportStream.js';
import type { StreamSettings } from '../../../workflows/exportRun.js';
import { searchAttributes } from '../../../workflows/searchAttributes.js';
import { taskQueues } from '../../../workflows/taskQueues.js';
import { filesBelow } from '../../support/filesBelow.js';
import { controlSimulator } from '../../support/simulatorControl.js';

export const connection = 'acme';
export const stream = 'evaluations';

export interface ScenarioOptions {
  evaluations: number;
  seed?: number;
  from?: string;
  to?: string;
  /** More arguments of `tidemark simulate`. */
  simulatorArguments?: string[];
  /** Settings of the stream, as YAML flow entries. */
  streamSettings?: string;
  /** More of the configuration, as YAML lines of the top level. */
  configuration?: string[];
  /** More settings of the connection, as YAML lines. */
  connectionSettings?: string[];
  /**
   * Connections as YAML lines, instead of one with the stream `evaluations`. Credentials are those of the simulator;
   * a connection to Genesys Cloud unless it names its vendor.
   */
  connections?: (simulator: SimulatorReady) => Record<string, string[]>;
  /** The warehouse as a YAML flow mapping, instead of a DuckDB file of the scenario. */
  warehouse?: string;
  /** Where staging is, instead of a folder of the scenario. */
  staging?: string;
  /** More of the workers' environment. */
  environment?: Record<string, string>;
  /** Another Temporal server than a development server of the scenario; ended with it. */
  server?: DevelopmentServer;
}

export interface Scenario {
  directory: string;
  configPath: string;
  environment: NodeJS.ProcessEnv;
  configuration: Configuration;
  simulator: SimulatorReady;
  server: DevelopmentServer;
  client: Client;
  warehouse: Warehouse;
  log: string;
  /** Starts a worker process, with more arguments of its command; the scenario ends those still running. */
  startWorker(more?: readonly string[]): ChildHandle;
  /** Starts an export of a span and does not wait for it. */
  startExport(span: Span, settings?: Partial<StreamSettings>, of?: ConfiguredStream): Promise<ExportHandle>;
  export(span: Span, settings?: Partial<StreamSettings>, of?: ConfiguredStream): Promise<ExportResult>;
  /** Deviations from the truth of a span, by default of everything. */
  compare(span?: { from: string; to: string }): Promise<TableComparison[]>;
  /** The same of a connection under another contract: everything that it could hold now. */
  compareContract(name: string, contract: string, names: readonly TableName[]): Promise<TableComparison[]>;
  /** A call of the simulator's control API. */
  control<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

type Span = { from: string; to: string };

/** The published contract of the simulated organisation, with the stream `evaluations`. */
function oneConnection({ apiUrl, loginUrl }: SimulatorReady, options: ScenarioOptions) {
  const { from } = { ...defaultSpan, ...options };
  const more = options.streamSettings === undefined ? '' : `, ${options.streamSettings}`;
  return {
    [connection]: [
      `apiUrl: ${apiUrl}`,
      `loginUrl: ${loginUrl}`,
      ...(options.connectionSettings ?? []),
      'streams:',
      `  ${stream}: { startFrom: "${from}"${more} }`,
    ],
  };
}

export const defaultSpan = { from: '2026-09-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' };

export async function openScenario(options: ScenarioOptions): Promise<Scenario> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-e2e-'));
  const log = join(directory, 'processes.log');
  const { from, to } = { ...defaultSpan, ...options };
  const [simulator, server] = await Promise.all([
    startSimulatorProcess(
      [
        ...['--evaluations', String(options.evaluations), '--seed', String(options.seed ?? 3)],
        ...['--from', from, '--to', to],
        ...(options.simulatorArguments ?? ['--allowance', '100000']),
      ],
      log,
    ),
    options.server ?? startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes() }),
  ]);
  const configPath = join(directory, 'tidemark.yaml');
  await writeFile(
    configPath,
    [
      'connections:',
      ...Object.entries(
        options.connections?.(simulator.ready) ?? oneConnection(simulator.ready, options),
      ).flatMap(([name, lines]) => [
        `  ${name}:`,
        ...[
          ...(lines.some((line) => line.startsWith('vendor:')) ? [] : ['vendor: genesys']),
          'clientId: ${E2E_CLIENT_ID}',
          'clientSecret: ${E2E_CLIENT_SECRET}',
          ...lines,
        ].map((line) => `    ${line}`),
      ]),
      `warehouse: ${options.warehouse ?? '{ kind: duckdb, path: ./tidemark.duckdb }'}`,
      `staging: ${options.staging ?? 'file:./staging'}`,
      ...(options.configuration ?? []),
    ].join('\n'),
  );
  const environment = {
    E2E_CLIENT_ID: simulator.ready.clientId,
    E2E_CLIENT_SECRET: simulator.ready.clientSecret,
    E2E_ACCESS_KEY_SECRET: simulator.ready.contracts['cxone-data-extraction']?.accessKeySecret ?? '',
    TEMPORAL_ADDRESS: server.address,
    TIDEMARK_LOG_LEVEL: 'warn',
    ...options.environment,
  };
  const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
  const client = await connectClient(plainTarget(server.address, server.namespace));
  const { warehouse } = await openConfigured(configuration);
  const workers: ChildHandle[] = [];
  const controlUrl = new URL('/_simulator', simulator.ready.apiUrl).href;
  let exports = 0;

  const scenario: Scenario = {
    directory,
    configPath,
    environment,
    configuration,
    simulator: simulator.ready,
    server,
    client,
    warehouse,
    log,
    startWorker: (more) => {
      const worker = startWorkerProcess(configPath, environment, log, more);
      workers.push(worker);
      return worker;
    },
    startExport: async (span, settings = {}, of = { connection, stream }) =>
      client.workflow.start<typeof exportStream>('exportStream', {
        workflowId: `e2e/${++exports}`,
        taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
        typedSearchAttributes: [
          { key: searchAttributes.connection, value: of.connection },
          { key: searchAttributes.stream, value: of.stream },
        ],
        args: [
          {
            ...of,
            ...span,
            settings: { ...streamSettings(streamOf(configuration, of.connection, of.stream)), ...settings },
          },
        ],
      }),
    export: async (...args) => (await scenario.startExport(...args)).result(),
    compare: async (span) => {
      const url = new URL(`${controlUrl}/truth`);
      for (const [name, value] of Object.entries(span ?? {})) url.searchParams.set(name, value);
      return compareWithTruth(warehouse, connection, url);
    },
    compareContract: async (name, contract, names) => {
      const url = new URL(`${controlUrl}/truth`);
      url.searchParams.set('contract', contract);
      return compareWithTruth(warehouse, name, url, names);
    },
    control: async (method, path, body) => controlSimulator(controlUrl, method, path, body),
    close: async () => {
      await Promise.all(workers.map(async (worker) => worker.stop('SIGKILL')));
      await warehouse.close();
      await client.connection.close();
      await Promise.all([server.close(), simulator.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
  return scenario;
}

/** Names of what is in the scenario's folder of staging. */
export async function stagedFiles({ directory }: Scenario): Promise<string[]> {
  return filesBelow(join(directory, 'staging'));
}

/** What a comparison should be: nothing missing, nothing extra, nothing different. */
export function deviations(comparisons: readonly TableComparison[]): string[] {
  return comparisons.flatMap(({ table, missing, extra, different, examples }) =>
    missing + extra + different === 0
      ? []
      : [`${table}: ${missing} missing, ${extra} extra, ${different} different`, ...examples],
  );
}

/** Waits until a condition holds; fails with what was waited for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  timeoutMillis = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}
