/**
 * What a backfill of a year of daily intervals costs: wall time, requests, events of the longest history. The worker is
 * killed twice on the way, and at the end every table is compared with the organisation.
 * Usage: npm run build && node bench/backfill.mjs [--json] [--days 365] [--evaluations 7300] [--max-active 4]
 */
import { compareWithTruth } from '../dist/cli/demo/truthComparison.js';
import { openConfigured } from '../dist/workers/openConfigured.js';
import { streamSettings } from '../dist/workers/streamSettings.js';
import { benchmarkOptions, day } from './command.mjs';
import { connection, openInstallation, stream } from './installation.mjs';

const { values, print } = benchmarkOptions({
  days: '365',
  evaluations: '7300',
  'max-active': '4',
});
const days = Number(values.days);
const end = Date.parse('2026-10-01T00:00:00.000Z');
const span = { start: new Date(end - days * day).toISOString(), end: new Date(end).toISOString() };
const progressText = 'progress';

const bench = await openInstallation([
  ...['--evaluations', values.evaluations, '--seed', '3', '--allowance', '10000000'],
  // What happens in the last days happens within the span.
  ...['--from', span.start, '--to', new Date(end - 5 * day).toISOString()],
]);
try {
  const { client, configuration } = bench;
  let worker = bench.startWorker();
  const handle = await client.workflow.start('backfillStream', {
    workflowId: 'bench',
    taskQueue: configuration.temporal.taskQueue,
    args: [
      {
        ...{
          connection,
          stream,
          span,
          intervalMillis: day,
          reprocess: 'none',
          reverse: false,
          dryRun: false,
        },
        maxActive: Number(values['max-active']),
        settings: streamSettings(configuration.connections[connection].streams[stream], 4),
      },
    ],
  });
  const startedAt = Date.now();
  for (const share of [0.3, 0.7]) {
    for (;;) {
      const { done } = await handle.query(progressText).catch(() => ({ done: 0 }));
      if (done >= days * share) break;
      await new Promise((wait) => setTimeout(wait, 1_000));
    }
    await worker.stop('SIGKILL');
    worker = bench.startWorker();
  }
  const result = await handle.result();
  const wallSeconds = Math.round((Date.now() - startedAt) / 1_000);
  const lengths = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    lengths.push({ workflowId, events: events.length });
  }
  lengths.sort((a, b) => b.events - a.events);
  const { warehouse } = await openConfigured(configuration);
  const comparisons = await compareWithTruth(warehouse, connection, bench.truthUrl);
  const sum = (name) => comparisons.reduce((total, each) => total + each[name], 0);
  print({
    intervals: result.done,
    failed: result.failed,
    evaluations: result.rows.evaluations.inserted,
    wallSeconds,
    requests: (await bench.counters()).requests,
    runs: lengths.filter(({ workflowId }) => workflowId === 'bench').length,
    longestHistory: lengths[0].events,
    longestHistoryOfAnInterval: lengths.find(({ workflowId }) => workflowId !== 'bench').events,
    rowsMissing: sum('missing'),
    rowsTooMany: sum('extra'),
    rowsThatDiffer: sum('different'),
  });
} finally {
  await bench.close();
}
