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

export interface StreamWorkflow<W extends Workflow> {
  type: string;
  connection: string;
  stream: string;
  /** One that runs under this id already is joined instead of started again. */
  workflowId: string;
  summary: string;
  args: Parameters<W>;
}

export async function startStreamWorkflow<W extends Workflow>(
  { client }: Session,
  configuration: Configuration,
  { type, connection, stream, workflowId, summary, args }: StreamWorkflow<W>,
): Promise<WorkflowHandle<W>> {
  return client.workflow.start<Workflow>(type, {
    workflowId,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
    staticSummary: summary,
    typedSearchAttributes: [
      { key: searchAttributes.connection, value: connection },
      { key: searchAttributes.stream, value: stream },
    ],
    args,
  }) as Promise<WorkflowHandle<W>>;
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
      remedy: `See workflow ${workflowId}. What was loaded stays; the same command begins anew.`,
      cause: failure,
    });
  }
  const why = cause === undefined ? failure.message : whyFailed(cause);
  return new TidemarkError('UpstreamUnavailable', `${what} failed: ${why}${/[.!?]$/u.test(why) ? '' : '.'}`, {
    remedy: `See workflow ${workflowId}. ${remedy}`,
    cause: failure,
  });
}
