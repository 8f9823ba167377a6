import type { SignalDefinition } from '@temporalio/common';
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import {
  answerSent,
  collected,
  collectingFailed,
  emptyQueue,
  enqueue,
  nextStep,
  servedNext,
  submissionFailed,
  submitted,
  withdraw,
  type ExtractionQueue,
  type Step,
} from '../model/extractionQueue.js';
import type { ExtractionRequest } from '../model/extractionRequest.js';
import type { StepFailure } from '../model/extractionTries.js';
import { toIso } from '../model/interval.js';
import { activityStubs } from './activityStubs.js';
import {
  extractedSignal,
  heardSignal,
  jobsQuery,
  requestJobsSignal,
  withdrawJobsSignal,
  type ExtractionLine,
} from './extractionLine.js';
import { whyFailed } from './whyFailed.js';

export interface RunExtractionJobsInput {
  tenant: string;
  /** What it is started for. */
  request?: ExtractionRequest;
  /** State carried over continue-as-new. */
  carried?: ExtractionQueue;
}

/** So many steps are done by one run; its history stays short enough to be replayed quickly. */
const stepsPerRun = 100;

/**
 * Runs the extraction jobs of a tenant, whichever connection and stream they are for: the vendor allows one at a time
 * and asks for a pause between two. Ends when nobody waits and whoever comes next may submit at once
 * and need not know of a job whose id got lost.
 */
export async function runExtractionJobs({ tenant, request, carried }: RunExtractionJobsInput): Promise<void> {
  const queue = carried ?? emptyQueue();
  let changes = 0;
  const show = () => setCurrentDetails(detailsOf(lineOf(tenant, queue)));
  const take = (asked: ExtractionRequest) => {
    enqueue(queue, Date.now(), asked);
    changes += 1;
    show();
  };
  if (request !== undefined) take(request);
  setHandler(
    requestJobsSignal,
    async (asked) => {
      take(asked);
      // At once and not as a step: a job may be waited for meanwhile.
      if (asked.again) await tell(asked.replyTo, heardSignal, asked.id);
    },
    { description: 'Jobs that a window needs; asking twice changes nothing' },
  );
  setHandler(
    withdrawJobsSignal,
    (id) => {
      withdraw(queue, id);
      changes += 1;
      show();
    },
    { description: 'Nobody waits for these jobs any more. Argument: the id of the request' },
  );
  setHandler(jobsQuery, () => lineOf(tenant, queue), {
    description: 'The job under way, who waits in which order, and the last submission',
  });
  for (let steps = 0; steps < stepsPerRun; steps++) {
    const step = nextStep(queue, Date.now());
    if (step.do === 'end') {
      if (allHandlersFinished()) return;
      await condition(allHandlersFinished);
    } else if (step.do === 'wait') {
      const before = changes;
      await condition(() => changes !== before, step.until - Date.now());
    } else await perform(queue, step);
    show();
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof runExtractionJobs>({ tenant, carried: queue });
}

async function perform(
  queue: ExtractionQueue,
  step: Exclude<Step, { do: 'wait' } | { do: 'end' }>,
): Promise<void> {
  if (step.do === 'answer') {
    const { id, replyTo, outcome } = step.answer;
    await tell(replyTo, extractedSignal, { id, outcome });
    answerSent(queue);
    return;
  }
  const { request, job } = step;
  const { connection, stream, directory, priority, outageTolerance, taskQueue } = request;
  const { api, submission } = activityStubs(priority, outageTolerance, taskQueue);
  if (step.do === 'submit') {
    const summary = `${connection}: ${job.name}`;
    await attempt(
      async () =>
        submission.submitJob.executeWithOptions({ summary }, [{ connection, stream, job, priority }]),
      (started) => submitted(queue, Date.now(), started),
      (failure) => submissionFailed(queue, Date.now(), failure),
    );
    return;
  }
  await attempt(
    async () =>
      api.collectJob.executeWithOptions({ summary: `${connection}: ${job.name}` }, [
        { ...{ connection, stream, job, directory, priority }, ...step.submitted },
      ]),
    (found) => collected(queue, Date.now(), found),
    (failure) => collectingFailed(queue, Date.now(), failure),
  );
}

async function tell<T>(replyTo: string, signal: SignalDefinition<[T]>, said: T): Promise<void> {
  try {
    await getExternalWorkflowHandle(replyTo).signal(signal, said);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // It is gone, or will ask again.
    log.info('The answer found nobody', { replyTo, error: String(error) });
  }
}

async function attempt<T>(
  work: () => Promise<T>,
  done: (result: T) => void,
  failed: (failure: StepFailure) => void,
): Promise<void> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = failureOf(error);
    log.warn('An extraction job could not be advanced', { ...failure });
    failed(failure);
    return;
  }
  done(result);
}

function failureOf(error: unknown): StepFailure {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) {
      return { kind: cause.type ?? null, isFinal: cause.nonRetryable === true, message: cause.message };
    }
  }
  return { kind: null, isFinal: false, message: whyFailed(error) };
}

function lineOf(tenant: string, queue: ExtractionQueue): ExtractionLine {
  const { current, lastSubmission } = queue;
  return {
    tenant,
    underWay:
      current === null
        ? null
        : {
            connection: current.request.connection,
            stream: current.request.stream,
            job: current.left[0]?.name ?? '',
            jobId: current.underWay?.jobId ?? null,
            since: current.underWay === null ? null : toIso(current.underWay.since),
          },
    waiting: servedNext(queue, Date.now()).map(({ connection, stream, priority, jobs }) => ({
      ...{ connection, stream, priority },
      jobs: jobs.map(({ name }) => name),
    })),
    lastSubmission: lastSubmission === null ? null : toIso(lastSubmission.at),
  };
}

function detailsOf({ tenant, underWay, waiting, lastSubmission }: ExtractionLine): string {
  return [
    `### Extraction jobs of tenant ${tenant}`,
    `**Under way** ${
      underWay === null
        ? 'none'
        : `${underWay.job} for ${underWay.connection} / ${underWay.stream}, ` +
          (underWay.since === null ? 'to be submitted' : `since ${underWay.since} (job ${underWay.jobId})`)
    }  `,
    `**Last submission** ${lastSubmission ?? 'none yet'}`,
    '',
    '| waiting | priority | jobs |',
    '|---|---:|---|',
    ...waiting.map(
      ({ connection, stream, priority, jobs }) =>
        `| ${connection} / ${stream} | ${priority} | ${jobs.join(', ')} |`,
    ),
  ].join('\n');
}
