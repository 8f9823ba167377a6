import { Option, type Command } from 'commander';
import colors from 'picocolors';
import { streamOf } from '../../workers/connections.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { intervalOf } from '../../workers/streamSettings.js';
import { configuredStreams } from '../../workers/schedulePlans.js';
import { configOption, jsonOption, parseWhole, readConfiguration } from '../options.js';
import { write, writeJson } from '../output.js';
import { renderStatusGrid } from '../statusGrid.js';
import { readStreamStatus } from '../streamStatus.js';

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('How far each stream is loaded and what became of its intervals, from the warehouse')
    .addOption(
      new Option('--intervals <n>', 'intervals of the schedule to show, the newest ones')
        .argParser(parseWhole(1, 1_000))
        .default(24),
    )
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: { intervals: number; config: string; json?: boolean }) => {
      const configuration = await readConfiguration(options.config);
      const { warehouse } = await openConfigured(configuration);
      try {
        const loaded = configuredStreams(configuration).filter(({ stream }) => stream !== 'metrics');
        const scheduled = loaded.map(({ connection, stream }) => {
          const settings = streamOf(configuration, connection, stream);
          const { safetyLag: safetyLagMillis, startFrom } = settings;
          return { connection, stream, everyMillis: intervalOf(settings), safetyLagMillis, startFrom };
        });
        const { intervals } = options;
        const streams = await readStreamStatus(warehouse, scheduled, { intervals, now: Date.now() });
        if (options.json) return writeJson({ warehouse: warehouse.location, streams });
        write(renderStatusGrid(streams, { intervals, colours: colors.isColorSupported }));
        write(`Warehouse: ${warehouse.location}`);
      } finally {
        await warehouse.close();
      }
    });
}
