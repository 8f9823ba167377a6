import type { Command } from 'commander';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { TidemarkError } from '../../model/errors.js';
import { controlQuery, pauseSignal, resumeSignal, type ControlState } from '../../workflows/control.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { write, writeJson } from '../output.js';
import { openSession } from '../session.js';

interface Options {
  config: string;
  json?: boolean;
  note?: string;
}

export function addWorkflowCommand(program: Command): void {
  const workflow = program
    .command('workflow')
    .description('Steer a running export, backfill, re-extraction or reconciliation by its workflow id');

  const action = (
    name: string,
    description: string,
    act: (handle: WorkflowHandle, options: Options) => Promise<string>,
  ) =>
    workflow
      .command(name)
      .description(description)
      .argument('<workflow-id>', 'as the Temporal UI shows it')
      .addOption(configOption())
      .addOption(jsonOption())
      .action(async (workflowId: string, options: Options) => {
        const configuration = await readConfiguration(options.config);
        const session = await openSession(configuration, { work: false });
        try {
          const handle = session.client.workflow.getHandle(workflowId);
          const done = await act(handle, options).catch((error: unknown) => {
            throw error instanceof WorkflowNotFoundError ? notRunning(workflowId, error) : error;
          });
          if (options.json) writeJson({ workflowId, done });
          else write(`${done} ${workflowId}`);
        } finally {
          await session.close();
        }
      });

  action(
    'pause',
    'Stop before the next batch, window or interval; what runs is finished',
    async (handle, { note }) => {
      await (note === undefined ? handle.signal(pauseSignal) : handle.signal(pauseSignal, note));
      return 'paused';
    },
  ).option('--note <text>', 'why, and until when, for others');
  action('resume', 'Go on after a pause', async (handle) => {
    await handle.signal(resumeSignal);
    return 'resumed';
  });
  action(
    'cancel',
    'End it; what was loaded stays, and a schedule goes on from the same mark',
    async (handle) => {
      await handle.cancel();
      return 'cancelled';
    },
  );
  action('state', 'Whether it is paused, since when and why', async (handle) => {
    const state: ControlState = await handle.query(controlQuery);
    if (!state.paused) return 'running';
    return `paused since ${state.since ?? '?'}${state.note === null ? '' : ` (${state.note})`}`;
  });
}

function notRunning(workflowId: string, cause: unknown): TidemarkError {
  return new TidemarkError('InvalidConfig', `No workflow "${workflowId}" is running.`, {
    remedy: 'Take the id from the Temporal UI or "temporal workflow list".',
    cause,
  });
}
