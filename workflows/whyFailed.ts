/** Why a workflow or a part of it failed, for people. */
import { ActivityFailure, rootCause, TimeoutFailure } from '@temporalio/common';
import type { LastAttempt } from '../activities/lastAttempt.js';

/** Of an activity that was tried until its time was over, what the last attempt that failed has said. */
export function whyFailed(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ActivityFailure && cause.cause instanceof TimeoutFailure)) continue;
    const { failed } = (cause.cause.lastHeartbeatDetails ?? {}) as Partial<LastAttempt>;
    return `${cause.activityType} did not succeed in time: ${failed ?? cause.cause.message}`;
  }
  return rootCause(error) ?? String(error);
}
