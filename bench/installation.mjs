/** What benchmarks measure: a simulated organisation, a Temporal server, workers as processes, a warehouse file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatorProcess, startWorkerProcess } from '../dist/cli/demo/processes.js';
import { developmentSearchAttributes } from '../dist/cli/session.js';
import { startDevelopmentServer } from '../dist/workers/developmentServer.js';
import { loadConfiguration } from '../dist/workers/loadConfiguration.js';
import { connectClient, plainTarget } from '../dist/workers/temporalTarget.js';
import { taskQueues } from '../dist/workflows/taskQueues.js';

export const connection = 'bench';
export const stream = 'evaluations';

/** Number of the type in Temporal's API (TaskQueueType). */
const activities = 2;

/**
 * tidemark.yaml of one connection by the simulator's ready line: evaluations into a DuckDB file unless it is said.
 *
 * @param more streams besides, in YAML
 */
export const oneConnection =
  ({
    startFrom = '2020-01-01',
    more = '',
    warehouse = '{ kind: duckdb, path: ./tidemark.duckdb }',
    staging = 'file:./staging',
  } = {}) =>
  ({ apiUrl, loginUrl }) => `connections:
  ${connection}:
    vendor: genesys
    apiUrl: ${apiUrl}
    loginUrl: ${loginUrl}
    clientId: \${BENCH_CLIENT_ID}
    clientSecret: \${BENCH_CLIENT_SECRET}
    streams: { ${[`${stream}: { startFrom: "${startFrom}" }`, more].filter(Boolean).join(', ')} }
warehouse: ${warehouse}
staging: ${staging}
`;

/** The embedded server, as the demonstration has it but for the options given. */
export const developmentServer = async (options = {}) =>
  startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes(), ...options });

/**
 * @param configurationOf tidemark.yaml by the simulator's ready line
 * @param startServer another Temporal server than the development server
 * @param more of the processes' environment
 */
export async function openInstallation(
  simulatorArguments,
  { configurationOf = oneConnection(), startServer = developmentServer, environment: more = {} } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const log = join(directory, 'processes.log');
  const simulator = await startSimulatorProcess(simulatorArguments, log);
  const server = await startServer();
  const configPath = join(directory, 'tidemark.yaml');
  await writeFile(configPath, configurationOf(simulator.ready));
  const environment = {
    BENCH_CLIENT_ID: simulator.ready.clientId,
    BENCH_CLIENT_SECRET: simulator.ready.clientSecret,
    BENCH_KEY_SECRET: simulator.ready.contracts['cxone-data-extraction']?.accessKeySecret ?? '',
    TEMPORAL_ADDRESS: server.address,
    ...more,
  };
  const client = await connectClient(plainTarget(server.address));
  const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
  const workers = [];
  const controlUrl = new URL('/_simulator/', simulator.ready.apiUrl);
  return {
    client,
    configuration,
    directory,
    startWorker: (own = {}) => {
      const worker = startWorkerProcess(configPath, { ...environment, ...own }, log);
      workers.push(worker);
      return worker;
    },
    /** Resolves when so many workers ask for each kind of work. */
    workersReady: async (count) => {
      for (const taskQueue of Object.values(taskQueues(configuration.temporal.taskQueue))) {
        while ((await pollers(client, taskQueue)) < count) await new Promise((wait) => setTimeout(wait, 200));
      }
    },
    truthUrl: new URL('truth', controlUrl),
    counters: async () => (await fetch(new URL('counters', controlUrl))).json(),
    /** Tells the simulator's control API. */
    control: async (path, body) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      const response = await fetch(new URL(path, controlUrl), init);
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    },
    resetCounters: async () => fetch(new URL('counters', controlUrl), { method: 'DELETE' }),
    close: async () => {
      await client.connection.close();
      await Promise.all(workers.map(async (worker) => worker.stop('SIGKILL')));
      await server.close();
      await simulator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Processes that ask for activities of a task queue. */
async function pollers(client, name) {
  const { pollers: found } = await client.workflowService.describeTaskQueue({
    ...{ namespace: 'default', taskQueue: { name }, taskQueueType: activities },
  });
  return new Set(found.map(({ identity }) => identity)).size;
}
