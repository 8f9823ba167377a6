/** What benchmarks measure: a simulated organisation, a Temporal server, workers as processes, a warehouse file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatorProcess, startWorkerProcess } from '../dist/cli/demo/processes.js';
import { developmentSearchAttributes } from '../dist/cli/session.js';
import { startDevelopmentServer } from '../dist/workers/developmentServer.js';
import { loadConfiguration } from '../dist/workers/loadConfiguration.js';
import { connectClient, plainTarget } from '../dist/workers/temporalTarget.js';

export const connection = 'bench';
export const stream = 'evaluations';

export async function openInstallation(simulatorArguments) {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const log = join(directory, 'processes.log');
  const simulator = await startSimulatorProcess(simulatorArguments, log);
  const server = await startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes() });
  const configPath = join(directory, 'tidemark.yaml');
  await writeFile(
    configPath,
    `connections:
  ${connection}:
    vendor: genesys
    apiUrl: ${simulator.ready.apiUrl}
    loginUrl: ${simulator.ready.loginUrl}
    clientId: \${BENCH_CLIENT_ID}
    clientSecret: \${BENCH_CLIENT_SECRET}
    streams: { ${stream}: { startFrom: "2020-01-01" } }
staging: file:./staging
`,
  );
  const environment = {
    BENCH_CLIENT_ID: simulator.ready.clientId,
    BENCH_CLIENT_SECRET: simulator.ready.clientSecret,
    TEMPORAL_ADDRESS: server.address,
  };
  const client = await connectClient(plainTarget(server.address));
  const workers = [];
  const controlUrl = new URL('/_simulator/', simulator.ready.apiUrl);
  return {
    client,
    configuration: await loadConfiguration(configPath, { ...process.env, ...environment }),
    startWorker: () => {
      const worker = startWorkerProcess(configPath, environment, log);
      workers.push(worker);
      return worker;
    },
    truthUrl: new URL('truth', controlUrl),
    counters: async () => (await fetch(new URL('counters', controlUrl))).json(),
    close: async () => {
      await client.connection.close();
      await Promise.all(workers.map(async (worker) => worker.stop('SIGKILL')));
      await server.close();
      await simulator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
