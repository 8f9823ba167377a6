import type { Command } from 'commander';
import { metricsOf } from '../../workers/connections.js';
import { metricsSettings } from '../../workers/streamSettings.js';
import type { watchMetrics } from '../../workflows/watchMetrics.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { write, writeJson, writeNote } from '../output.js';
import { openSession } from '../session.js';
import { resultOf, startStreamWorkflow } from '../streamWorkflow.js';

export function addPollCommand(program: Command): void {
  program
    .command('poll')
    .description('Read the scores of the business day now, as the schedule of the metrics does')
    .argument('<connection>', 'connection of the configuration')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (connection: string, options: { config: string; json?: boolean }) => {
      const configuration = await readConfiguration(options.config);
      const metrics = metricsOf(configuration, connection);
      const session = await openSession(configuration, { work: true });
      try {
        if (session.uiUrl !== null) writeNote(`Temporal UI: ${session.uiUrl}`);
        const handle = await startStreamWorkflow<typeof watchMetrics>(session, configuration, {
          type: 'watchMetrics',
          connection,
          stream: 'metrics',
          workflowId: `poll/${connection}/metrics`,
          summary: `${connection}: metrics of the business day`,
          args: [{ connection, settings: metricsSettings(metrics) }],
        });
        const result = await resultOf(handle, 'The same command asks again.');
        if (options.json) return writeJson(result);
        const { businessDay, window, readings, changed, requests } = result;
        write(`${connection}, business day ${businessDay} (${window.start} to ${window.end})`);
        write(`${readings} readings, ${changed} changed, ${requests} requests`);
      } finally {
        await session.close();
      }
    });
}
