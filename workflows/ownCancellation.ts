import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Whether a workflow ends with this because it is cancelled itself: where only a part of it was, that part has failed. */
export function isOwnCancellation(error: unknown): boolean {
  return isCancellation(error) && CancellationScope.current().consideredCancelled;
}
