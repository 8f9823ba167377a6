import { createHash } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import { TidemarkError } from '../model/errors.js';
import type { exportStream } from '../workflows/exportStream.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { taskQueues } from '../workflows/taskQueues.js';
import type { Configuration, StreamConfiguration } from './configuration.js';
import { streamOf } from './connections.js';
import { streamSettings } from './streamSettings.js';

export interface ScheduledStream {
  connection: string;
  stream: string;
}

/** A schedule as people want to see it. Times are ISO 8601 UTC. */
export interface ScheduleOverview extends ScheduledStream {
  scheduleId: string;
  paused: boolean;
  note: string;
  lastRuns: { scheduledAt: string; workflowId: string }[];
  nextRuns: string[];
}

export const scheduleIdOf = ({ connection, stream }: ScheduledStream) => `export/${connection}/${stream}`;

/** All streams that the configuration names. */
export function scheduledStreams(configuration: Configuration): ScheduledStream[] {
  return Object.entries(configuration.connections).flatMap(([connection, { streams }]) =>
    Object.keys(streams).map((stream) => ({ connection, stream })),
  );
}

/**
 * Makes the cluster's schedules equal to the configuration. A schedule that exists is updated and never recreated:
 * its remembered state is the high-water mark of the stream.
 */
export async function syncSchedules(
  client: Client,
  configuration: Configuration,
): Promise<{ scheduleId: string; action: 'created' | 'updated' }[]> {
  const synced: { scheduleId: string; action: 'created' | 'updated' }[] = [];
  for (const scheduled of scheduledStreams(configuration)) {
    const scheduleId = scheduleIdOf(scheduled);
    const stream = streamOf(configuration, scheduled.connection, scheduled.stream);
    const options = scheduleOptions(configuration, scheduled, stream);
    try {
      await client.schedule.create({ ...options, state: { paused: stream.paused } });
      synced.push({ scheduleId, action: 'created' });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { action, spec, policies } = options;
      // Whether it is paused is the operators' business once the schedule exists.
      await client.schedule.getHandle(scheduleId).update((previous) => ({
        ...previous,
        action: { ...action, workflowId: scheduleId },
        spec,
        policies: { ...previous.policies, ...policies },
      }));
      synced.push({ scheduleId, action: 'updated' });
    }
  }
  return synced;
}

function scheduleOptions(
  configuration: Configuration,
  scheduled: ScheduledStream,
  stream: StreamConfiguration,
): Required<Pick<ScheduleOptions, 'scheduleId' | 'spec' | 'policies' | 'action'>> {
  const { connection, stream: name } = scheduled;
  const settings = streamSettings(stream);
  const args: Parameters<typeof exportStream> = [{ connection, stream: name, settings }];
  return {
    scheduleId: scheduleIdOf(scheduled),
    spec: { intervals: [{ every: stream.every }] },
    policies: {
      // Two runs of one stream would both start at the same mark.
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: stream.every,
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'exportStream',
      workflowId: scheduleIdOf(scheduled),
      taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
      args,
      staticSummary: `${connection}: ${name} into the warehouse`,
      staticDetails: [
        `Exports **${name}** of **${connection}** from the high-water mark to the nominal time less the safety lag.`,
        '',
        'The mark is the result of the last run. A failed run hands on how far it got, and the next begins there.',
      ].join('\n'),
      memo: { configuration: fingerprint(settings) },
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connection },
        { key: searchAttributes.stream, value: name },
      ],
    },
  };
}

/** Tells which settings a run was started with, without spelling them out. */
function fingerprint(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}

export async function listSchedules(
  client: Client,
  configuration: Configuration,
): Promise<ScheduleOverview[]> {
  const overviews: ScheduleOverview[] = [];
  for (const scheduled of scheduledStreams(configuration)) {
    overviews.push(await orNotFound(overviewOf(client, scheduled), scheduled));
  }
  return overviews;
}

/** The schedule of one stream; null when there is none on the cluster. */
export async function findSchedule(
  client: Client,
  scheduled: ScheduledStream,
): Promise<ScheduleOverview | null> {
  try {
    return await overviewOf(client, scheduled);
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

async function overviewOf(client: Client, scheduled: ScheduledStream): Promise<ScheduleOverview> {
  const handle = client.schedule.getHandle(scheduleIdOf(scheduled));
  const { state, info } = await handle.describe();
  return {
    ...scheduled,
    scheduleId: handle.scheduleId,
    paused: state.paused,
    note: state.note ?? '',
    lastRuns: info.recentActions.map((recent) => ({
      scheduledAt: recent.scheduledAt.toISOString(),
      workflowId: recent.action.type === 'startWorkflow' ? recent.action.workflow.workflowId : '',
    })),
    nextRuns: info.nextActionTimes.map((time) => time.toISOString()),
  };
}

/** Starts a run now. Overlap SKIP, because a run started in any other way neither reads nor writes the mark. */
export async function triggerSchedule(client: Client, scheduled: ScheduledStream): Promise<void> {
  const handle = client.schedule.getHandle(scheduleIdOf(scheduled));
  await orNotFound(handle.trigger(ScheduleOverlapPolicy.SKIP), scheduled);
}

export async function pauseSchedule(client: Client, scheduled: ScheduledStream, note: string): Promise<void> {
  await orNotFound(client.schedule.getHandle(scheduleIdOf(scheduled)).pause(note), scheduled);
}

export async function resumeSchedule(
  client: Client,
  scheduled: ScheduledStream,
  note: string,
): Promise<void> {
  await orNotFound(client.schedule.getHandle(scheduleIdOf(scheduled)).unpause(note), scheduled);
}

async function orNotFound<T>(pending: Promise<T>, scheduled: ScheduledStream): Promise<T> {
  try {
    return await pending;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new TidemarkError(
      'InvalidConfig',
      `There is no schedule "${scheduleIdOf(scheduled)}" on the cluster.`,
      {
        remedy: 'Run "tidemark schedule sync" first.',
        cause: error,
      },
    );
  }
}
