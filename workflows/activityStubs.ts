/** How workflows call activities: which queue, how long, how often, in which order. The only place that says so. */
import {
  ActivityCancellationType,
  proxyActivities,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { BudgetPriority } from '../activities/contracts.js';
import type { ApiActivities, LocalActivities, WarehouseActivities } from '../activities/index.js';
import { taskQueues } from './taskQueues.js';

/** Waits of 2 s to 1 min; an outage of up to the schedule-to-close time is waited out, then the run fails and resumes later. */
const retry: NonNullable<ActivityOptions['retry']> = {
  initialInterval: '2 seconds',
  backoffCoefficient: 2,
  maximumInterval: '1 minute',
};

/** How long conversations are waited for, in milliseconds. */
const enrichmentTolerance = 10 * 60_000;

/**
 * Activity stubs for a run of the given budget priority; called once at the begin of a workflow.
 * @param taskQueue base of the queues, where they are not those of the workflow itself
 */
export function activityStubs(
  priority: BudgetPriority,
  outageTolerance: number,
  taskQueue = workflowInfo().taskQueue,
) {
  const queues = taskQueues(taskQueue);
  const common = {
    retry,
    priority: { priorityKey: priority },
    scheduleToCloseTimeout: outageTolerance,
    // Left to itself the SDK does not wait (whatever its documentation says): pages of a workflow that was cancelled
    // would still come into staging, and batches into the warehouse, after it has ended and cleaned up.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  };
  return {
    api: proxyActivities<ApiActivities>({
      ...common,
      taskQueue: queues.api,
      startToCloseTimeout: '1 hour',
      heartbeatTimeout: '10 seconds',
    }),
    // Never tried again by itself: a submission whose answer was lost may have started a job.
    submission: proxyActivities<Pick<ApiActivities, 'submitJob'>>({
      ...common,
      retry: { maximumAttempts: 1 },
      taskQueue: queues.api,
      startToCloseTimeout: '5 minutes',
      heartbeatTimeout: '10 seconds',
    }),
    // What rows can do without: a few tries, then they are loaded without it.
    enrichment: proxyActivities<Pick<ApiActivities, 'fetchConversations'>>({
      ...common,
      scheduleToCloseTimeout: Math.min(outageTolerance, enrichmentTolerance),
      taskQueue: queues.api,
      startToCloseTimeout: '10 minutes',
      heartbeatTimeout: '10 seconds',
    }),
    local: proxyActivities<LocalActivities>({
      ...common,
      taskQueue: queues.workflows,
      startToCloseTimeout: '1 hour',
      heartbeatTimeout: '10 seconds',
    }),
    warehouse: proxyActivities<WarehouseActivities>({
      ...common,
      taskQueue: queues.warehouse,
      startToCloseTimeout: '2 hours',
      heartbeatTimeout: '15 seconds',
    }),
  };
}

export type ActivityStubs = ReturnType<typeof activityStubs>;
