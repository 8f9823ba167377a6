/** What an installation does, workflow by workflow: together the acts take every step there is. */
import { streamOf, evaluationsOf, metricsOf, reconciledStreamOf } from '../../../workers/connections.js';
import { metricsSettings, reconcileSettings, streamSettings } from '../../../workers/streamSettings.js';
import { span, type Installation } from './installation.js';

export interface Act {
  name: string;
  /** Acts whose warehouse it begins with. */
  after?: string;
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

const exported = (of: typeof acme) => async (installation: Installation) =>
  // Without a begin: the mark is recalled, as after the loss of a schedule.
  run(installation, 'exportStream', { ...of, to: span.end, settings: settingsOf(installation, of) });

const reconciled = async (installation: Installation) => {
  const configured = reconciledStreamOf(installation.configuration, acme.connection, acme.stream);
  const { alerts } = installation.configuration;
  return run(installation, 'reconcileStream', {
    ...{ ...acme, span, repair: true, settings: streamSettings(configured, 3) },
    reconcile: { ...reconcileSettings(configured, alerts), notNewerThan: 0 },
  });
};

const reextracted = (of: typeof acme) => async (installation: Installation) =>
  run(installation, 'reextractForm', {
    ...{ ...of, selection: { submitted: span }, dryRun: false },
    settings: streamSettings(evaluationsOf(installation.configuration, of.connection, of.stream), 3),
  });

const done = async (work: Promise<unknown>): Promise<void> => void (await work);

export const acts: readonly Act[] = [
  { name: 'export', run: async (each) => done(exported(acme)(each)) },
  { name: 'export by jobs', run: async (each) => done(exported(nice)(each)) },
  // Of nothing: all is missing, repaired and told of.
  { name: 'reconcile', run: async (each) => done(reconciled(each)) },
  { name: 'reextract', after: 'export', run: async (each) => done(reextracted(acme)(each)) },
  { name: 'reextract by days', after: 'export by jobs', run: async (each) => done(reextracted(nice)(each)) },
  {
    name: 'backfill',
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
  {
    name: 'audits',
    after: 'export',
    run: async (each) => {
      const { priority, outageTolerance } = settingsOf(each, acme, 3);
      await run(each, 'auditVisibility', { ...acme, window: span, settings: { priority, outageTolerance } });
      await run(each, 'auditIntervals', {
        ...{ ...acme, span, repair: false, everyMillis: 86_400_000, settings: settingsOf(each, acme, 3) },
      });
    },
  },
  {
    name: 'quarantine',
    run: async (each) => {
      await each.control('POST', 'faults', {
        fault: { kind: 'invalidItem' },
        where: searches,
        when: { times: 3 },
      });
      await exported(acme)(each);
      await each.control('DELETE', 'faults');
      const { openConfigured } = await import('../../../workers/openConfigured.js');
      const { warehouse } = openConfigured(each.configuration);
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
    name: 'conversations that cannot be read',
    after: 'export',
    run: async (each) => {
      await each.control('POST', 'faults', {
        fault: { kind: 'status', status: 503 },
        where: { path: '/api/v2/analytics/conversations/details' },
      });
      const settings = { ...settingsOf(each, acme), outageTolerance: 30_000 };
      await run(each, 'exportStream', { ...acme, from: span.start, to: span.end, settings });
    },
  },
  {
    name: 'poll',
    run: async (each) =>
      done(
        run(each, 'watchMetrics', {
          connection: 'acme',
          settings: metricsSettings(metricsOf(each.configuration, 'acme')),
        }),
      ),
  },
];
