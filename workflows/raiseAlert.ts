import { isCancellation, log, workflowInfo } from '@temporalio/workflow';
import type { Alert } from '../model/alert.js';
import type { ActivityStubs } from './activityStubs.js';

/** Milliseconds in which an alert must be delivered. */
export const deliveryTime = 10 * 60_000;

/**
 * Tells people, under this workflow's name. An alert that cannot be sent does not undo what was found: resolves with
 * false, and the activity's failure stays in the history.
 */
export async function raiseAlert(
  { local }: Pick<ActivityStubs, 'local'>,
  alert: Omit<Alert, 'v' | 'at' | 'workflowId' | 'runId'>,
): Promise<boolean> {
  const { workflowId, runId } = workflowInfo();
  try {
    await local.sendAlert.executeWithOptions(
      { summary: `${alert.severity}: ${alert.kind}`, scheduleToCloseTimeout: deliveryTime },
      [{ v: 1, ...alert, at: new Date().toISOString(), workflowId, runId }],
    );
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('The alert could not be sent', { error: String(error) });
    return false;
  }
}
