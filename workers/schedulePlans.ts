/** What is scheduled for a stream: its export, its reconciliation, its audits. */
import { createHash } from 'node:crypto';
import { ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import type { auditIntervals } from '../workflows/auditIntervals.js';
import type { auditVisibility } from '../workflows/auditVisibility.js';
import type { exportStream } from '../workflows/exportStream.js';
import type { reconcileStream } from '../workflows/reconcileStream.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { taskQueues } from '../workflows/taskQueues.js';
import type { Configuration, StreamConfiguration } from './configuration.js';
import { reconcileSettings, streamSettings } from './streamSettings.js';

export const scheduleKinds = ['export', 'reconcile', 'audit-intervals', 'audit-visibility'] as const;
export type ScheduleKind = (typeof scheduleKinds)[number];

export interface ScheduledStream {
  connection: string;
  stream: string;
  /** The export when it is left out. */
  kind?: ScheduleKind;
}

export const scheduleIdOf = ({ connection, stream, kind = 'export' }: ScheduledStream) =>
  `${kind}/${connection}/${stream}`;

/** All streams that the configuration names. */
export function scheduledStreams(configuration: Configuration): { connection: string; stream: string }[] {
  return Object.entries(configuration.connections).flatMap(([connection, { streams }]) =>
    Object.keys(streams).map((stream) => ({ connection, stream })),
  );
}

interface Plan {
  workflowType: string;
  args: unknown[];
  every: number;
  /** Time after each full interval since 1970, UTC. */
  offset: number;
  paused: boolean;
  summary: string;
  details: string;
}

export type SchedulePlan = Required<Pick<ScheduleOptions, 'scheduleId' | 'spec' | 'policies' | 'action'>> & {
  paused: boolean;
};

export function schedulePlan(
  configuration: Configuration,
  scheduled: ScheduledStream,
  stream: StreamConfiguration,
): SchedulePlan {
  const plan = plans[scheduled.kind ?? 'export'](configuration, scheduled, stream);
  return {
    scheduleId: scheduleIdOf(scheduled),
    paused: plan.paused,
    spec: { intervals: [{ every: plan.every, offset: plan.offset }] },
    policies: {
      // Two runs of one stream would both start at the same mark.
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: plan.every,
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: plan.workflowType,
      workflowId: scheduleIdOf(scheduled),
      taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
      args: plan.args,
      staticSummary: plan.summary,
      staticDetails: plan.details,
      memo: { configuration: fingerprint(plan.args) },
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: scheduled.connection },
        { key: searchAttributes.stream, value: scheduled.stream },
      ],
    },
  };
}

/** Tells which settings a run was started with, without spelling them out. */
function fingerprint(settings: unknown): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}

type Planning = (
  configuration: Configuration,
  scheduled: ScheduledStream,
  stream: StreamConfiguration,
) => Plan;

const plans: Record<ScheduleKind, Planning> = {
  export: (_, { connection, stream: name }, stream) => {
    const args: Parameters<typeof exportStream> = [
      { connection, stream: name, settings: streamSettings(stream) },
    ];
    return {
      workflowType: 'exportStream',
      args,
      every: stream.every,
      offset: 0,
      paused: stream.paused,
      summary: `${connection}: ${name} into the warehouse`,
      details: [
        `Exports **${name}** of **${connection}** from the high-water mark to the nominal time less the safety lag.`,
        '',
        'The mark is the result of the last run. A failed run hands on how far it got, and the next begins there.',
      ].join('\n'),
    };
  },

  reconcile: (configuration, { connection, stream: name }, stream) => {
    const args: Parameters<typeof reconcileStream> = [
      {
        connection,
        stream: name,
        span: null,
        repair: stream.reconcile.repair,
        settings: streamSettings(stream, 3),
        reconcile: reconcileSettings(stream, configuration.alerts),
      },
    ];
    return {
      workflowType: 'reconcileStream',
      args,
      every: stream.reconcile.every,
      offset: stream.reconcile.offset,
      paused: stream.reconcile.paused,
      summary: `${connection}: ${name} compared with the source`,
      details:
        'Reads a trailing span again, compares it with the warehouse one by one and by counts, and ' +
        `${stream.reconcile.repair ? 'repairs what differs' : 'changes nothing'}.`,
    };
  },

  'audit-intervals': (_, { connection, stream: name }, stream) => {
    const args: Parameters<typeof auditIntervals> = [
      {
        connection,
        stream: name,
        span: null,
        repair: stream.audit.repair,
        everyMillis: stream.every,
        settings: streamSettings(stream, 3),
      },
    ];
    return {
      workflowType: 'auditIntervals',
      args,
      ...auditTimes(stream),
      summary: `${connection}: intervals of ${name} that never ran`,
      details:
        'Compares the intervals the schedule should have loaded with those the warehouse shows as loaded.',
    };
  },

  'audit-visibility': (_, { connection, stream: name }, stream) => {
    const { priority, outageTolerance } = streamSettings(stream, 3);
    const args: Parameters<typeof auditVisibility> = [
      { connection, stream: name, window: null, settings: { priority, outageTolerance } },
    ];
    return {
      workflowType: 'auditVisibility',
      args,
      ...auditTimes(stream),
      summary: `${connection}: what is hidden of ${name}`,
      details: 'Asks the source what it hides from the client, and tells when that has changed.',
    };
  },
};

const auditTimes = ({ audit }: StreamConfiguration) => ({
  every: audit.every,
  offset: audit.offset,
  paused: audit.paused,
});
