import type { Command } from 'commander';
import { openConfigured } from '../../workers/openConfigured.js';
import { scheduledStreams } from '../../workers/schedules.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson } from '../output.js';

interface StreamStatus {
  connection: string;
  stream: string;
  /** Exclusive end of the newest complete window, ISO 8601 UTC; null before the first. */
  loadedThrough: string | null;
  windows: number;
  batches: number;
  requests: number;
  redacted: number;
  lastLoadAt: string | null;
}

/** The newest window of each stream that is complete, from the warehouse's own audit. */
const auditByStream = `
  SELECT connection, stream,
         max(window_end) FILTER (closes_window) AS loaded_through,
         count(*) FILTER (closes_window) AS windows,
         count(*) AS batches,
         sum(requests) AS requests,
         sum(redacted) AS redacted,
         max(loaded_at) AS last_load_at
  FROM load_audit
  GROUP BY ALL`;

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('How far each stream is loaded, from the audit in the warehouse')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: { config: string; json?: boolean }) => {
      const configuration = await readConfiguration(options.config);
      const { warehouse } = openConfigured(configuration);
      try {
        await warehouse.ensureSchema();
        const audited = new Map(
          (await warehouse.query(auditByStream)).map((row) => [`${row['connection']}/${row['stream']}`, row]),
        );
        const streams = scheduledStreams(configuration).map(({ connection, stream }): StreamStatus => {
          const row = audited.get(`${connection}/${stream}`);
          return {
            connection,
            stream,
            loadedThrough: textOrNull(row?.['loaded_through']),
            windows: Number(row?.['windows'] ?? 0),
            batches: Number(row?.['batches'] ?? 0),
            requests: Number(row?.['requests'] ?? 0),
            redacted: Number(row?.['redacted'] ?? 0),
            lastLoadAt: textOrNull(row?.['last_load_at']),
          };
        });
        if (options.json) return writeJson({ warehouse: warehouse.location, streams });
        write(
          renderTable(
            [
              'connection',
              'stream',
              'loaded through',
              'windows',
              'batches',
              'requests',
              'redacted',
              'last load',
            ],
            streams.map((each) => [
              each.connection,
              each.stream,
              each.loadedThrough ?? 'never',
              each.windows,
              each.batches,
              each.requests,
              each.redacted,
              each.lastLoadAt ?? '',
            ]),
          ),
        );
        write(`Warehouse: ${warehouse.location}`);
      } finally {
        await warehouse.close();
      }
    });
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
