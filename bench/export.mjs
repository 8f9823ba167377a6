/**
 * What an export costs: wall time, requests by endpoint, history events, time by activity, peak memory of the worker.
 * Usage: npm run build && node bench/export.mjs [--evaluations 5000,100000] [--search-answers complete|totals]
 *        [--allowance 100000] [--allowance-window 60] [--pages-per-batch 20] [--records-per-window 20000]
 * Peak memory is VmHWM of the worker process as Linux counts it.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { streamSettings } from '../dist/workers/streamSettings.js';
import { connection, openInstallation, stream } from './installation.mjs';

const { values } = parseArgs({
  options: {
    evaluations: { type: 'string', default: '5000' },
    'search-answers': { type: 'string', default: 'complete' },
    allowance: { type: 'string', default: '10000000' },
    'allowance-window': { type: 'string', default: '60' },
    'pages-per-batch': { type: 'string', default: '20' },
    'records-per-window': { type: 'string', default: '20000' },
  },
});
const span = { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T00:00:00.000Z' };
const lastSubmission = '2026-09-25T00:00:00.000Z';
const print = (line) => process.stdout.write(`${line}\n`);

for (const count of values.evaluations.split(','))
  print(JSON.stringify(await measure(Number(count)), null, 2));

async function measure(evaluations) {
  const bench = await openInstallation([
    ...['--evaluations', String(evaluations), '--seed', '3', '--from', span.from, '--to', lastSubmission],
    ...['--search-answers', values['search-answers']],
    ...['--allowance', values.allowance, '--allowance-window', values['allowance-window']],
  ]);
  const { client, configuration } = bench;
  const worker = bench.startWorker();
  try {
    const settings = {
      ...streamSettings(configuration.connections[connection].streams[stream]),
      pagesPerBatch: Number(values['pages-per-batch']),
      recordsPerWindow: Number(values['records-per-window']),
    };
    const handle = await client.workflow.start('exportStream', {
      workflowId: 'bench',
      taskQueue: configuration.temporal.taskQueue,
      args: [{ connection, stream, ...span, settings }],
    });
    const result = await handle.result();
    const { startTime, closeTime } = await handle.describe();
    const loaded = result.rows.evaluations.inserted;
    const { events, activities } = await timeByActivity(client);
    const counters = await bench.counters();
    return {
      evaluations: loaded,
      answers: result.rows.evaluation_answers.inserted,
      wallSeconds: (closeTime.getTime() - startTime.getTime()) / 1000,
      peakMemoryMb: await peakMemory(worker.process.pid),
      requests: counters.requests,
      requestsCountedByTheRun: result.requests,
      refused: counters.rateLimited,
      shareOfAllowanceUsed: counters.windows.slice(0, -1).map(({ share }) => share),
      requestsByEndpoint: Object.fromEntries(
        Object.entries(counters.byEndpoint).map(([endpoint, { requests }]) => [endpoint, requests]),
      ),
      historyEventsPer1000: Math.round((events / loaded) * 1000 * 10) / 10,
      activities,
    };
  } finally {
    await bench.close();
  }
}

/** Seconds between start and end of activities, by name, over all workflows of the server. */
async function timeByActivity(client) {
  const activities = {};
  let events = 0;
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    events += history.events.length;
    const names = new Map();
    const started = new Map();
    for (const event of history.events) {
      const at = Number(event.eventTime.seconds) + event.eventTime.nanos / 1e9;
      const id = String(event.eventId);
      if (event.activityTaskScheduledEventAttributes) {
        names.set(id, event.activityTaskScheduledEventAttributes.activityType.name);
      } else if (event.activityTaskStartedEventAttributes) {
        started.set(String(event.activityTaskStartedEventAttributes.scheduledEventId), at);
      } else if (event.activityTaskCompletedEventAttributes) {
        const scheduled = String(event.activityTaskCompletedEventAttributes.scheduledEventId);
        const entry = (activities[names.get(scheduled)] ??= { times: 0, seconds: 0 });
        entry.times += 1;
        entry.seconds = Math.round((entry.seconds + at - started.get(scheduled)) * 1000) / 1000;
      }
    }
  }
  return { events, activities };
}

async function peakMemory(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024);
}
