/**
 * A Temporal server as production runs one, with its state in PostgreSQL: set up by the very scripts of the compose
 * file. The development server keeps it in SQLite and does all of this by itself.
 */
import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import type { FindOptions } from '../../workers/binaryCache.js';
import type { DevelopmentServer } from '../../workers/developmentServer.js';
import { findTemporalBinary } from '../../workers/temporalBinary.js';
import { freePort } from './freePort.js';
import { findGoBinary } from './goBinary.js';
import type { PostgresServer } from './postgresServer.js';
import { startServerProcess } from './serverProcess.js';

const module = fileURLToPath(new URL('temporal-server', import.meta.url));
const temporalServer = {
  ...{ name: 'temporal-server', module, packagesInAll: 1_676 },
  mainPackage: 'go.temporal.io/server/cmd/server',
};
const schemaTool = {
  ...{ name: 'temporal-sql-tool', module, packagesInAll: 804 },
  mainPackage: 'go.temporal.io/server/cmd/tools/sql',
};
const compose = (file: string) => fileURLToPath(new URL(`../../workers/compose/${file}`, import.meta.url));
const namespace = 'default';

/** Gets the programs, so that no test waits minutes for them. */
export async function prepareTemporalServer(options: FindOptions): Promise<void> {
  await findGoBinary(temporalServer, options);
  await findGoBinary(schemaTool, options);
}

/** Starts a server whose databases are made in that PostgreSQL server. */
export async function startTemporalServer({ url }: PostgresServer): Promise<DevelopmentServer> {
  const { hostname, port, username, password } = new URL(url);
  await runScript('setup-schema.sh', await findGoBinary(schemaTool), {
    ...{ SQL_HOST: hostname, SQL_PORT: port, SQL_USER: username, SQL_PASSWORD: password },
  });
  const ports = await freePorts();
  const address = `127.0.0.1:${ports['FRONTEND_GRPC_PORT']}`;
  const { pid, stop } = await startServerProcess(
    await findGoBinary(temporalServer),
    ['start'],
    {
      ...process.env,
      ...{ DB: 'postgres12', DB_PORT: port, POSTGRES_SEEDS: hostname },
      ...{ POSTGRES_USER: username, POSTGRES_PWD: password },
      ...{ BIND_ON_IP: '127.0.0.1', TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1', LOG_LEVEL: 'error' },
      DYNAMIC_CONFIG_FILE_PATH: compose('dynamic-config.yaml'),
      ...ports,
    },
    () => isServing(address),
  );
  try {
    await runScript('setup-namespace.sh', await findTemporalBinary(), {
      ...{ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, NAMESPACE_RETENTION: '30d' },
    });
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { address, namespace, uiUrl: null, pid, close: async () => stop() };
}

async function runScript(script: string, tool: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const path = [dirname(tool), process.env['PATH']].join(delimiter);
  await promisify(execFile)('sh', [compose(script)], {
    env: { ...process.env, ...environment, PATH: path },
  });
}

/** The server's table of its members holds ports as small integers. */
async function freePorts(): Promise<Record<string, string>> {
  const services = ['FRONTEND', 'MATCHING', 'HISTORY', 'WORKER'];
  const names = [
    ...services.flatMap((service) => [`${service}_GRPC_PORT`, `${service}_MEMBERSHIP_PORT`]),
    'FRONTEND_HTTP_PORT',
  ];
  const ports: Record<string, string> = {};
  for (const name of names) ports[name] = String(await freePort());
  return ports;
}

async function isServing(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
