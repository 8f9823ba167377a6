/**
 * Records the histories that the replay tests replay, on a real server against a simulated organisation.
 * Usage: npm run build && node test/replay/recordHistories.mjs [name ...], without names all of them
 *
 * Run it when workflows call other activities than before, or in another order, on purpose. Histories of versions that
 * users may still have under way are kept beside the new ones, until `patched` branches for them are removed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { startSimulatorProcess, startWorkerProcess } from '../../dist/cli/demo/processes.js';
import { developmentSearchAttributes } from '../../dist/cli/session.js';
import { metricsOf, streamOf } from '../../dist/workers/connections.js';
import { startDevelopmentServer } from '../../dist/workers/developmentServer.js';
import { loadConfiguration } from '../../dist/workers/loadConfiguration.js';
import { scheduleIdOf } from '../../dist/workers/schedulePlans.js';
import { syncSchedules, triggerSchedule } from '../../dist/workers/schedules.js';
import { metricsSettings, streamSettings } from '../../dist/workers/streamSettings.js';
import { connectClient, plainTarget } from '../../dist/workers/temporalTarget.js';

const wanted = process.argv.slice(2);
const target = fileURLToPath(new URL('histories', import.meta.url));
const scheduled = { connection: 'acme', stream: 'evaluations' };
const day = 86_400_000;
const now = Date.now();
const span = {
  from: new Date(now - 20 * day).toISOString(),
  to: new Date(now - 5 * day).toISOString(),
};

/** Runs of the line of jobs, by the names they are recorded under. */
const lines = [];

const directory = await mkdtemp(join(tmpdir(), 'tidemark-histories-'));
const log = join(directory, 'processes.log');
const running = [async () => rm(directory, { recursive: true, force: true })];
try {
  const simulator = await startSimulatorProcess(
    [
      ...['--evaluations', '700', '--seed', '5', '--from', span.from, '--to', span.to],
      ...['--contract', 'published,cxone-data-extraction,cxone-guide'],
      ...['--job-interval', '0.25', '--job-duration', '0.1'],
    ],
    log,
  );
  running.push(async () => simulator.stop());
  const server = await startDevelopmentServer({ ui: false, searchAttributes: developmentSearchAttributes() });
  running.push(async () => server.close());
  const control = new URL('/_simulator/', simulator.ready.apiUrl);
  const post = async (path, body) =>
    fetch(new URL(path, control), { method: 'POST', body: JSON.stringify(body) });

  const extraction = simulator.ready.contracts['cxone-data-extraction'];
  const configPath = join(directory, 'tidemark.yaml');
  await writeFile(
    configPath,
    `connections:
  acme:
    vendor: genesys
    apiUrl: ${simulator.ready.apiUrl}
    loginUrl: ${simulator.ready.loginUrl}
    clientId: \${ACME_CLIENT_ID}
    clientSecret: \${ACME_CLIENT_SECRET}
    streams:
      evaluations: { startFrom: "${span.from}", safetyLag: 1s, recordsPerWindow: 300, pagesPerBatch: 3 }
      csat: { startFrom: "${span.from}", outageTolerance: 5s }
      metrics: { timeZone: UTC, outageTolerance: 1s }
  north:
    vendor: cxone
    api: data-extraction
    issuer: ${extraction.issuer}
    clientId: \${ACME_CLIENT_ID}
    clientSecret: \${ACME_CLIENT_SECRET}
    accessKeyId: ${extraction.accessKeyId}
    accessKeySecret: \${NORTH_ACCESS_KEY_SECRET}
    jobs: { between: 300ms, poll: 100ms }
    streams:
      evaluations: { startFrom: "${span.from}" }
  west:
    vendor: cxone
    api: guide
    apiUrl: ${simulator.ready.contracts['cxone-guide'].apiUrl}
    clientId: \${ACME_CLIENT_ID}
    clientSecret: \${ACME_CLIENT_SECRET}
    streams:
      feedback: { startFrom: "${span.from}" }
staging: file:./staging
`,
  );
  const environment = {
    ACME_CLIENT_ID: simulator.ready.clientId,
    ACME_CLIENT_SECRET: simulator.ready.clientSecret,
    NORTH_ACCESS_KEY_SECRET: extraction.accessKeySecret,
    TEMPORAL_ADDRESS: server.address,
  };
  const configuration = await loadConfiguration(configPath, { ...process.env, ...environment });
  const client = await connectClient(plainTarget(server.address));
  running.push(async () => client.connection.close());
  let worker = startWorkerProcess(configPath, environment, log);
  running.push(async () => worker.stop('SIGKILL'));
  await syncSchedules(client, configuration);

  // Several windows of several batches, started by the schedule.
  await record(client, 'first-run', await scheduledRun(client));

  // Fails in its only window, with a mark to hand on.
  const restricted = { kind: 'setPermissions', permissions: ['quality:evaluation:view'] };
  await post('events', restricted);
  await record(client, 'failed-run', await scheduledRun(client));
  await post('events', { kind: 'restorePermissions' });

  // Begins at the mark of the failed run.
  await record(client, 'run-after-failure', await scheduledRun(client));

  // An explicit span, its worker killed on the way, and cancelled.
  const { settings } = { settings: streamSettings(streamOf(configuration, 'acme', 'evaluations')) };
  const input = { ...scheduled, settings, ...span };
  const started = await client.workflow.start('exportStream', {
    workflowId: 'explicit-span',
    taskQueue: configuration.temporal.taskQueue,
    args: [input],
  });
  await untilPending(client, started);
  await worker.stop('SIGKILL');
  worker = startWorkerProcess(configPath, environment, log);
  await started.result();
  await record(client, 'worker-killed', started);

  const cancelled = await client.workflow.start('exportStream', {
    workflowId: 'cancelled',
    taskQueue: configuration.temporal.taskQueue,
    args: [input],
  });
  await untilPending(client, cancelled);
  await cancelled.cancel();
  await cancelled.result().catch(() => {});
  await record(client, 'cancelled', cancelled);

  const empty = await client.workflow.start('exportStream', {
    workflowId: 'empty-span',
    taskQueue: configuration.temporal.taskQueue,
    args: [{ ...input, to: span.from }],
  });
  await empty.result();
  await record(client, 'empty-span', empty);

  // Everything else that runs, each with something to do.
  const run = async (name, type, args, steer = async () => {}) => {
    const handle = await client.workflow.start(type, {
      workflowId: name,
      taskQueue: configuration.temporal.taskQueue,
      args: [{ ...scheduled, ...args }],
    });
    await steer(handle);
    await handle.result().catch(() => {});
    await record(client, name, handle);
  };
  const { ids } = await (await fetch(new URL('pick?kind=finished&n=3', control))).json();
  const { forms } = await (await fetch(new URL('organisation', control))).json();
  const tell = async (event) => post('events', event);
  const { priority, outageTolerance } = settings;
  const interval = { start: span.from, end: new Date(now - 16 * day).toISOString() };

  await tell({ kind: 'editFormVersion', formId: forms[0].versions[0].id });
  await tell({ kind: 'recalculate', evaluationId: ids[0] });
  await run('drift-and-deferral', 'exportStream', { ...input, to: interval.end });
  await tell({ kind: 'finishRecalculation', evaluationId: ids[0] });
  await run('deferred-taken-up', 'exportStream', { ...input, to: interval.end });

  const fault = { kind: 'status', status: 401 };
  await post('faults', {
    fault,
    where: { path: '/api/v2/quality/evaluations/search' },
    when: { nth: 8, times: 2 },
  });
  const backfill = {
    ...{
      span: interval,
      intervalMillis: day,
      reprocess: 'completed',
      reverse: false,
      maxActive: 2,
      dryRun: false,
    },
    settings: { ...settings, priority: 4 },
  };
  await run('backfill-paused', 'backfillStream', backfill, async (handle) => {
    await handle.signal('pause', 'for the recording');
    await new Promise((wait) => setTimeout(wait, 1_500));
    await handle.signal('resume');
  });
  await fetch(new URL('faults', control), { method: 'DELETE' });

  await tell({ kind: 'rescore', evaluationId: ids[1], keepDates: true });
  await tell({ kind: 'delete', evaluationId: ids[2], silent: true });
  const reconcile = {
    horizon: 90 * day,
    notNewerThan: 0,
    confirmations: 1,
    breakerShare: 50,
    coverageBelow: 95,
  };
  const wholeSpan = { start: span.from, end: span.to };
  await run('reconcile-looking', 'reconcileStream', { span: wholeSpan, repair: false, settings, reconcile });
  await run('reconcile-repairing', 'reconcileStream', { span: wholeSpan, repair: true, settings, reconcile });
  await post('faults', {
    fault: { kind: 'status', status: 503 },
    where: { path: '/api/v2/quality/evaluations/search' },
    when: { times: 2 },
  });
  await run('reconcile-failed', 'reconcileStream', {
    ...{ span: wholeSpan, repair: false, reconcile },
    settings: { ...settings, outageTolerance: 4_000 },
  });
  await fetch(new URL('faults', control), { method: 'DELETE' });

  const selection = { formContextId: forms[1].contextId };
  await run('reextract', 'reextractForm', {
    selection,
    dryRun: false,
    settings: { priority, outageTolerance },
  });
  await run('backfill-cancelled', 'backfillStream', backfill, async (handle) => {
    await untilPending(client, handle);
    await handle.cancel();
  });

  // Pages that cannot be used, of two spans, decided about together.
  const quarantined = async (...spans) => {
    for (const { start, end } of spans) {
      await post('faults', {
        fault: { kind: 'invalidItem' },
        where: { path: '/api/v2/quality/evaluations/search' },
        when: { times: 3 },
      });
      const exported = { ...input, from: start, to: end };
      await client.workflow.execute('exportStream', {
        workflowId: `quarantined-${start}`,
        taskQueue: configuration.temporal.taskQueue,
        args: [exported],
      });
      await fetch(new URL('faults', control), { method: 'DELETE' });
    }
  };
  const decide = { quarantineIds: null, by: 'jo', settings };
  await quarantined(interval, { start: interval.end, end: new Date(now - 13 * day).toISOString() });
  await run('quarantine-released', 'decideQuarantine', { ...decide, decision: 'release' });
  await quarantined(interval);
  await run('quarantine-skipped', 'decideQuarantine', { ...decide, decision: 'skip' });

  await run('audit-intervals', 'auditIntervals', { span: null, repair: false, everyMillis: day, settings });
  await run('audit-visibility', 'auditVisibility', { window: null, settings: { priority, outageTolerance } });

  // A stream without evaluations, with and without the conversations it is about.
  const csat = {
    stream: 'csat',
    settings: streamSettings(streamOf(configuration, 'acme', 'csat')),
    from: span.from,
    to: interval.end,
  };
  await run('csat', 'exportStream', csat);
  const later = { ...csat, from: interval.end, to: new Date(now - 13 * day).toISOString() };
  await post('faults', {
    fault: { kind: 'status', status: 503 },
    where: { path: '/api/v2/analytics/conversations/details' },
  });
  await run('csat-without-conversations', 'exportStream', later);
  await fetch(new URL('faults', control), { method: 'DELETE' });

  // Records that come as files: halved, with the line ended by hand, cancelled while they wait, read again.
  const line = client.workflow.getHandle(`extraction-jobs/${extraction.tenantId}`);
  const jobsUnderWay = async () => (await (await fetch(new URL('jobs', control))).json()).jobs.length;
  const untilSubmitted = async () => {
    for (const before = await jobsUnderWay(); (await jobsUnderWay()) === before;)
      await new Promise((wait) => setTimeout(wait, 20));
  };
  const north = {
    connection: 'north',
    settings: streamSettings(streamOf(configuration, 'north', 'evaluations')),
    from: span.from,
    to: new Date(now - 16 * day).toISOString(),
  };
  await post('jobs', { outcome: 'lost', times: 1, where: { entityName: 'qm-workflows' } });
  await post('jobs', { outcome: 'failed', times: 3, where: { entityName: 'qm-questions' } });
  await run('jobs', 'exportStream', north, async () => {
    await untilSubmitted();
    // Of this run, before the next one begins another.
    const { runId } = await line.describe();
    lines.push(['jobs-line', client.workflow.getHandle(line.workflowId, runId)]);
  });
  await run('jobs-line-ended', 'exportStream', north, async () => {
    await untilSubmitted();
    await line.terminate('for the recording');
  });
  await run('jobs-cancelled', 'exportStream', north, async (handle) => {
    await untilSubmitted();
    await handle.cancel();
  });
  for (const [name, handle] of lines) await write(name, handle);
  await run('reextract-by-days', 'reextractForm', {
    connection: 'north',
    selection: { submitted: { start: north.from, end: north.to } },
    dryRun: false,
    settings: north.settings,
  });
  await run('reconcile-by-days', 'reconcileStream', {
    ...{ connection: 'north', settings: north.settings, reconcile, repair: true },
    span: { start: north.from, end: north.to },
  });

  // Records of another kind, one of them changed and one deleted since.
  const feedback = {
    ...{ connection: 'west', stream: 'feedback' },
    settings: streamSettings(streamOf(configuration, 'west', 'feedback')),
  };
  await run('feedback', 'exportStream', { ...feedback, from: span.from, to: span.to });
  const truth = await fetch(new URL('truth?contract=cxone-guide&table=feedback', control));
  const [edited, deleted] = (await truth.text()).split('\n', 2).map((entry) => JSON.parse(entry));
  await tell({ kind: 'editFeedback', feedbackId: edited.feedback_id, content: 'Said otherwise' });
  await tell({ kind: 'deleteFeedback', feedbackId: deleted.feedback_id });
  await run('reconcile-feedback', 'reconcileStream', {
    ...feedback,
    span: wholeSpan,
    repair: true,
    reconcile,
  });

  const poll = { settings: metricsSettings(metricsOf(configuration, 'acme')) };
  await run('watch-metrics', 'watchMetrics', poll);
  await post('faults', { fault: { kind: 'status', status: 503 } });
  await run('watch-metrics-failed', 'watchMetrics', poll);
  await fetch(new URL('faults', control), { method: 'DELETE' });

  // A server that takes few events for a full history: the first runs of an export, of its windows, and of a
  // reconciliation.
  const early = await startDevelopmentServer({
    ui: false,
    searchAttributes: developmentSearchAttributes(),
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 25 },
  });
  running.push(async () => early.close());
  const soonFull = await connectClient(plainTarget(early.address));
  running.push(async () => soonFull.connection.close());
  const other = startWorkerProcess(configPath, { ...environment, TEMPORAL_ADDRESS: early.address }, log);
  running.push(async () => other.stop('SIGKILL'));
  const continuing = await soonFull.workflow.start('exportStream', {
    workflowId: 'history-full',
    taskQueue: configuration.temporal.taskQueue,
    args: [{ ...input, settings: { ...settings, pagesPerBatch: 1 } }],
  });
  await continuing.result();
  await record(
    soonFull,
    'history-full',
    soonFull.workflow.getHandle(continuing.workflowId, continuing.firstExecutionRunId),
  );
  const reconciling = await soonFull.workflow.start('reconcileStream', {
    workflowId: 'reconcile-full',
    taskQueue: configuration.temporal.taskQueue,
    args: [{ ...input, span: wholeSpan, repair: true, settings, reconcile }],
  });
  await reconciling.result();
  await record(
    soonFull,
    'reconcile-full',
    soonFull.workflow.getHandle(reconciling.workflowId, reconciling.firstExecutionRunId),
  );
} finally {
  for (const stop of running.reverse()) await stop();
}

/** Triggers the schedule and waits for the end of the run it starts. */
async function scheduledRun(client) {
  const handle = client.schedule.getHandle(scheduleIdOf(scheduled));
  const before = (await handle.describe()).info.numActionsTaken;
  await triggerSchedule(client, scheduled);
  for (;;) {
    const { info } = await handle.describe();
    const last = info.recentActions.at(-1);
    if (info.numActionsTaken > before && last?.action.type === 'startWorkflow') {
      const { workflowId, firstExecutionRunId } = last.action.workflow;
      const run = client.workflow.getHandle(workflowId, firstExecutionRunId);
      await run.result().catch(() => {});
      return run;
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

/** Waits until the first window of a run is being extracted. */
async function untilPending(client, handle) {
  for (;;) {
    const { raw } = await handle.describe();
    for (const { workflowId, runId } of raw.pendingChildren ?? []) {
      // It is about to be started.
      if (runId === '') continue;
      const child = await client.workflow.getHandle(workflowId, runId).describe();
      if ((child.raw.pendingActivities ?? []).length > 0) return;
    }
    await new Promise((wait) => setTimeout(wait, 20));
  }
}

/** Writes the history of a run and of the windows it loaded. */
async function record(client, name, run) {
  await write(name, run);
  let number = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: 'WorkflowType = "loadWindow"' })) {
    // By id: what a window is called begins with what its run is called.
    if (!workflowId.startsWith(`${run.workflowId}/`) || number === 2) continue;
    number += 1;
    await write(`${name}-window-${number}`, client.workflow.getHandle(workflowId, runId));
  }
}

async function write(name, handle) {
  if (wanted.length > 0 && !wanted.includes(name.replace(/-window-\d+$/, ''))) return;
  // On which machine it ran, and where its files lie there, is nobody's business and would change each recording.
  const history = JSON.parse(historyToJSON(await handle.fetchHistory()), (key, value) =>
    key === 'identity' || key === 'stackTrace' ? undefined : withoutMachine(value),
  );
  const recording = { workflowId: handle.workflowId, history };
  await writeFile(join(target, `${name}.json`), `${JSON.stringify(recording, null, 1)}\n`);
  process.stdout.write(`${name}: ${history.events.length} events\n`);
}

/** The queue of a worker's own is called after its machine. */
function withoutMachine(value) {
  return value?.kind === 'TASK_QUEUE_KIND_STICKY' ? { ...value, name: 'sticky' } : value;
}
