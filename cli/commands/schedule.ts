import { Option, type Command } from 'commander';
import type { Client } from '@temporalio/client';
import type { Configuration } from '../../workers/configuration.js';
import { TidemarkError } from '../../model/errors.js';
import {
  findLeftSchedule,
  leftSchedules,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  syncSchedules,
  triggerSchedule,
  type ConfiguredSchedule,
  type ScheduleOverview,
} from '../../workers/schedules.js';
import {
  mainKind,
  scheduleKinds,
  schedulePlans,
  type ScheduledStream,
  type ScheduleKind,
} from '../../workers/schedulePlans.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson, writeNote } from '../output.js';
import { openSession, type Session } from '../session.js';

interface Options {
  config: string;
  json?: boolean;
  of?: ScheduleKind;
}

export function addScheduleCommand(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('Schedules of the streams on the Temporal cluster');

  schedule
    .command('sync')
    .description('Create and update the schedules of the configured streams, and name those left of others')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: Options) => {
      await onCluster(options, async ({ client, target }, configuration) => {
        const synced = await syncSchedules(client, configuration);
        const left = await leftSchedules(client, configuration);
        const all = [...synced, ...left.map(({ scheduleId }) => ({ scheduleId, action: 'left' as const }))];
        if (options.json) writeJson(all);
        else for (const { scheduleId, action } of all) write(`${action} ${scheduleId}`);
        noteLeft(left, target);
      });
    });

  schedule
    .command('list')
    .description('Schedules with their last and next runs')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: Options) => {
      await onCluster(options, async ({ client, target }, configuration) => {
        const configured = await listSchedules(client, configuration);
        const left = await leftSchedules(client, configuration);
        const all = [
          ...configured.map((each) => ({ ...each, configured: true })),
          ...left.map((each) => ({ ...each, configured: false, missing: false })),
        ];
        if (options.json) writeJson(all);
        else write(humanList(all));
        if (configured.some(({ missing }) => missing)) {
          writeNote(
            'In the configuration, and missing on the cluster: "tidemark schedule sync" creates them.',
          );
        }
        noteLeft(left, target);
      });
    });

  const actions = [
    {
      name: 'trigger',
      description: 'Start a run now; skipped when one is under way',
      act: async (client: Client, scheduled: ScheduledStream) => {
        const underWay = await triggerSchedule(client, scheduled);
        return underWay === null ? 'triggered' : `skipped, as ${underWay} is under way:`;
      },
    },
    {
      name: 'pause',
      description: 'Start no more runs; the mark is kept',
      act: async (client: Client, scheduled: ScheduledStream) => {
        await pauseSchedule(client, scheduled, 'paused by tidemark schedule pause');
        return 'paused';
      },
    },
    {
      name: 'resume',
      description: 'Start runs again',
      act: async (client: Client, scheduled: ScheduledStream) => {
        await resumeSchedule(client, scheduled, 'resumed by tidemark schedule resume');
        return 'resumed';
      },
    },
  ];
  for (const { name, description, act } of actions) {
    schedule
      .command(name)
      .description(description)
      .argument('<connection>', 'connection of the configuration')
      .argument('<stream>', 'stream of the connection')
      .addOption(new Option('--of <kind>', 'which of its schedules').choices(scheduleKinds))
      .addOption(configOption())
      .action(async (connection: string, stream: string, options: Options) => {
        await onCluster(options, async ({ client }, configuration) => {
          const kind = options.of ?? mainKind(stream);
          const scheduled = { connection, stream, kind };
          const left = await findLeftSchedule(client, configuration, scheduled);
          if (left === null) checkConfigured(configuration, scheduled);
          const done = await act(client, scheduled);
          write(`${done} ${kind} of ${connection} ${stream}`);
        });
      });
  }
}

/** @throws TidemarkError InvalidConfig naming what the stream is scheduled for, or what is configured at all */
function checkConfigured(
  configuration: Configuration,
  { connection, stream, kind }: Required<ScheduledStream>,
): void {
  const configured = schedulePlans(configuration, { connection, stream }).map((plan) => plan.kind);
  if (configured.includes(kind)) return;
  throw new TidemarkError('InvalidConfig', `Stream "${stream}" has no schedule "${kind}".`, {
    remedy: `Its schedules: ${configured.join(', ')}.`,
  });
}

type ListedSchedule = ConfiguredSchedule & { configured: boolean };

function humanList(schedules: readonly ListedSchedule[]): string {
  return renderTable(
    ['schedule', 'state', 'last run', 'next run'],
    schedules.map((each) => [
      each.scheduleId,
      stateOf(each),
      each.lastRuns.at(-1)?.scheduledAt ?? '',
      each.nextRuns[0] ?? '',
    ]),
  );
}

function stateOf({ configured, missing, paused, note }: ListedSchedule): string {
  if (missing) return 'missing';
  return `${configured ? '' : 'not configured, '}${paused ? `paused ${note}`.trim() : 'active'}`;
}

/** Only people can tell whether a stream is gone for good: a mark that is deleted does not come back by a sync. */
function noteLeft(left: readonly ScheduleOverview[], { address, namespace }: Session['target']): void {
  if (left.length === 0) return;
  writeNote('On the cluster, and not in the configuration; unless paused, they go on starting runs:');
  for (const { scheduleId } of left) {
    writeNote(
      `  temporal schedule delete --address ${address} --namespace ${namespace} --schedule-id ${scheduleId}`,
    );
  }
  writeNote('These delete them with the marks that they remember; "tidemark schedule pause" keeps both.');
}

async function onCluster(
  options: Options,
  work: (session: Session, configuration: Configuration) => Promise<void>,
): Promise<void> {
  const configuration = await readConfiguration(options.config);
  const session = await openSession(configuration, { work: false });
  try {
    await work(session, configuration);
  } finally {
    await session.close();
  }
}
