/**
 * The line in which the jobs of one tenant stand: one under way at a time, submissions apart by the pace, whatever
 * they are of. Pure; the state is plain JSON and each function but `nextStep` takes up one event. Times are
 * milliseconds.
 */
import type { ExtractionJob } from './extractionJob.js';
import type { ExtractionAnswer, ExtractionOutcome, ExtractionRequest } from './extractionRequest.js';
import {
  afterEnd,
  afterFailedQuestion,
  afterFailedSubmission,
  nextPause,
  noTries,
  type JobTries,
  type StepFailure,
  type Verdict,
} from './extractionTries.js';

export interface SubmittedJob {
  jobId: string;
  /** ISO 8601 UTC, by the vendor's clock. */
  submittedAt: string;
}

/** The request whose jobs are being run. */
export interface CurrentRequest {
  request: ExtractionRequest;
  /** The first of them is the one that is run. */
  left: ExtractionJob[];
  done: string[];
  requests: number;
  /** Nobody waits for it any more; a job under way is awaited still, as it keeps the line busy. */
  isWithdrawn: boolean;
  underWay: (SubmittedJob & { since: number; askAt: number; pause: number }) | null;
  tries: JobTries;
}

interface WaitingRequest {
  request: ExtractionRequest;
  arrival: number;
  /** When it was asked last. */
  askedAt: number;
}

export interface ExtractionQueue {
  arrivals: number;
  waiting: WaitingRequest[];
  current: CurrentRequest | null;
  lastSubmission: { at: number; between: number } | null;
  /** Until then a job of ours may be under way whose id nobody knows. */
  unseenUntil: number;
  answers: ExtractionAnswer[];
  /** The last answers, for who did not get theirs and asks again. */
  answered: ExtractionAnswer[];
}

export type Step =
  | { do: 'answer'; answer: ExtractionAnswer }
  | { do: 'submit'; request: ExtractionRequest; job: ExtractionJob }
  | { do: 'collect'; request: ExtractionRequest; job: ExtractionJob; submitted: SubmittedJob }
  | { do: 'wait'; until: number }
  /** Nothing waits, and whoever comes next need be told neither of the last submission nor of a job nobody knows. */
  | { do: 'end' };

/** Whoever waits asks again after so many pauses between two submissions. */
export const repeatAfter = 6;
/** Who was silent when it should have asked so often again has lost its worker, and lets all others pass. */
const silentAfter = 3;

/** Answers that are remembered: more than windows wait at once. */
const rememberedAnswers = 100;

export const emptyQueue = (): ExtractionQueue => ({
  arrivals: 0,
  waiting: [],
  current: null,
  lastSubmission: null,
  unseenUntil: 0,
  answers: [],
  answered: [],
});

/** What is to be done now. Takes the next request from the line when it may begin. */
export function nextStep(queue: ExtractionQueue, now: number): Step {
  const [answer] = queue.answers;
  if (answer !== undefined) return { do: 'answer', answer };
  if (queue.current?.isWithdrawn === true && queue.current.underWay === null) queue.current = null;
  if (queue.current === null) {
    const [next] = servedNext(queue, now);
    // The line that comes after this one would take what keeps the tenant busy for somebody else's.
    const until = Math.max(freeAt(queue, next), next === undefined ? queue.unseenUntil : 0);
    if (now < until) return { do: 'wait', until };
    if (next === undefined) return { do: 'end' };
    take(queue, next);
  }
  const { request, left, underWay } = currentOf(queue);
  const [job] = left;
  if (job === undefined) throw new RangeError(`request "${request.id}" has no job left`);
  if (underWay !== null) {
    const { jobId, submittedAt, askAt } = underWay;
    return now < askAt
      ? { do: 'wait', until: askAt }
      : { do: 'collect', request, job, submitted: { jobId, submittedAt } };
  }
  const until = freeAt(queue, request);
  return now < until ? { do: 'wait', until } : { do: 'submit', request, job };
}

/** A request that is known already only shows that it is waited for; one that was answered is answered again. */
export function enqueue(queue: ExtractionQueue, now: number, request: ExtractionRequest): void {
  const { id, pace } = request;
  if (queue.current?.request.id === id) return;
  const waiting = queue.waiting.find((each) => each.request.id === id);
  if (waiting !== undefined) {
    waiting.askedAt = now;
    return;
  }
  if (queue.answers.some((each) => each.id === id)) return;
  const answered = queue.answered.find((each) => each.id === id);
  if (answered !== undefined) {
    queue.answers.push(answered);
    return;
  }
  // The line that it stood in has vanished, perhaps right after a submission.
  if (request.again && (queue.current?.underWay ?? null) === null) {
    queue.lastSubmission ??= { at: now, between: pace.between };
    queue.unseenUntil = now + pace.patience;
  }
  queue.arrivals += 1;
  if (request.jobs.length === 0) reply(queue, request, { status: 'done', done: [], requests: 0 });
  else queue.waiting.push({ request, arrival: queue.arrivals, askedAt: now });
}

/** Nobody waits for the request any more. */
export function withdraw(queue: ExtractionQueue, id: string): void {
  queue.waiting = queue.waiting.filter(({ request }) => request.id !== id);
  if (queue.current?.request.id === id) queue.current.isWithdrawn = true;
}

export function submitted(
  queue: ExtractionQueue,
  now: number,
  { jobId, submittedAt, requests }: SubmittedJob & { requests: number },
): void {
  const current = currentOf(queue);
  const { between, poll } = current.request.pace;
  queue.lastSubmission = { at: now, between };
  // The line was free.
  queue.unseenUntil = 0;
  current.requests += requests;
  current.underWay = { jobId, submittedAt, since: now, askAt: now + poll, pause: poll };
  Object.assign(current.tries, { refused: 0, troubledSince: null });
}

/** Also where it is not known whether a job was started. */
export function submissionFailed(queue: ExtractionQueue, now: number, failure: StepFailure): void {
  const { request, tries } = currentOf(queue);
  const { unseenUntil } = queue;
  queue.lastSubmission = { at: now, between: request.pace.between };
  if (!failure.isFinal) queue.unseenUntil = now + request.pace.patience;
  const { outageTolerance } = request;
  settle(queue, afterFailedSubmission(tries, failure, { now, unseenUntil, outageTolerance }));
}

/** A job was asked for; its file is in staging where it has one. */
export function collected(
  queue: ExtractionQueue,
  now: number,
  job: { requests: number } & (
    | { status: 'running' }
    | { status: 'succeeded' }
    | { status: 'failed'; message: string }
    | { status: 'cancelled' }
    | { status: 'lost' }
  ),
): void {
  const current = currentOf(queue);
  const { underWay, request, left } = current;
  if (underWay === null) throw new RangeError(`request "${request.id}" has no job under way`);
  current.requests += job.requests;
  current.tries.refused = 0;
  if (job.status === 'running') {
    if (now - underWay.since >= request.pace.patience) {
      queue.unseenUntil = now + request.pace.patience;
      const minutes = Math.round((now - underWay.since) / 60_000);
      const message = `the job was still running after ${minutes} min`;
      settle(queue, afterEnd(current.tries, { status: 'failed', message }));
      return;
    }
    underWay.pause = nextPause(underWay.pause, request.pace);
    underWay.askAt = now + underWay.pause;
    return;
  }
  if (job.status !== 'succeeded') {
    settle(queue, afterEnd(current.tries, job));
    return;
  }
  current.underWay = null;
  current.tries = noTries();
  const finished = left.shift();
  if (finished !== undefined) current.done.push(finished.name);
  if (left.length === 0) conclude(queue, { status: 'done' });
}

/** A job could not be asked for, or its file not be read, however often it was tried. */
export function collectingFailed(queue: ExtractionQueue, now: number, failure: StepFailure): void {
  const { request, tries, underWay } = currentOf(queue);
  if (underWay === null) throw new RangeError(`request "${request.id}" has no job under way`);
  const verdict = afterFailedQuestion(tries, failure);
  if (verdict.verdict === 'anew') {
    // The pause that the vendor asks for may count for questions, too.
    underWay.askAt = now + request.pace.between;
    return;
  }
  queue.unseenUntil = now + request.pace.patience;
  settle(queue, verdict);
}

/** The first answer was sent. */
export function answerSent(queue: ExtractionQueue): void {
  const sent = queue.answers.shift();
  if (sent === undefined || queue.answered.some(({ id }) => id === sent.id)) return;
  queue.answered = [...queue.answered, sent].slice(-rememberedAnswers);
}

function settle(queue: ExtractionQueue, verdict: Verdict): void {
  const current = currentOf(queue);
  current.underWay = null;
  const [job] = current.left;
  if (verdict.verdict === 'anew' || job === undefined) return;
  const { message } = verdict;
  if (verdict.verdict === 'unmade') conclude(queue, { status: 'unmade', job, message });
  else conclude(queue, { status: 'failed', kind: verdict.kind, message });
}

type Ending = {
  [S in ExtractionOutcome['status']]: Omit<Extract<ExtractionOutcome, { status: S }>, 'done' | 'requests'>;
};

function conclude(queue: ExtractionQueue, ending: Ending[keyof Ending]): void {
  const { request, done, requests, isWithdrawn } = currentOf(queue);
  queue.current = null;
  if (!isWithdrawn) reply(queue, request, { ...ending, done, requests });
}

function reply(queue: ExtractionQueue, { id, replyTo }: ExtractionRequest, outcome: ExtractionOutcome): void {
  queue.answers.push({ id, replyTo, outcome });
}

/** Requests that wait, the next one first. */
export const servedNext = ({ waiting }: ExtractionQueue, now: number): ExtractionRequest[] =>
  [...waiting]
    .sort(
      (a, b) =>
        Number(isSilent(a, now)) - Number(isSilent(b, now)) ||
        a.request.priority - b.request.priority ||
        a.arrival - b.arrival,
    )
    .map(({ request }) => request);

/** Its steps would be done by workers that are not there, and all others would wait for them. */
const isSilent = ({ request, askedAt }: WaitingRequest, now: number): boolean =>
  now - askedAt > silentAfter * repeatAfter * request.pace.between;

function take(queue: ExtractionQueue, request: ExtractionRequest): void {
  queue.waiting = queue.waiting.filter((each) => each.request !== request);
  queue.current = {
    ...{ request, left: [...request.jobs], done: [], requests: 0 },
    ...{ isWithdrawn: false, underWay: null, tries: noTries() },
  };
}

/** When the next submission may be; the longer of both paces counts. */
function freeAt({ lastSubmission }: ExtractionQueue, request: ExtractionRequest | undefined): number {
  if (lastSubmission === null) return 0;
  return lastSubmission.at + Math.max(lastSubmission.between, request?.pace.between ?? 0);
}

function currentOf({ current }: ExtractionQueue): CurrentRequest {
  if (current === null) throw new RangeError('no request is being worked on');
  return current;
}
