/**
 * How well the API allowance is used: the share of each full window, 429s, requests for 1,000 evaluations under each
 * contract, and how late the intraday poll is beside a nightly export and a backfill. Each run with one worker and with
 * three, processes of their own on one client id that know of each other only by what the vendor's headers say.
 * Usage: npm run build && node bench/allowance.mjs [--json] [--evaluations 1500] [--allowance 300] [--window 10]
 *        [--polls 3] [--poll-every 30] [--only contracts,export,together]
 * The vendor's window has 60 seconds. A shorter one takes less time and is harder: what workers must learn of each
 * other within a window, they learn in less time.
 */
import { streamOf } from '../dist/workers/connections.js';
import { schedulePlans } from '../dist/workers/schedulePlans.js';
import { streamSettings } from '../dist/workers/streamSettings.js';
import { benchmarkOptions, day, round, tell } from './command.mjs';
import { connection, oneConnection, openInstallation, stream } from './installation.mjs';
import { contracts, fourConnections } from './contracts.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '1500',
  allowance: '300',
  window: '10',
  polls: '3',
  'poll-every': '30',
  only: 'contracts,export,together',
});
const only = new Set(values.only.split(','));
const windowSeconds = Number(values.window);
const begin = Date.parse('2026-09-01T00:00:00.000Z');
const end = new Date(begin + 30 * day).toISOString();
const at = (days) => new Date(begin + days * day).toISOString();

const result = { allowance: Number(values.allowance), windowSeconds };
if (only.has('contracts')) result.contracts = await requestsByContract();
for (const workers of [1, 3]) {
  if (only.has('export')) (result.export ??= []).push(await exportAlone(workers));
  if (only.has('together')) (result.together ??= []).push(await together(workers));
}
print(result);

/** Evaluations have to be read one by one, so that every one of them is a request. */
function simulated(evaluations) {
  return [
    ...['--evaluations', String(evaluations), '--seed', '3', '--from', at(0), '--to', at(25)],
    ...['--allowance', values.allowance, '--allowance-window', values.window, '--search-answers', 'totals'],
  ];
}

/** Without a limit: what an export asks for, by contract. */
async function requestsByContract() {
  const evaluations = 1_000;
  const bench = await openInstallation(
    [
      ...['--evaluations', String(evaluations), '--seed', '3', '--from', at(0), '--to', at(25)],
      ...['--contract', Object.keys(contracts).join(','), '--allowance', '1000000'],
      ...['--job-interval', '0.25', '--job-duration', '0.1'],
    ],
    { configurationOf: fourConnections(at(0)) },
  );
  try {
    bench.startWorker();
    const found = {};
    for (const [contract, { stream: name }] of Object.entries(contracts)) {
      tell(`requests under ${contract}`);
      await bench.resetCounters();
      const { rows } = await run(bench, { connection: contract, stream: name });
      const { requests, byEndpoint } = await bench.counters();
      const loaded = rows.evaluations.inserted;
      found[contract] = {
        evaluations: loaded,
        requests,
        requestsPer1000: round((requests / loaded) * 1_000, 1),
        byEndpoint: Object.fromEntries(Object.entries(byEndpoint).map(([key, each]) => [key, each.requests])),
      };
    }
    return found;
  } finally {
    await bench.close();
  }
}

async function exportAlone(workers) {
  tell(`one export, ${workers} worker(s)`);
  const bench = await openInstallation(simulated(Number(values.evaluations)));
  try {
    await startWorkers(bench, workers);
    const started = Date.now();
    const { rows } = await run(bench, { connection, stream });
    const wallSeconds = round((Date.now() - started) / 1_000, 1);
    return {
      workers,
      evaluations: rows.evaluations.inserted,
      wallSeconds,
      ...use(await bench.counters(), started, Date.now()),
    };
  } finally {
    await bench.close();
  }
}

async function together(workers) {
  tell(`intraday, nightly and backfill together, ${workers} worker(s)`);
  const polls = Number(values.polls);
  const every = Number(values['poll-every']);
  // Work for longer than the polls take, so that none of them finds the allowance idle.
  const seconds = (polls + 2) * every;
  const evaluations = Math.ceil(((seconds / windowSeconds) * result.allowance * 1.1) / 0.97);
  const bench = await openInstallation(simulated(evaluations), {
    configurationOf: oneConnection({
      startFrom: at(0),
      more: `metrics: { every: ${every}s, timeZone: UTC }`,
    }),
  });
  try {
    const { client, configuration } = bench;
    await startWorkers(bench, workers);
    const started = Date.now();
    const nightly = await start(bench, { connection, stream }, { from: at(0), to: at(12.5) });
    const backfill = await client.workflow.start('backfillStream', {
      workflowId: 'backfill',
      taskQueue: configuration.temporal.taskQueue,
      args: [
        {
          ...{ connection, stream, span: { start: at(12.5), end: at(25) }, intervalMillis: day },
          ...{ reprocess: 'none', reverse: false, dryRun: false, maxActive: 4 },
          settings: streamSettings(streamOf(configuration, connection, stream), 4),
        },
      ],
    });
    const [plan] = schedulePlans(configuration, { connection, stream: 'metrics' });
    const { scheduleId, spec, policies, action } = plan;
    await client.schedule.create({ scheduleId, spec, policies, action });
    const late = await lateness(client, polls);
    await client.schedule.getHandle(scheduleId).pause();
    const busyUntil = Date.now();
    const [{ status: nightlyStatus }, { status: backfillStatus }] = await Promise.all(
      [nightly, backfill].map(async (handle) => handle.describe()),
    );
    return {
      workers,
      polls: late.length,
      pollEverySeconds: every,
      secondsToBegin: late.map(({ begun }) => begun),
      secondsToScores: late.map(({ read }) => read),
      latestSeconds: Math.max(...late.map(({ read }) => read)),
      stillRunningAtTheEnd: { nightly: nightlyStatus.name, backfill: backfillStatus.name },
      ...use(await bench.counters(), started, busyUntil),
    };
  } finally {
    await bench.close();
  }
}

/** Seconds between the nominal time of each poll and the moments when it was begun and when its scores had been read. */
async function lateness(client, polls) {
  const read = new Map();
  while (read.size < polls) {
    await new Promise((wait) => setTimeout(wait, 500));
    for await (const { workflowId, runId, status } of client.workflow.list({
      query: 'WorkflowType = "watchMetrics"',
    })) {
      if (read.has(workflowId) || status.name === 'RUNNING') continue;
      if (status.name !== 'COMPLETED') throw new Error(`${workflowId} ended as ${status.name}`);
      const nominal = Date.parse(/-(\d{4}-.+)$/.exec(workflowId)[1]);
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const secondsTo = (attributes) => {
        const { eventTime } = events.find((event) => event[attributes]);
        return round((Number(eventTime.seconds) * 1_000 + eventTime.nanos / 1e6 - nominal) / 1_000, 3);
      };
      const late = {
        begun: secondsTo('activityTaskStartedEventAttributes'),
        read: secondsTo('activityTaskCompletedEventAttributes'),
      };
      read.set(workflowId, late);
      tell(`${workflowId}: begun after ${late.begun} s, read after ${late.read} s`);
    }
  }
  return [...read.values()];
}

/**
 * Windows that lie wholly between two moments, but for the first and the last: one begins before there is anything to
 * read, while lists are looked through, and in the other work comes to its end.
 */
function use({ requests, rateLimited, windows }, from, to) {
  const full = windows.filter(({ startedAt }) => {
    const opened = Date.parse(startedAt);
    return opened >= from && opened + windowSeconds * 1_000 <= to;
  });
  const shares = full.slice(1, -1).map(({ share }) => share);
  return {
    requests,
    refused: rateLimited,
    fullWindows: shares.length,
    leastShare: shares.length === 0 ? null : round(Math.min(...shares), 3),
    meanShare:
      shares.length === 0 ? null : round(shares.reduce((sum, share) => sum + share, 0) / shares.length, 3),
    shares: shares.map((share) => round(share, 3)),
  };
}

async function startWorkers(bench, count) {
  for (let index = 0; index < count; index += 1) bench.startWorker();
  await bench.workersReady(count);
}

async function start({ client, configuration }, of, span = { from: at(0), to: end }) {
  const configured = streamOf(configuration, of.connection, of.stream);
  return client.workflow.start('exportStream', {
    workflowId: `export-${of.connection}`,
    taskQueue: configuration.temporal.taskQueue,
    args: [{ ...of, ...span, settings: streamSettings(configured) }],
  });
}

async function run(bench, of) {
  return (await start(bench, of)).result();
}
