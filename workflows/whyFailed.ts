/** Why a workflow or a part of it failed, for people. */
import {
  ActivityFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  rootCause,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import type { LastAttempt } from '../activities/lastAttempt.js';

/**
 * Of an activity that was tried until its time was over, what the last attempt that failed has said; of a workflow that
 * somebody ended, that it was, as its failure has no words for it.
 */
export function whyFailed(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const said = ofActivity(cause) ?? ofWorkflow(cause);
    if (said !== null) return said;
  }
  return rootCause(error) ?? String(error);
}

function ofActivity(error: Error): string | null {
  if (!(error instanceof ActivityFailure && error.cause instanceof TimeoutFailure)) return null;
  const { failed } = (error.cause.lastHeartbeatDetails ?? {}) as Partial<LastAttempt>;
  return `${error.activityType} did not succeed in time: ${failed ?? error.cause.message}`;
}

function ofWorkflow(error: Error): string | null {
  if (!(error instanceof ChildWorkflowFailure)) return null;
  const { cause, workflowType, execution } = error;
  if (cause instanceof CancelledFailure) return `${workflowType} ${execution.workflowId} was cancelled`;
  return cause instanceof TerminatedFailure ? `${workflowType} ${execution.workflowId} was terminated` : null;
}
