import type { Command } from 'commander';
import type { ReadCost } from '../../warehouses/warehouse.js';
import type { Configuration } from '../../workers/configuration.js';
import { connectionOf, metricsOf, streamOf } from '../../workers/connections.js';
import { openSources } from '../../workers/openSources.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import type { MetricsConfiguration, StreamConfiguration } from '../../workers/streamConfiguration.js';
import { taskQueues } from '../../workflows/taskQueues.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson } from '../output.js';
import { exportGraph } from '../exportGraph.js';
import { toMermaid, type GraphStep } from '../streamGraph.js';
import { watchGraph } from '../watchGraph.js';

export function addDescribeCommand(program: Command): void {
  program
    .command('describe')
    .description('The graph of a stream, its settings and what the source can do')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection')
    .addOption(configOption())
    .addOption(jsonOption())
    .option('--mermaid', 'print the graph as a Mermaid flowchart')
    .option('--costs', 'ask a warehouse that bills for reading what the reads of runs cost now')
    .action(
      async (
        connection: string,
        stream: string,
        options: { config: string; json?: boolean; mermaid?: boolean; costs?: boolean },
      ) => {
        const configuration = await readConfiguration(options.config);
        const { settings, graph, capabilities } = describeStream(configuration, connection, stream);
        if (options.mermaid) return write(toMermaid(graph, `${connection}: ${stream}`));
        const { vendor, api } = connectionOf(configuration, connection);
        const queues = taskQueues(configuration.temporal.taskQueue);
        const costs = options.costs ? await readCosts(configuration, connection, stream) : undefined;
        if (options.json) {
          return writeJson({
            connection,
            stream,
            vendor,
            api,
            settings,
            capabilities,
            queues,
            graph,
            ...(costs === undefined ? {} : { costs }),
          });
        }
        write(
          `${connection} / ${stream}: ${vendor}, ${api} contract, schedule ${scheduleIdOf({ connection, stream })}`,
        );
        write(
          renderTable(
            ['step', 'kind', 'task queue', 'does', 'then'],
            graph.map((step) => [
              step.name,
              step.kind,
              step.queue === null ? '' : queues[step.queue],
              step.does,
              step.next.map(({ to, when }) => (when === undefined ? to : `${to} (${when})`)).join(', '),
            ]),
          ),
        );
        write(
          renderTable(
            ['setting', 'value'],
            Object.entries(settings).map(([name, value]) => [
              name,
              typeof value === 'number' && value >= 1_000 && name !== 'recordsPerWindow'
                ? `${value / 1_000} s`
                : typeof value === 'object'
                  ? JSON.stringify(value)
                  : String(value),
            ]),
          ),
        );
        write(`Permissions needed: ${capabilities.permissions.join(', ')}`);
        if (costs === undefined) return;
        if (costs === null) return write(`${configuration.warehouse.kind} bills nothing for reading.`);
        write(
          renderTable(
            ['the warehouse is asked for', 'MB billed'],
            costs.map(({ operation, bytes }) => [operation, Math.ceil(bytes / 1_000_000)]),
          ),
        );
      },
    );
}

interface Described {
  settings: StreamConfiguration | MetricsConfiguration;
  graph: readonly GraphStep[];
  capabilities: { permissions: readonly string[] };
}

function describeStream(configuration: Configuration, connection: string, stream: string): Described {
  const sources = openSources(configuration);
  if (stream === 'metrics') {
    const settings = metricsOf(configuration, connection);
    const { entities, segments, permissions } = sources.metrics(connection);
    const capabilities = { entities, segments, permissions };
    return { settings, graph: watchGraph(settings), capabilities };
  }
  const settings = streamOf(configuration, connection, stream);
  const { capabilities, jobs } = sources.source(connection, stream);
  const { holdsEvaluations } = capabilities;
  const withConversations = settings.conversations === true;
  return {
    settings,
    graph: exportGraph({ holdsEvaluations, withConversations, byJobs: jobs !== undefined }),
    capabilities,
  };
}

/** Null where reading costs nothing. */
async function readCosts(
  configuration: Configuration,
  connection: string,
  stream: string,
): Promise<ReadCost[] | null> {
  const { warehouse } = await openConfigured(configuration);
  try {
    return (await warehouse.readCosts?.(connection, stream)) ?? null;
  } finally {
    await warehouse.close();
  }
}
