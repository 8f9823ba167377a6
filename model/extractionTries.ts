/** How often a job is tried before its request is given up. Pure. */
import type { JobPace } from './extractionJob.js';

/** What has gone wrong with one job so far. */
export interface JobTries {
  failed: number;
  cancelled: number;
  lost: number;
  /** Refusals in a row, of submissions or of questions about the job that was submitted. */
  refused: number;
  /** Since when no submission has got through; milliseconds, null while they do. */
  troubledSince: number | null;
}

export const noTries = (): JobTries => ({
  failed: 0,
  cancelled: 0,
  lost: 0,
  refused: 0,
  troubledSince: null,
});

/** Why a step could not be done. */
export interface StepFailure {
  /** Kind of the error; null where nothing is known but that it failed, as when a worker dies. */
  kind: string | null;
  /** Trying again is of no use. */
  isFinal: boolean;
  message: string;
}

/** A job may be submitted anew so often after it has ended in this way. */
const anew = { failed: 2, cancelled: 1, lost: 3 };
/** The vendor refuses alike who comes too early and who may not come at all. */
const anewWhenRefused = 3;

/** What is to be done about a job that did not bring its file. */
export type Verdict =
  | { verdict: 'anew' }
  | { verdict: 'unmade'; message: string }
  | { verdict: 'fail'; kind: string; message: string };

const again: Verdict = { verdict: 'anew' };

/**
 * After a submission that failed. A refusal counts only where no job of ours can be what keeps the line busy.
 * @param now milliseconds, as are the times of `tries` and `unseenUntil`
 */
export function afterFailedSubmission(
  tries: JobTries,
  failure: StepFailure,
  { now, unseenUntil, outageTolerance }: { now: number; unseenUntil: number; outageTolerance: number },
): Verdict {
  const kind = failure.kind ?? 'UpstreamUnavailable';
  if (failure.kind === 'Forbidden') {
    return now < unseenUntil ? again : afterRefusal(tries, 'submissions', failure);
  }
  tries.troubledSince ??= now;
  const isOver = failure.isFinal || now - tries.troubledSince >= outageTolerance;
  return isOver ? { verdict: 'fail', kind, message: failure.message } : again;
}

/** After a submitted job could not be asked for, or its file not be read; anew means to ask again. */
export const afterFailedQuestion = (tries: JobTries, failure: StepFailure): Verdict =>
  failure.kind === 'Forbidden'
    ? afterRefusal(tries, 'questions about a job', failure)
    : { verdict: 'fail', kind: failure.kind ?? 'UpstreamUnavailable', message: failure.message };

function afterRefusal(tries: JobTries, refused: string, { message }: StepFailure): Verdict {
  tries.refused += 1;
  if (tries.refused <= anewWhenRefused) return again;
  return {
    verdict: 'fail',
    kind: 'Forbidden',
    message:
      `${tries.refused} ${refused} in a row were refused: the permission is missing, or something else keeps ` +
      `the tenant's line of jobs busy. ${message}`,
  };
}

/** After a job that ended without a file, or was given up. */
export function afterEnd(
  tries: JobTries,
  end: { status: 'failed'; message: string } | { status: 'cancelled' | 'lost' },
): Verdict {
  tries[end.status] += 1;
  if (tries[end.status] <= anew[end.status]) return again;
  if (end.status === 'failed') return { verdict: 'unmade', message: end.message };
  const message =
    end.status === 'cancelled'
      ? `The vendor has cancelled the job ${tries.cancelled} times.`
      : `The vendor has lost the job ${tries.lost} times before its file could be read.`;
  return { verdict: 'fail', kind: 'UpstreamUnavailable', message };
}

/** Pauses between two questions rise to so many times the first. */
const slowest = 3;

/** How long until a running job is asked for again, milliseconds. */
export const nextPause = (pause: number, { poll }: JobPace): number =>
  Math.min(slowest * poll, Math.round(pause * 1.5));
