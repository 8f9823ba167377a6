/** Starting a workflow about one stream, and waiting for it, as several commands do. */
import {
  WorkflowFailedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  type WorkflowHandle,
} from '@temporalio/client';
import { CancelledFailure, TerminatedFailure, type Workflow } from '@temporalio/common';
import { TidemarkError } from '../model/errors.js';
import type { Configuration } from '../workers/configuration.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { taskQueues } from '../workflows/taskQueues.js';
import { whyFailed } from '../workflows/whyFailed.js';
import type { Session } from './session.js';

/** Options of a start by their names, as people write them. */
export type StartOptions = Readonly<Record<string, string>>;

export interface StreamWorkflow<W extends Workflow> {
  type: string;
  connection: string;
  stream: string;
  /** One that runs under this id already is joined instead of started again. */
  workflowId: string;
  summary: string;
  /** What it is started with, for those who would join it; kept in its memo. */
  startedWith?: StartOptions;
  /** What one that is joined must have been started with; by default the same. */
  joinedWith?: StartOptions;
  args: Parameters<W>;
}

/** Starts a workflow, or joins it. @throws TidemarkError InvalidConfig where one to be joined was started with other options */
export async function startStreamWorkflow<W extends Workflow>(
  { client }: Session,
  configuration: Configuration,
  wanted: StreamWorkflow<W>,
): Promise<WorkflowHandle<W>> {
  const { type, connection, stream, workflowId, summary, startedWith, args } = wanted;
  const handle = (await client.workflow.start<Workflow>(type, {
    workflowId,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
    staticSummary: summary,
    typedSearchAttributes: [
      { key: searchAttributes.connection, value: connection },
      { key: searchAttributes.stream, value: stream },
    ],
    ...(startedWith === undefined ? {} : { memo: { [memoKey]: startedWith } }),
    args,
  })) as WorkflowHandle<W>;
  await checkJoined(handle, wanted.joinedWith ?? startedWith ?? {});
  return handle;
}

const memoKey = 'startedWith';

/** The server takes a start under the id of a running workflow, and drops what it was to be started with. */
async function checkJoined(handle: WorkflowHandle, wanted: StartOptions): Promise<void> {
  if (Object.keys(wanted).length === 0) return;
  const { memo } = await handle.describe();
  // Absent from one of before it was kept.
  const running = (memo?.[memoKey] ?? {}) as StartOptions;
  const differing = Object.entries(wanted).filter(([name, value]) => (running[name] ?? value) !== value);
  if (differing.length === 0) return;
  const told = differing.map(([name, value]) => `${name} ${running[name]} instead of ${value}`);
  throw new TidemarkError(
    'InvalidConfig',
    `Workflow ${handle.workflowId} is under way with other options: ${told.join(', ')}.`,
    {
      remedy: `Join it with its own, wait for its end, or end it with "tidemark workflow cancel ${handle.workflowId}".`,
    },
  );
}

/** The result of a workflow; its failure as an error that says what to do. */
export async function resultOf<W extends Workflow>(
  handle: WorkflowHandle<W>,
  remedy: string,
): Promise<Awaited<ReturnType<W>>> {
  try {
    return (await handle.result()) as Awaited<ReturnType<W>>;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw endedError('It', handle.workflowId, error, remedy);
  }
}

/** What became of a workflow that has no result. @param what its subject, for people @param remedy where it failed */
export function endedError(
  what: string,
  workflowId: string,
  failure: WorkflowFailedError,
  remedy: string,
): TidemarkError {
  const { cause } = failure;
  if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure) {
    const how = cause instanceof CancelledFailure ? 'cancelled' : 'terminated';
    return new TidemarkError('UpstreamUnavailable', `${what} was ${how}.`, {
      remedy: `See workflow ${workflowId}. What was loaded stays; the same command completes it.`,
      cause: failure,
    });
  }
  const why = cause === undefined ? failure.message : whyFailed(cause);
  return new TidemarkError('UpstreamUnavailable', `${what} failed: ${why}${/[.!?]$/u.test(why) ? '' : '.'}`, {
    remedy: `See workflow ${workflowId}. ${remedy}`,
    cause: failure,
  });
}
