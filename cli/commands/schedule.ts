import { Option, type Command } from 'commander';
import type { Client } from '@temporalio/client';
import type { Configuration } from '../../workers/configuration.js';
import { TidemarkError } from '../../model/errors.js';
import {
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  syncSchedules,
  triggerSchedule,
} from '../../workers/schedules.js';
import {
  mainKind,
  scheduleKinds,
  schedulePlans,
  type ScheduledStream,
  type ScheduleKind,
} from '../../workers/schedulePlans.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { renderTable, write, writeJson } from '../output.js';
import { openSession } from '../session.js';

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
    .description('Create and update the schedules of the configured streams; their marks are kept')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: Options) => {
      await onCluster(options, async (client, configuration) => {
        const synced = await syncSchedules(client, configuration);
        if (options.json) writeJson(synced);
        else for (const { scheduleId, action } of synced) write(`${action} ${scheduleId}`);
      });
    });

  schedule
    .command('list')
    .description('Schedules with their last and next runs')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: Options) => {
      await onCluster(options, async (client, configuration) => {
        const overviews = await listSchedules(client, configuration);
        if (options.json) return writeJson(overviews);
        write(
          renderTable(
            ['schedule', 'state', 'last run', 'next run'],
            overviews.map((each) => [
              each.scheduleId,
              each.paused ? `paused ${each.note}`.trim() : 'active',
              each.lastRuns.at(-1)?.scheduledAt ?? '',
              each.nextRuns[0] ?? '',
            ]),
          ),
        );
      });
    });

  const actions = [
    {
      name: 'trigger',
      description: 'Start a run now; skipped when one is under way',
      act: triggerSchedule,
      done: 'triggered',
    },
    {
      name: 'pause',
      description: 'Start no more runs; the mark is kept',
      act: async (client: Client, scheduled: ScheduledStream) =>
        pauseSchedule(client, scheduled, 'paused by tidemark schedule pause'),
      done: 'paused',
    },
    {
      name: 'resume',
      description: 'Start runs again',
      act: async (client: Client, scheduled: ScheduledStream) =>
        resumeSchedule(client, scheduled, 'resumed by tidemark schedule resume'),
      done: 'resumed',
    },
  ];
  for (const { name, description, act, done } of actions) {
    schedule
      .command(name)
      .description(description)
      .argument('<connection>', 'connection of the configuration')
      .argument('<stream>', 'stream of the connection')
      .addOption(new Option('--of <kind>', 'which of its schedules').choices(scheduleKinds))
      .addOption(configOption())
      .action(async (connection: string, stream: string, options: Options) => {
        await onCluster(options, async (client, configuration) => {
          const configured = schedulePlans(configuration, { connection, stream }).map(({ kind }) => kind);
          const kind = options.of ?? mainKind(stream);
          if (!configured.includes(kind)) {
            throw new TidemarkError('InvalidConfig', `Stream "${stream}" has no schedule "${kind}".`, {
              remedy: `Its schedules: ${configured.join(', ')}.`,
            });
          }
          await act(client, { connection, stream, kind });
          write(`${done} ${kind} of ${connection} ${stream}`);
        });
      });
  }
}

async function onCluster(
  options: Options,
  work: (client: Client, configuration: Configuration) => Promise<void>,
): Promise<void> {
  const configuration = await readConfiguration(options.config);
  const session = await openSession(configuration, { work: false });
  try {
    await work(session.client, configuration);
  } finally {
    await session.close();
  }
}
