import { InvalidArgumentError, Option, type Command } from 'commander';
import { checkOrigin, tokenVariable } from '../../dashboard/access.js';
import type { DashboardConnection } from '../../dashboard/daySnapshots.js';
import { startDashboard } from '../../dashboard/server.js';
import { TidemarkError } from '../../model/errors.js';
import type { Vendor } from '../../model/vendor.js';
import type { Configuration } from '../../workers/configuration.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { listening } from '../listening.js';
import { configOption, jsonOption, parseWhole, readConfiguration } from '../options.js';
import { write, writeJson, writeNote } from '../output.js';

interface DashboardCommandOptions {
  port: number;
  host: string;
  cors: string[];
  connection?: string;
  config: string;
  json?: boolean;
}

export function addDashboardCommand(program: Command): void {
  program
    .command('dashboard')
    .description('Serve the intraday scores of the warehouse as a page and a JSON feed, until it is stopped')
    .option('--port <port>', 'port to listen on; 0 takes a free one', parseWhole(0, 65_535), 8234)
    .option(
      '--host <address>',
      `address to listen on; beyond this machine ${tokenVariable} must be set`,
      '127.0.0.1',
    )
    .addOption(
      new Option('--cors <origin>', 'a site whose pages may read the feed; may be given again')
        .argParser(parseOrigin)
        .default([], 'none'),
    )
    .option('--connection <name>', 'only this connection; without it, all of the configuration')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(serve);
}

async function serve({ config, json, connection, cors, host, port }: DashboardCommandOptions): Promise<void> {
  const configuration = await readConfiguration(config);
  const connections = dashboardConnections(configuration, connection);
  const { warehouse } = await openConfigured(configuration);
  const starting = startDashboard({
    warehouse,
    connections,
    host,
    port,
    origins: cors,
    token: process.env[tokenVariable],
    // Each look is billed there.
    ...(warehouse.readCosts === undefined ? {} : { refreshEvery: 60_000 }),
    onProblem: (error) => writeNote(error instanceof TidemarkError ? error.message : String(error)),
  });
  const dashboard = await listening(host, starting);
  if (json === true) writeJson({ url: dashboard.url, connections: connections.map(({ name }) => name) });
  else write(`Intraday scores: ${dashboard.url}\nWarehouse: ${warehouse.location}`);
  const stop = () =>
    void dashboard
      .close()
      .then(async () => warehouse.close())
      .then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function dashboardConnections(
  { connections }: Configuration,
  only: string | undefined,
): [DashboardConnection, ...DashboardConnection[]] {
  const [first, ...others] = Object.entries(connections)
    .filter(([name]) => only === undefined || name === only)
    .map(([name, { vendor, streams }]) => dashboardConnection(name, vendor, streams.metrics));
  if (first !== undefined) return [first, ...others];
  throw new TidemarkError('InvalidConfig', `--connection "${only}" is not in the configuration.`, {
    remedy: `It has ${Object.keys(connections).join(', ')}.`,
  });
}

type Metrics = Configuration['connections'][string]['streams']['metrics'];

/** What was polled before stays readable when the stream is no longer configured. */
function dashboardConnection(name: string, sourceSystem: Vendor, metrics: Metrics): DashboardConnection {
  return {
    name,
    sourceSystem,
    isPolled: metrics !== undefined,
    days: metrics === undefined ? null : { timeZone: metrics.timeZone, dayStart: metrics.dayStart },
    countThreshold: metrics?.countThreshold ?? 3,
    pollMinutes: (metrics?.every ?? 15 * 60_000) / 60_000,
  };
}

function parseOrigin(text: string, before: string[]): string[] {
  try {
    return [...before, checkOrigin(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
