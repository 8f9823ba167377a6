import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
} from '@temporalio/client';
import { TidemarkError } from '../model/errors.js';
import { taskQueues } from '../workflows/taskQueues.js';
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
 * Makes the schedules of all configured streams equal to the configuration. A schedule that exists is updated and never
 * recreated: its remembered state is the high-water mark of the stream. For the same reason those of streams that are
 * configured no more are left as they are: `leftSchedules` names them.
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

/** A schedule of the configuration; one that the cluster does not have starts nothing. */
export interface ConfiguredSchedule extends ScheduleOverview {
  missing: boolean;
}

export async function listSchedules(
  client: Client,
  configuration: Configuration,
): Promise<ConfiguredSchedule[]> {
  const listed: ConfiguredSchedule[] = [];
  for (const { connection, stream, kind } of allSchedules(configuration)) {
    const scheduled = { connection, stream, kind };
    const found = await findSchedule(client, scheduled);
    listed.push({ ...(found ?? nothingOf(scheduled)), missing: found === null });
  }
  return listed;
}

const nothingOf = (scheduled: ScheduledStream): ScheduleOverview => ({
  ...scheduled,
  scheduleId: scheduleIdOf(scheduled),
  paused: false,
  note: '',
  lastRuns: [],
  nextRuns: [],
});

/**
 * Schedules on the task queue of the configuration that it does not name: of streams and connections that left it, and
 * of what a stream is scheduled for no more.
 */
export async function leftSchedules(
  client: Client,
  configuration: Configuration,
): Promise<ScheduleOverview[]> {
  const planned = idsOf(configuration);
  const left: ScheduleOverview[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    const scheduled = planned.has(scheduleId) ? null : scheduledOf(scheduleId);
    const found = scheduled === null ? null : await findOwn(client, configuration, scheduled);
    if (found !== null) left.push(found);
  }
  return left.sort((a, b) => (a.scheduleId < b.scheduleId ? -1 : 1));
}

/** One of `leftSchedules`; null when the configuration names it or it is not there. */
export async function findLeftSchedule(
  client: Client,
  configuration: Configuration,
  scheduled: ScheduledStream,
): Promise<ScheduleOverview | null> {
  return idsOf(configuration).has(scheduleIdOf(scheduled)) ? null : findOwn(client, configuration, scheduled);
}

const idsOf = (configuration: Configuration) =>
  new Set(allSchedules(configuration).map(({ scheduleId }) => scheduleId));

/** What a schedule is of, by its id; null when the id is none of ours. */
function scheduledOf(scheduleId: string): ScheduledStream | null {
  const [name, connection, stream, ...more] = scheduleId.split('/');
  const kind = scheduleKinds.find((each) => each === name);
  if (kind === undefined || !connection || !stream || more.length > 0) return null;
  return { connection, stream, kind };
}

/** Null when it is not there, or of the task queue of others: they may share the namespace. */
async function findOwn(
  client: Client,
  configuration: Configuration,
  scheduled: ScheduledStream,
): Promise<ScheduleOverview | null> {
  const description = await orNull(client.schedule.getHandle(scheduleIdOf(scheduled)).describe());
  const { workflows } = taskQueues(configuration.temporal.taskQueue);
  return description?.action.taskQueue === workflows ? overviewOf(scheduled, description) : null;
}

/** The schedule of one stream; null when there is none on the cluster. */
export async function findSchedule(
  client: Client,
  scheduled: ScheduledStream,
): Promise<ScheduleOverview | null> {
  const description = await orNull(client.schedule.getHandle(scheduleIdOf(scheduled)).describe());
  return description === null ? null : overviewOf(scheduled, description);
}

function overviewOf(
  scheduled: ScheduledStream,
  { scheduleId, state, info }: ScheduleDescription,
): ScheduleOverview {
  return {
    ...scheduled,
    scheduleId,
    paused: state.paused,
    note: state.note ?? '',
    lastRuns: info.recentActions.map((recent) => ({
      scheduledAt: recent.scheduledAt.toISOString(),
      workflowId: recent.action.type === 'startWorkflow' ? recent.action.workflow.workflowId : '',
    })),
    nextRuns: info.nextActionTimes.map((time) => time.toISOString()),
  };
}

/**
 * Starts a run now. Overlap SKIP, because a run started in any other way neither reads nor writes the mark.
 * @returns the id of the run that was under way, for which none was started; null when there was none
 */
export async function triggerSchedule(client: Client, scheduled: ScheduledStream): Promise<string | null> {
  const handle = client.schedule.getHandle(scheduleIdOf(scheduled));
  const { info } = await orNotFound(handle.describe(), scheduled);
  await orNotFound(handle.trigger(ScheduleOverlapPolicy.SKIP), scheduled);
  return info.runningActions[0]?.workflow.workflowId ?? null;
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

async function orNull<T>(pending: Promise<T>): Promise<T | null> {
  try {
    return await pending;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
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
