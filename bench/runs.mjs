/**
 * What one run of each kind costs: requests, events of Temporal histories, Actions of Temporal Cloud, processor time of
 * the worker, and with --warehouse bigquery the bytes that would be billed. docs/scaling.md reckons with these figures.
 * Usage: npm run build && node bench/runs.mjs [--json] [--evaluations 12000] [--warehouse duckdb|bigquery]
 *
 * An Action is counted for each start of a workflow (two for a child), activity, timer, signal and upsert of search
 * attributes; heartbeats are in no history and come on top, and so do two for each run that a schedule starts. Bytes
 * are those that the test server for BigQuery works out from the columns and partitions of each statement.
 */
import { metricsOf, reconciledStreamOf, streamOf } from '../dist/workers/connections.js';
import { metricsSettings, reconcileSettings, streamSettings } from '../dist/workers/streamSettings.js';
import { benchmarkOptions, day, round, tell } from './command.mjs';
import { connection, oneConnection, openInstallation, stream } from './installation.mjs';
import { cpuSeconds, histories } from './exporting.mjs';
import { readTypescript } from './typescript.mjs';

const { values, print } = benchmarkOptions({
  evaluations: '12000',
  warehouse: 'duckdb',
});
const begin = Date.parse('2026-09-01T00:00:00.000Z');
const at = (days) => new Date(begin + days * day).toISOString();

const bigquery = values.warehouse === 'bigquery' ? await startBigquery() : null;
const bench = await openInstallation(
  [
    ...['--evaluations', values.evaluations, '--seed', '3', '--allowance', '10000000'],
    ...['--from', at(0), '--to', at(25)],
  ],
  {
    configurationOf: oneConnection({
      more: 'metrics: { timeZone: UTC }',
      ...(bigquery === null
        ? {}
        : {
            warehouse: `{ kind: bigquery, project: ${bigquery.clientOptions.projectId}, dataset: quality, location: EU }`,
          }),
    }),
    environment: bigquery === null ? {} : { BIGQUERY_EMULATOR_HOST: bigquery.url },
  },
);
try {
  const { pid } = bench.startWorker().process;
  await bench.workersReady(1);
  print({ runs: await measured(pid) });
} finally {
  await bench.close();
  await bigquery?.stop();
}

async function measured(pid) {
  const { configuration } = bench;
  const settings = streamSettings(streamOf(configuration, connection, stream));
  const of = { connection, stream };
  const exported = (from, to) => ['exportStream', { ...of, from, to, settings }];
  const reconciled = reconciledStreamOf(configuration, connection, stream);
  const runs = [
    ['first export, of a day', ...exported(at(1), at(2))],
    ['export of an hour without evaluations', ...exported(at(-2), at(-2 + 1 / 24))],
    ['export of an hour', ...exported(at(3.5), at(3.5 + 1 / 24))],
    ['export of a day', ...exported(at(5), at(6))],
    ['export of all the rest', ...exported(at(0), at(30))],
    [
      'reconciliation of all of it',
      'reconcileStream',
      {
        ...{ ...of, span: { start: at(0), end: at(30) }, repair: true, settings },
        reconcile: { ...reconcileSettings(reconciled, configuration.alerts), notNewerThan: 0 },
      },
    ],
    [
      'audit of visibility',
      'auditVisibility',
      { ...of, window: null, settings: { priority: 3, outageTolerance: settings.outageTolerance } },
    ],
    [
      'audit of 30 daily intervals',
      'auditIntervals',
      { ...of, span: { start: at(0), end: at(30) }, repair: false, everyMillis: day, settings },
    ],
    [
      'intraday poll',
      'watchMetrics',
      { connection, settings: metricsSettings(metricsOf(configuration, connection)) },
    ],
  ];
  const rows = [];
  for (const run of runs) rows.push(await measure(pid, ...run));
  return rows;
}

async function measure(pid, name, workflowType, input) {
  const { client, configuration } = bench;
  const workflowId = name.replaceAll(/[ ,]+/g, '-');
  const before = {
    requests: (await bench.counters()).requests,
    jobs: bigquery?.jobs().length ?? 0,
    cpu: await cpuSeconds(pid),
  };
  const result = await client.workflow.execute(workflowType, {
    workflowId,
    taskQueue: configuration.temporal.taskQueue,
    args: [input],
  });
  const cpu = (await cpuSeconds(pid)) - before.cpu;
  const counted = { workflows: 0, events: 0, actions: 0 };
  for await (const history of histories(client)) {
    if (history.workflowId !== workflowId && !history.workflowId.startsWith(`${workflowId}/`)) continue;
    counted.workflows += 1;
    counted.events += history.events.length;
    counted.actions += actionsOf(history.events);
  }
  tell(`${name}: ${JSON.stringify(counted)}`);
  return {
    run: name,
    evaluations: result.rows?.evaluations?.inserted ?? null,
    requests: (await bench.counters()).requests - before.requests,
    batches: result.batches ?? null,
    ...counted,
    workerCpuSeconds: round(cpu, 2),
    ...(bigquery === null ? {} : { billedGb: billed(bigquery.jobs().slice(before.jobs)) }),
  };
}

function actionsOf(events) {
  return events.reduce((sum, event) => {
    const started = event.workflowExecutionStartedEventAttributes;
    if (started) return sum + (started.parentWorkflowExecution ? 2 : 1);
    // Of an activity that is tried again, the last attempt is in the history.
    const activity = event.activityTaskStartedEventAttributes;
    if (activity) return sum + activity.attempt;
    const isAction =
      event.timerStartedEventAttributes ??
      event.workflowExecutionSignaledEventAttributes ??
      event.upsertWorkflowSearchAttributesEventAttributes;
    return isAction ? sum + 1 : sum;
  }, 0);
}

/** A script's bytes are the sum of its statements'. */
function billed(jobs) {
  const bytes = jobs
    .filter(({ statistics }) => statistics.parentJobId === undefined)
    .reduce((sum, { statistics }) => sum + Number(statistics.query?.totalBytesBilled ?? 0), 0);
  return round(bytes / 1e9, 3);
}

async function startBigquery() {
  readTypescript();
  const { startBigqueryServer } = await import('../test/support/bigquery/server.ts');
  return startBigqueryServer();
}
