/** What is scheduled for a stream: its export, its reconciliation, its audits; for metrics their polls. */
import { createHash } from 'node:crypto';
import { ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import type { auditIntervals } from '../workflows/auditIntervals.js';
import type { auditVisibility } from '../workflows/auditVisibility.js';
import type { exportStream } from '../workflows/exportStream.js';
import type { reconcileStream } from '../workflows/reconcileStream.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { taskQueues } from '../workflows/taskQueues.js';
import type { watchMetrics } from '../workflows/watchMetrics.js';
import type { Configuration } from './configuration.js';
import { metricsOf, streamOf } from './connections.js';
import type { StreamConfiguration } from './streamConfiguration.js';
import { intervalOf, metricsSettings, reconcileSettings, streamSettings } from './streamSettings.js';

export const scheduleKinds = [
  'export',
  'watch-metrics',
  'reconcile',
  'audit-intervals',
  'audit-visibility',
] as const;
export type ScheduleKind = (typeof scheduleKinds)[number];

export interface ConfiguredStream {
  connection: string;
  stream: string;
}

export interface ScheduledStream extends ConfiguredStream {
  /** What the stream is scheduled for in the first place when it is left out. */
  kind?: ScheduleKind;
}

/** What a stream is scheduled for in the first place. */
export const mainKind = (stream: string): ScheduleKind => (stream === 'metrics' ? 'watch-metrics' : 'export');

export const scheduleIdOf = ({ connection, stream, kind = mainKind(stream) }: ScheduledStream) =>
  `${kind}/${connection}/${stream}`;

/** All streams that the configuration names. */
export function configuredStreams(configuration: Configuration): ConfiguredStream[] {
  return Object.entries(configuration.connections).flatMap(([connection, { streams }]) =>
    Object.keys(streams).map((stream) => ({ connection, stream })),
  );
}

interface Plan {
  kind: ScheduleKind;
  workflowType: string;
  args: unknown[];
  spec: ScheduleOptions['spec'];
  catchupWindow: number;
  paused: boolean;
  summary: string;
  details: string;
}

export type SchedulePlan = Required<ScheduledStream> &
  Required<Pick<ScheduleOptions, 'scheduleId' | 'spec' | 'policies' | 'action'>> & { paused: boolean };

/** The schedules of a stream, the one that brings its data first. */
export function schedulePlans(configuration: Configuration, stream: ConfiguredStream): SchedulePlan[] {
  return plansOf(configuration, stream).map((plan) => {
    const scheduled = { ...stream, kind: plan.kind };
    return {
      ...scheduled,
      scheduleId: scheduleIdOf(scheduled),
      paused: plan.paused,
      spec: plan.spec,
      policies: {
        // Two runs of one stream would both start at the same mark.
        overlap: ScheduleOverlapPolicy.SKIP,
        catchupWindow: plan.catchupWindow,
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
          { key: searchAttributes.connection, value: stream.connection },
          { key: searchAttributes.stream, value: stream.stream },
        ],
      },
    };
  });
}

/** Tells which settings a run was started with, without spelling them out. */
function fingerprint(settings: unknown): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}

function plansOf(configuration: Configuration, named: ConfiguredStream): Plan[] {
  if (named.stream === 'metrics') return [watchPlan(configuration, named)];
  const stream = streamOf(configuration, named.connection, named.stream);
  return [
    exportPlan(named, stream),
    ...reconcilePlans(configuration, named, stream),
    intervalAuditPlan(named, stream),
    ...visibilityAuditPlans(named, stream),
  ];
}

/** Every so often since 1970 UTC, and what was missed for no longer than that is made up for. */
const repeated = (every: number, offset = 0) => ({
  spec: { intervals: [{ every, offset }] },
  catchupWindow: every,
});

function exportTimes(stream: StreamConfiguration): Pick<Plan, 'spec' | 'catchupWindow'> {
  if (stream.daily === undefined) return repeated(stream.every);
  const [hour = 0, minute = 0] = stream.daily.at.split(':').map(Number);
  return {
    spec: { calendars: [{ hour, minute }], timezone: stream.daily.timeZone },
    catchupWindow: intervalOf(stream),
  };
}

function exportPlan({ connection, stream: name }: ConfiguredStream, stream: StreamConfiguration): Plan {
  const args: Parameters<typeof exportStream> = [
    { connection, stream: name, settings: streamSettings(stream) },
  ];
  return {
    kind: 'export',
    workflowType: 'exportStream',
    args,
    ...exportTimes(stream),
    paused: stream.paused,
    summary: `${connection}: ${name} into the warehouse`,
    details: [
      `Exports **${name}** of **${connection}** from the high-water mark to the nominal time less the safety lag.`,
      '',
      'The mark is the result of the last run. A failed run hands on how far it got, and the next begins there.',
    ].join('\n'),
  };
}

function watchPlan(configuration: Configuration, { connection, stream }: ConfiguredStream): Plan {
  const metrics = metricsOf(configuration, connection);
  const args: Parameters<typeof watchMetrics> = [{ connection, settings: metricsSettings(metrics) }];
  return {
    kind: 'watch-metrics',
    workflowType: 'watchMetrics',
    args,
    ...repeated(metrics.every),
    paused: metrics.paused,
    summary: `${connection}: ${stream} of the business day`,
    details:
      `Reads the scores of **${connection}** from the beginning of the business day in ${metrics.timeZone} until now, ` +
      'and keeps those that have changed.',
  };
}

function reconcilePlans(
  configuration: Configuration,
  { connection, stream: name }: ConfiguredStream,
  { reconcile, ...stream }: StreamConfiguration,
): Plan[] {
  if (reconcile === undefined) return [];
  const args: Parameters<typeof reconcileStream> = [
    {
      connection,
      stream: name,
      span: null,
      repair: reconcile.repair,
      settings: streamSettings({ ...stream, reconcile }, 3),
      reconcile: reconcileSettings({ ...stream, reconcile }, configuration.alerts),
    },
  ];
  return [
    {
      kind: 'reconcile',
      workflowType: 'reconcileStream',
      args,
      ...repeated(reconcile.every, reconcile.offset),
      paused: reconcile.paused,
      summary: `${connection}: ${name} compared with the source`,
      details:
        'Reads a trailing span again, compares it with the warehouse one by one and by counts, and ' +
        `${reconcile.repair ? 'repairs what differs' : 'changes nothing'}.`,
    },
  ];
}

function intervalAuditPlan(
  { connection, stream: name }: ConfiguredStream,
  stream: StreamConfiguration,
): Plan {
  const args: Parameters<typeof auditIntervals> = [
    {
      connection,
      stream: name,
      span: null,
      repair: stream.audit.repair,
      everyMillis: intervalOf(stream),
      settings: streamSettings(stream, 3),
    },
  ];
  return {
    kind: 'audit-intervals',
    workflowType: 'auditIntervals',
    args,
    ...auditTimes(stream),
    summary: `${connection}: intervals of ${name} that never ran`,
    details:
      'Compares the intervals the schedule should have loaded with those the warehouse shows as loaded.',
  };
}

function visibilityAuditPlans(
  { connection, stream: name }: ConfiguredStream,
  stream: StreamConfiguration,
): Plan[] {
  if (!stream.auditsVisibility) return [];
  const { priority, outageTolerance } = streamSettings(stream, 3);
  const args: Parameters<typeof auditVisibility> = [
    { connection, stream: name, window: null, settings: { priority, outageTolerance } },
  ];
  return [
    {
      kind: 'audit-visibility',
      workflowType: 'auditVisibility',
      args,
      ...auditTimes(stream),
      summary: `${connection}: what is hidden of ${name}`,
      details: 'Asks the source what it hides from the client, and tells when that has changed.',
    },
  ];
}

const auditTimes = ({ audit }: StreamConfiguration) => ({
  ...repeated(audit.every, audit.offset),
  paused: audit.paused,
});
