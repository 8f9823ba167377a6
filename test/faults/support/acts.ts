/** What an installation does, workflow by workflow: together the acts take every step there is. */
import type { ApiActivities, LocalActivities, WarehouseActivities } from '../../../activities/index.js';
import { openConfigured } from '../../../workers/openConfigured.js';
import { streamOf, evaluationsOf, metricsOf, reconciledStreamOf } from '../../../workers/connections.js';
import { metricsSettings, reconcileSettings, streamSettings } from '../../../workers/streamSettings.js';
import { span, type Installation } from './installation.js';

export type Step = keyof (ApiActivities & LocalActivities & WarehouseActivities);

export interface Act {
  name: string;
  /** Act whose warehouse it begins with. */
  after?: string;
  /** Those at which its worker is killed: each step there is, in one act of all. */
  steps: readonly Step[];
  run(installation: Installation): Promise<void>;
}

const acme = { connection: 'acme', stream: 'evaluations' };
const nice = { connection: 'nice', stream: 'evaluations' };
const searches = { path: '/api/v2/quality/evaluations/search' };

/** Runs a workflow to its end. A failure is one: what is killed must not fail a run. */
async function run(installation: Installation, type: string, input: object): Promise<unknown> {
  return installation.client.workflow.execute(type, {
    workflowId: `${installation.name}/${type}`,
    taskQueue: installation.taskQueue,
    args: [input],
  });
}

const settingsOf = ({ configuration }: Installation, of: typeof acme, priority: 2 | 3 = 2) =>
  streamSettings(streamOf(configuration, of.connection, of.stream), priority);

const exported =
  (of: typeof acme, to = span.end) =>
  async (installation: Installation) =>
    // Without a begin: the mark is recalled, as after the loss of a schedule.
    run(installation, 'exportStream', { ...of, to, settings: settingsOf(installation, of) });

/** What happens by itself is over in one window by then, and in two of what comes as files. */
const early = '2026-09-29T00:00:00.000Z';

const reconciled = async (installation: Installation) => {
  const configured = reconciledStreamOf(installation.configuration, acme.connection, acme.stream);
  const { alerts } = installation.configuration;
  return run(installation, 'reconcileStream', {
    ...{ ...acme, span: { start: span.start, end: early }, repair: true },
    settings: streamSettings(configured, 3),
    reconcile: { ...reconcileSettings(configured, alerts), notNewerThan: 0 },
  });
};

const reextracted = (of: typeof acme) => async (installation: Installation) =>
  run(installation, 'reextractForm', {
    ...{ ...of, selection: { submitted: span }, dryRun: false },
    settings: streamSettings(evaluationsOf(installation.configuration, of.connection, of.stream), 3),
  });

/** A zone in which the business day has been going on for hours, whenever tests run. */
function zoneOfNoon(): string {
  const offset = 12 - new Date().getUTCHours();
  return `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}

/** Scores are worked out every quarter of an hour: of an evaluation that is new there would be none. */
async function submitAnHourAgo({ simulator, control }: Installation): Promise<void> {
  const [evaluation] = simulator.organisation.truth('evaluations', { divisionIds: 'all' });
  await control('POST', 'clock', { advanceSeconds: -3_600 });
  await control('POST', 'events', { kind: 'submitEvaluation', agentId: evaluation?.agent_id, score: 'low' });
  await control('POST', 'clock', { advanceSeconds: 3_600 });
}

const done = async (work: Promise<unknown>): Promise<void> => void (await work);

const whatIsExported: readonly Act[] = [
  {
    name: 'export',
    steps: [
      ...(['recallMark', 'planWindows', 'extractDirectory', 'extractPages', 'fetchForms'] as const),
      ...(['fetchConversations', 'normalizeBatch', 'loadBatch'] as const),
      ...(['listFormVersions', 'checkForms', 'recordRuns'] as const),
    ],
    run: async (each) => done(exported(acme)(each)),
  },
  {
    name: 'reextract',
    after: 'export',
    steps: ['listHeld', 'selectChanged', 'readRecords'],
    run: async (each) => done(reextracted(acme)(each)),
  },
  {
    name: 'audits',
    after: 'export',
    steps: ['auditVisibility', 'recordVisibility', 'auditIntervals'],
    run: async (each) => {
      const { priority, outageTolerance } = settingsOf(each, acme, 3);
      await run(each, 'auditVisibility', { ...acme, window: span, settings: { priority, outageTolerance } });
      await run(each, 'auditIntervals', {
        ...{ ...acme, span, repair: false, everyMillis: 86_400_000, settings: settingsOf(each, acme, 3) },
      });
    },
  },
  {
    name: 'conversations that cannot be read',
    after: 'export',
    steps: ['recallConversations'],
    run: async (each) => {
      await each.control('POST', 'faults', {
        fault: { kind: 'status', status: 503 },
        where: { path: '/api/v2/analytics/conversations/details' },
      });
      // They are waited for this long; a worker that was killed is found out in less.
      const settings = { ...settingsOf(each, acme), outageTolerance: 30_000 };
      await run(each, 'exportStream', {
        ...acme,
        from: span.start,
        to: '2026-09-08T00:00:00.000Z',
        settings,
      });
    },
  },
];

const whatComesAsFiles: readonly Act[] = [
  {
    name: 'export by jobs',
    steps: ['planJobs', 'submitJob', 'collectJob', 'shapeExtract'],
    run: async (each) => done(exported(nice, early)(each)),
  },
  {
    name: 'reextract by days',
    after: 'export by jobs',
    steps: ['planReread', 'concludeReread'],
    run: async (each) => done(reextracted(nice)(each)),
  },
];

const whatIsCompared: readonly Act[] = [
  {
    // Of nothing: all is missing, repaired and told of.
    name: 'reconcile',
    steps: [
      ...(['countCreated', 'compareCounts', 'compareBatch', 'listAbsent'] as const),
      ...(['concludeReconciliation', 'discardStaged', 'sendAlert'] as const),
    ],
    run: async (each) => done(reconciled(each)),
  },
  {
    name: 'backfill',
    steps: ['planBackfill'],
    run: async (each) =>
      done(
        run(each, 'backfillStream', {
          ...{ ...acme, span: { start: span.start, end: '2026-09-09T00:00:00.000Z' } },
          ...{
            intervalMillis: 4 * 86_400_000,
            reprocess: 'none',
            reverse: false,
            maxActive: 1,
            dryRun: false,
          },
          settings: settingsOf(each, acme, 3),
        }),
      ),
  },
];

const whatIsSetAside: readonly Act[] = [
  {
    name: 'quarantine',
    steps: ['keepQuarantined', 'listQuarantine', 'settleQuarantine'],
    run: async (each) => {
      await each.control('POST', 'faults', {
        fault: { kind: 'invalidItem' },
        where: searches,
        when: { times: 3 },
      });
      await exported(acme, early)(each);
      await each.control('DELETE', 'faults');
      const { warehouse } = await openConfigured(each.configuration);
      const pages = await warehouse.quarantinedPages(acme.connection, acme.stream, 'open');
      await warehouse.close();
      if (pages.length === 0) throw new Error('nothing went to quarantine');
      await run(each, 'decideQuarantine', {
        ...{ ...acme, quarantineIds: pages.map((page) => page.quarantine_id) },
        ...{ decision: 'release', by: 'a test', settings: settingsOf(each, acme, 3) },
      });
    },
  },
  {
    name: 'poll',
    steps: ['readMetrics', 'recordMetrics'],
    run: async (each) => {
      await submitAnHourAgo(each);
      const settings = metricsSettings(metricsOf(each.configuration, 'acme'));
      await run(each, 'watchMetrics', {
        connection: 'acme',
        settings: { ...settings, timeZone: zoneOfNoon() },
      });
    },
  },
];

/** The vendor's data change between two exports, all at one moment. */
async function change({ control }: Installation): Promise<void> {
  const { ids } = await control<{ ids: string[] }>('GET', 'pick?kind=released&n=4');
  const [deleted, rescored, edited, silent] = ids;
  await control('POST', 'clock', { set: '2026-11-09T12:00:00.000Z', freeze: true });
  const events = [
    { kind: 'delete', evaluationId: deleted },
    { kind: 'rescore', evaluationId: rescored },
    { kind: 'edit', evaluationId: edited },
    { kind: 'delete', evaluationId: silent, silent: true },
  ];
  for (const event of events) await control('POST', 'events', event);
  await control('POST', 'clock', { freeze: false, set: new Date().toISOString() });
}

/** The acts of a few days: two exports, and what changed at the vendor in between. */
export const days: Act = {
  name: 'days',
  steps: [],
  run: async (each) => {
    await exported(acme, early)(each);
    await change(each);
    await exported(acme)(each);
  },
};

/** Two runs over the same span at the same time, as when one is started by hand beside that of the schedule. */
export const twins: Act = {
  name: 'twins',
  steps: [],
  run: async (each) => {
    const input = { ...acme, to: early, settings: settingsOf(each, acme) };
    const twin = async (which: string) =>
      each.client.workflow.execute('exportStream', {
        ...{ workflowId: `${each.name}/${which}`, taskQueue: each.taskQueue, args: [input] },
      });
    await Promise.all(['first', 'second'].map(twin));
  },
};

/** One export of the span of the twins. */
export const single: Act = {
  name: 'single',
  steps: [],
  run: async (each) => done(exported(acme, early)(each)),
};

/** Acts by the file of tests that plays them. */
export const parts = { whatIsExported, whatComesAsFiles, whatIsCompared, whatIsSetAside };

export const acts: readonly Act[] = Object.values(parts).flat();
