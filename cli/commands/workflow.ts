import type { Command } from 'commander';
import { QueryNotRegisteredError, type WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { TidemarkError } from '../../model/errors.js';
import { controlQuery, pauseSignal, resumeSignal, type ControlState } from '../../workflows/control.js';
import type * as workflows from '../../workflows/index.js';
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
      await checkPausable(handle);
      await (note === undefined ? handle.signal(pauseSignal) : handle.signal(pauseSignal, note));
      return 'paused';
    },
  ).option('--note <text>', 'why, and until when, for others');
  action('resume', 'Go on after a pause', async (handle) => {
    await checkPausable(handle);
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
  action('state', 'Whether it runs or is paused, since when and why', stateOf);
}

async function stateOf(handle: WorkflowHandle): Promise<string> {
  // One that has ended still answers queries, as if it went on.
  const { status } = await handle.describe();
  if (status.name !== 'RUNNING') return status.name.toLowerCase().replaceAll('_', ' ');
  const state = await controlState(handle);
  if (state === null || !state.paused) return 'running';
  return `paused since ${state.since ?? '?'}${state.note === null ? '' : ` (${state.note})`}`;
}

/** Null where it cannot be paused, or has not come to the place yet from where it can. */
async function controlState(handle: WorkflowHandle): Promise<ControlState | null> {
  try {
    return await handle.query(controlQuery);
  } catch (error) {
    if (error instanceof QueryNotRegisteredError) return null;
    throw error;
  }
}

/** By type, as a workflow that has just begun takes the signal though it knows no such query yet, and so it is without a worker. */
const pausable = {
  exportStream: true,
  loadWindow: true,
  backfillStream: true,
  reextractForm: true,
  reconcileStream: true,
  decideQuarantine: true,
  auditIntervals: true,
  auditVisibility: false,
  runExtractionJobs: false,
  watchMetrics: false,
} satisfies Record<keyof typeof workflows, boolean>;

/** A cluster takes any signal, also one that the workflow has no use for. */
async function checkPausable(handle: WorkflowHandle): Promise<void> {
  const { type } = await handle.describe();
  if (Object.entries(pausable).some(([name, can]) => can && name === type)) return;
  throw new TidemarkError(
    'InvalidConfig',
    `The workflow "${handle.workflowId}" (${type}) can be neither paused nor resumed.`,
    { remedy: 'Pause a schedule, or by its workflow id an export, a backfill or what else loads windows.' },
  );
}

function notRunning(workflowId: string, cause: unknown): TidemarkError {
  return new TidemarkError('InvalidConfig', `No workflow "${workflowId}" is running.`, {
    remedy: 'Take the id from the Temporal UI or "temporal workflow list".',
    cause,
  });
}
