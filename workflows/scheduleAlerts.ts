/** Tells people when the runs of a schedule begin to fail, and when they complete again; of the runs between nobody. */
import { defaultPayloadConverter, TemporalFailure } from '@temporalio/common';
import {
  CancellationScope,
  workflowInfo,
  type ContinueAsNewInput,
  type Next,
  type WorkflowExecuteInput,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptorsFactory,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { toIso } from '../model/interval.js';
import { activityStubs } from './activityStubs.js';
import { nominalTime, scheduledBy } from './nominalTime.js';
import { isOwnCancellation } from './ownCancellation.js';
import { deliveryTime, raiseAlert } from './raiseAlert.js';
import { searchAttributes } from './searchAttributes.js';
import { whyFailed } from './whyFailed.js';

/** Of a run that was continued: Temporal tells only the first of them what became of the one before. */
const failedBeforeHeader = 'tidemark-failed-before';

/** Loaded by workers around each workflow. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const alerts = new ScheduleAlerts();
  return { inbound: [alerts], outbound: [alerts] };
};

class ScheduleAlerts implements WorkflowInboundCallsInterceptor, WorkflowOutboundCallsInterceptor {
  #failedBefore = false;

  async execute(
    input: WorkflowExecuteInput,
    next: Next<WorkflowInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const schedule = scheduledBy();
    if (schedule === null) return next(input);
    this.#failedBefore =
      workflowInfo().lastFailure !== undefined || input.headers[failedBeforeHeader] !== undefined;
    try {
      const result = await next(input);
      if (this.#failedBefore) await tell(schedule, null);
      return result;
    } catch (error) {
      const hasFailed = error instanceof TemporalFailure && !isOwnCancellation(error);
      if (hasFailed && !this.#failedBefore) await tell(schedule, whyFailed(error));
      throw error;
    }
  }

  async continueAsNew(
    input: ContinueAsNewInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'continueAsNew'>,
  ): Promise<never> {
    if (!this.#failedBefore) return next(input);
    const carried = { [failedBeforeHeader]: defaultPayloadConverter.toPayload(true) };
    return next({ ...input, headers: { ...input.headers, ...carried } });
  }
}

/**
 * Also when the run is being cancelled meanwhile: what it has to hand on must not be lost by that.
 * @param failure null: the run is complete
 */
async function tell(schedule: string, failure: string | null): Promise<void> {
  const { typedSearchAttributes } = workflowInfo();
  await CancellationScope.nonCancellable(async () =>
    raiseAlert(activityStubs(1, deliveryTime), {
      kind: 'runs',
      severity: failure === null ? 'info' : 'error',
      connection: typedSearchAttributes.get(searchAttributes.connection) ?? '',
      stream: typedSearchAttributes.get(searchAttributes.stream) ?? null,
      summary: `Runs of the schedule ${schedule} ${failure === null ? 'complete again.' : `fail: ${failure}`}`,
      details: { schedule, scheduledFor: toIso(nominalTime()), failure },
    }),
  );
}
