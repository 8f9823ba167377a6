import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Interval } from '../../model/interval.js';
import { streamOf } from '../../workers/connections.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { scheduledStreams } from '../../workers/schedules.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson } from '../output.js';

interface StreamStatus {
  connection: string;
  stream: string;
  /** Exclusive end of what is loaded from startFrom on without a gap, ISO 8601 UTC; null before the first window. */
  loadedThrough: string | null;
  windows: number;
  batches: number;
  requests: number;
  redacted: number;
  lastLoadAt: string | null;
}

const auditByStream = `
  SELECT connection, stream,
         list({'start': window_start, 'end': window_end} ORDER BY window_start) FILTER (closes_window) AS complete,
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
        const audit = existsSync(configuration.warehouse.path) ? await warehouse.query(auditByStream) : [];
        const audited = new Map(audit.map((row) => [`${row['connection']}/${row['stream']}`, row]));
        const streams = scheduledStreams(configuration).map(({ connection, stream }): StreamStatus => {
          const row = audited.get(`${connection}/${stream}`);
          return {
            connection,
            stream,
            loadedThrough: loadedThrough(
              streamOf(configuration, connection, stream).startFrom,
              (row?.['complete'] ?? []) as Interval[],
            ),
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

/** Where the complete windows, in the order of their starts, end to have no gap. */
function loadedThrough(startFrom: string, complete: readonly Interval[]): string | null {
  let end = Date.parse(startFrom);
  for (const window of complete) {
    if (Date.parse(window.start) > end) break;
    end = Math.max(end, Date.parse(window.end));
  }
  return end > Date.parse(startFrom) ? new Date(end).toISOString() : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
