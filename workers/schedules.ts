import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
} from '@temporalio/client';
import { TidemarkError } from '../model/errors.js';
import type { Configuration } from './configuration.js';
import {
  configuredStreams,
  scheduleIdOf,
  scheduleKinds,
  schedulePlans,
  type ScheduledStream,
  type SchedulePlan,
} from './schedulePlans.js';

/** A schedule as people want to see it. Times are ISO 8601 UTC. */
export interface ScheduleOverview extends ScheduledStream {
  scheduleId: string;
  paused: boolean;
  note: string;
  lastRuns: { scheduledAt: string; workflowId: string }[];
  nextRuns: string[];
}

/** Exports first. */
function allSchedules(configuration: Configuration): SchedulePlan[] {
  const plans = configuredStreams(configuration).flatMap((each) => schedulePlans(configuration, each));
  return scheduleKinds.flatMap((kind) => plans.filter((plan) => plan.kind === kind));
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
  for (const plan of allSchedules(configuration)) {
    const { scheduleId, spec, policies, action, paused } = plan;
    try {
      await client.schedule.create({ scheduleId, spec, policies, action, state: { paused } });
      synced.push({ scheduleId, action: 'created' });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
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

export async function listSchedules(
  client: Client,
  configuration: Configuration,
): Promise<ScheduleOverview[]> {
  const overviews: ScheduleOverview[] = [];
  for (const { connection, stream, kind } of allSchedules(configuration)) {
    const scheduled = { connection, stream, kind };
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
