import type { Command } from 'commander';
import { connectionOf, openSources, streamOf } from '../../workers/connections.js';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import { taskQueues } from '../../workflows/taskQueues.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson } from '../output.js';
import { exportGraph, toMermaid } from '../streamGraph.js';

export function addDescribeCommand(program: Command): void {
  program
    .command('describe')
    .description('The graph of a stream, its settings and what the source can do')
    .argument('<connection>', 'connection of the configuration')
    .argument('<stream>', 'stream of the connection')
    .addOption(configOption())
    .addOption(jsonOption())
    .option('--mermaid', 'print the graph as a Mermaid flowchart')
    .action(
      async (
        connection: string,
        stream: string,
        options: { config: string; json?: boolean; mermaid?: boolean },
      ) => {
        const configuration = await readConfiguration(options.config);
        const settings = streamOf(configuration, connection, stream);
        if (options.mermaid) return write(toMermaid(exportGraph, `${connection}: ${stream}`));
        const { vendor, api } = connectionOf(configuration, connection);
        const { capabilities } = openSources(configuration)(connection);
        const queues = taskQueues(configuration.temporal.taskQueue);
        if (options.json) {
          return writeJson({
            connection,
            stream,
            vendor,
            api,
            settings,
            capabilities,
            queues,
            graph: exportGraph,
          });
        }
        write(
          `${connection} / ${stream}: ${vendor}, ${api} contract, schedule ${scheduleIdOf({ connection, stream })}`,
        );
        write(
          renderTable(
            ['step', 'kind', 'task queue', 'does', 'then'],
            exportGraph.map((step) => [
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
                : String(value),
            ]),
          ),
        );
        write(`Permissions needed: ${capabilities.permissions.join(', ')}`);
      },
    );
}
