/** What comes before the first batch of a window whose records come as files: its jobs, and pages made of the files. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { halvesOf, type ExtractionJob, type JobPace } from '../model/extractionJob.js';
import type { ExtractionOutcome, ExtractionRequest } from '../model/extractionRequest.js';
import type { ActivityStubs } from './activityStubs.js';
import {
  extractedSignal,
  extractionLineId,
  requestJobsSignal,
  withdrawJobsSignal,
} from './extractionLine.js';
import type { LoadWindowInput } from './loadWindow.js';
import { runExtractionJobs } from './runExtractionJobs.js';

/** A window that hears nothing asks again after so many pauses between two submissions. */
const repeatAfter = 6;

/**
 * Brings the files of a window into its staging directory, as far as they are not there, and shapes them into pages.
 * Resolves with the requests that were made for them, and what is to be said of the window as a whole.
 */
export async function extractFiles(
  { api, local }: ActivityStubs,
  input: LoadWindowInput & { jobs: JobPace },
  directory: string,
  entering: (step: string) => void,
): Promise<{ requests: number; notes: string[] }> {
  const { connection, stream, window, priority } = input;
  entering('jobs');
  const planned = await api.planJobs.executeWithOptions({ summary: 'files still to be brought' }, [
    { connection, stream, window, directory, priority },
  ]);
  const requests = planned.jobs.length > 0 ? await bringFiles(input, directory, planned) : 0;
  entering('shape');
  const shaped = await local.shapeExtract.executeWithOptions({ summary: 'files to pages' }, [
    { connection, stream, directory },
  ]);
  return { requests: planned.requests + requests, notes: shaped.notes };
}

/** A file that the vendor cannot make is asked for by halves of its days. */
async function bringFiles(
  { connection, stream, priority, jobs: pace, outageTolerance }: LoadWindowInput & { jobs: JobPace },
  directory: string,
  { tenant, jobs }: { tenant: string; jobs: ExtractionJob[] },
): Promise<number> {
  const { workflowId, runId, taskQueue } = workflowInfo();
  const outcomes = new Map<string, ExtractionOutcome>();
  setHandler(extractedSignal, ({ id, outcome }) => void outcomes.set(id, outcome), {
    description: 'What came of the jobs that this window asked for',
  });
  let requests = 0;
  let left = jobs;
  for (let number = 1; left.length > 0; number++) {
    const outcome = await answerTo(outcomes, tenant, {
      ...{ id: `${runId}/${number}`, replyTo: workflowId, taskQueue, connection, stream, directory },
      ...{ priority, pace },
      ...{ jobs: left, outageTolerance, again: false },
    });
    requests += outcome.requests;
    left = left.filter(({ name }) => !outcome.done.includes(name));
    if (outcome.status === 'failed') throw failed(outcome.kind, outcome.message);
    if (outcome.status === 'unmade') {
      const { job, message } = outcome;
      const halves = halvesOf(job);
      if (halves === null) {
        const what = `${job.entity} of ${job.startDate}`;
        throw failed('UpstreamUnavailable', `The vendor could not make the file of ${what}: ${message}`);
      }
      left = left.flatMap((each) => (each.name === job.name ? halves : [each]));
    }
  }
  return requests;
}

const failed = (type: string, message: string) =>
  ApplicationFailure.create({ type, message, nonRetryable: true });

/**
 * Asks the line of the tenant, starts it where it does not run, and asks again as long as there is no answer: a line
 * that somebody has ended is begun anew.
 */
async function answerTo(
  outcomes: ReadonlyMap<string, ExtractionOutcome>,
  tenant: string,
  request: ExtractionRequest,
): Promise<ExtractionOutcome> {
  const line = getExternalWorkflowHandle(extractionLineId(tenant));
  try {
    for (let again = false; ; again = true) {
      await ask(tenant, { ...request, again });
      await condition(() => outcomes.has(request.id), repeatAfter * request.pace.between);
      const outcome = outcomes.get(request.id);
      if (outcome !== undefined) return outcome;
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(async () => line.signal(withdrawJobsSignal, request.id)).catch(
        (lost: unknown) => log.info('The line of jobs has ended', { error: String(lost) }),
      );
    }
    throw error;
  }
}

async function ask(tenant: string, request: ExtractionRequest): Promise<void> {
  const workflowId = extractionLineId(tenant);
  for (;;) {
    try {
      await getExternalWorkflowHandle(workflowId).signal(requestJobsSignal, request);
      return;
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.info('The line of jobs is begun', { tenant, reason: String(error) });
    }
    try {
      await startChild(runExtractionJobs, {
        workflowId,
        staticSummary: `extraction jobs of tenant ${tenant}`,
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
        args: [{ tenant, request }],
      });
      return;
    } catch (error) {
      // Someone else was first: that one can be asked.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
