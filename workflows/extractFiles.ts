/** What comes before the first batch of a window whose records come as files: its jobs, and pages made of the files. */
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
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
import { repeatAfter } from '../model/extractionQueue.js';
import type { ExtractionOutcome, ExtractionRequest } from '../model/extractionRequest.js';
import type { ActivityStubs } from './activityStubs.js';
import {
  extractedSignal,
  extractionLineId,
  heardSignal,
  requestJobsSignal,
  withdrawJobsSignal,
} from './extractionLine.js';
import type { LoadWindowInput } from './loadWindow.js';
import { runExtractionJobs } from './runExtractionJobs.js';

/** How long the last question to a line that is silent is waited on, milliseconds. */
const lastWait = 10_000;

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
  const notes: string[] = [];
  const requests = planned.jobs.length > 0 ? await bringFiles(input, directory, planned, notes) : 0;
  entering('shape');
  const shaped = await local.shapeExtract.executeWithOptions({ summary: 'files to pages' }, [
    { connection, stream, directory },
  ]);
  return { requests: planned.requests + requests, notes: [...notes, ...shaped.notes] };
}

/** A file that the vendor cannot make is asked for by halves of its days. */
async function bringFiles(
  { connection, stream, priority, jobs: pace, outageTolerance }: LoadWindowInput & { jobs: JobPace },
  directory: string,
  { tenant, jobs }: { tenant: string; jobs: ExtractionJob[] },
  notes: string[],
): Promise<number> {
  const { workflowId, runId, taskQueue } = workflowInfo();
  const told: Told = { outcomes: new Map(), heard: new Set() };
  setHandler(extractedSignal, ({ id, outcome }) => void told.outcomes.set(id, outcome), {
    description: 'What came of the jobs that this window asked for',
  });
  setHandler(heardSignal, (id) => void told.heard.add(id), {
    description: 'The line of jobs is there, and the request waits in it. Argument: the id of the request',
  });
  let requests = 0;
  let left = jobs;
  for (let number = 1; left.length > 0; number++) {
    const request = {
      ...{ id: `${runId}/${number}`, replyTo: workflowId, taskQueue, connection, stream, directory },
      ...{ priority, pace },
      ...{ jobs: left, outageTolerance, again: false },
    };
    const outcome = await answerTo(told, tenant, request, notes);
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

/** What the line has said, by the ids of requests. */
interface Told {
  outcomes: Map<string, ExtractionOutcome>;
  heard: Set<string>;
}

/**
 * Asks the line of the tenant, starts it where it does not run, and asks again as long as there is no answer: a line
 * that somebody has ended is begun anew. So is one that is silent, which no length of the line explains: its worker is
 * gone, perhaps that of another installation, and nothing that stands in it gets on.
 */
async function answerTo(
  { outcomes, heard }: Told,
  tenant: string,
  request: ExtractionRequest,
  notes: string[],
): Promise<ExtractionOutcome> {
  const { id, outageTolerance, pace } = request;
  try {
    // What was waited and not what the clock says: a worker that was asleep is no silent line.
    let silent = 0;
    for (let again = false; ; again = true) {
      heard.delete(id);
      await ask(tenant, { ...request, again });
      const isLast = silent >= outageTolerance;
      const wait = isLast ? lastWait : repeatAfter * pace.between;
      await condition(() => outcomes.has(id) || (isLast && heard.has(id)), wait);
      const outcome = outcomes.get(id);
      if (outcome !== undefined) return outcome;
      // What is asked for the first time is not acknowledged.
      if (!again || heard.has(id)) silent = 0;
      else if (!isLast) silent += wait;
      else {
        notes.push(await takeOver(tenant, { ...request, again: true }));
        silent = 0;
      }
    }
  } catch (error) {
    if (isCancellation(error)) {
      const line = getExternalWorkflowHandle(extractionLineId(tenant));
      await CancellationScope.nonCancellable(async () => line.signal(withdrawJobsSignal, id)).catch(
        (lost: unknown) => log.info('The line of jobs has ended', { error: String(lost) }),
      );
    }
    throw error;
  }
}

async function ask(tenant: string, request: ExtractionRequest): Promise<void> {
  for (;;) {
    try {
      await getExternalWorkflowHandle(extractionLineId(tenant)).signal(requestJobsSignal, request);
      return;
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.info('The line of jobs is begun', { tenant, reason: String(error) });
    }
    try {
      await begin(tenant, request);
      return;
    } catch (error) {
      // Someone else was first: that one can be asked.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}

/**
 * Begins a line of our own in place of one that is silent. Whoever stood in that one asks again, and what it may have
 * submitted is allowed for, as where somebody has ended it. Resolves with what people are told of it.
 */
async function takeOver(tenant: string, request: ExtractionRequest): Promise<string> {
  await begin(tenant, request, WorkflowIdReusePolicy.TERMINATE_IF_RUNNING);
  const minutes = Math.round(request.outageTolerance / 60_000);
  const note =
    `The line of jobs ${extractionLineId(tenant)} answered nobody for ${minutes} min and was begun anew on task ` +
    `queue ${request.taskQueue}: look whether workers of another task queue, which shares the tenant, are gone.`;
  log.warn(note);
  return note;
}

async function begin(
  tenant: string,
  request: ExtractionRequest,
  workflowIdReusePolicy?: WorkflowIdReusePolicy,
): Promise<void> {
  await startChild(runExtractionJobs, {
    workflowId: extractionLineId(tenant),
    staticSummary: `extraction jobs of tenant ${tenant}`,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    cancellationType: ChildWorkflowCancellationType.ABANDON,
    ...(workflowIdReusePolicy === undefined ? {} : { workflowIdReusePolicy }),
    args: [{ tenant, request }],
  });
}
