/** Histories of earlier runs, replayed with today's workflows: a change that would break runs under way shows here. */
import { readdir, readFile } from 'node:fs/promises';
import { DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildWorkflowBundle } from '../../workers/workflowBundle.js';

const folder = new URL('histories/', import.meta.url);
const names = (await readdir(folder)).map((file) => file.replace('.json', '')).sort();

interface Recording {
  /** Windows are named after it. */
  workflowId: string;
  history: {
    events: {
      eventId: string;
      eventType: string;
      activityTaskScheduledEventAttributes?: { activityType: { name: string } };
      activityTaskCompletedEventAttributes?: { scheduledEventId: string };
    }[];
  };
}

const readRecording = async (name: string) =>
  JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8')) as Recording;

describe('recorded histories', () => {
  let workflowBundle: WorkflowBundle;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('WARN') });
    workflowBundle = await buildWorkflowBundle();
  }, 60_000);

  it('are of every way a run can go', () => {
    expect(names.filter((name) => !/window/.test(name))).toEqual([
      'audit-intervals',
      'audit-visibility',
      'backfill-cancelled',
      'backfill-paused',
      'cancelled',
      'csat',
      'csat-without-conversations',
      'deferred-taken-up',
      'drift-and-deferral',
      'empty-span',
      'failed-run',
      'feedback',
      'first-run',
      'history-full',
      'jobs',
      'jobs-cancelled',
      'jobs-line',
      'jobs-line-ended',
      'quarantine-released',
      'quarantine-skipped',
      'reconcile-by-days',
      'reconcile-failed',
      'reconcile-feedback',
      'reconcile-full',
      'reconcile-looking',
      'reconcile-repairing',
      'reextract',
      'reextract-by-days',
      'run-after-failure',
      'watch-metrics',
      'watch-metrics-failed',
      'worker-killed',
    ]);
    expect(names.filter((name) => /window/.test(name)).length).toBeGreaterThanOrEqual(4);
  });

  it.each(names)('%s', async (name) => {
    const { workflowId, history } = await readRecording(name);
    await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
  });

  it('show that a batch is loaded while the next is prepared and the one after it is read', async () => {
    const { history } = await readRecording('first-run-window-2');
    const spans = history.events.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) => {
      const completed = history.events.find(
        (event) => event.activityTaskCompletedEventAttributes?.scheduledEventId === eventId,
      );
      if (scheduled === undefined || completed === undefined) return [];
      return [{ name: scheduled.activityType.name, from: Number(eventId), to: Number(completed.eventId) }];
    });
    const of = (activity: string) => spans.filter(({ name }) => name === activity);
    const meanwhile = (activity: string, load: (typeof spans)[number]) =>
      of(activity).some(({ from, to }) => from < load.to && load.from < to);
    const overlapped = of('loadBatch').filter(
      (load) => meanwhile('extractPages', load) && meanwhile('normalizeBatch', load),
    );
    expect(overlapped.length).toBeGreaterThan(0);
  });

  it('show a change: an activity that was never called before', async () => {
    const { workflowId, history } = await readRecording('first-run-window-1');
    const scheduled = history.events.find(
      (event) => event.activityTaskScheduledEventAttributes !== undefined,
    );
    const attributes = scheduled?.activityTaskScheduledEventAttributes;
    if (attributes === undefined) throw new Error('no activity in the history');
    attributes.activityType.name = 'somethingElse';
    await expect(Worker.runReplayHistory({ workflowBundle }, history, workflowId)).rejects.toThrow(
      /nondeterminism/i,
    );
  });
});
