/**
 * The high-water mark of a stream, as it travels from run to run through Temporal's remembered results.
 * Everything here is read back from state that an older version of Tidemark may have written, so each reader
 * checks what it gets and calls an unknown shape absent instead of trusting it.
 */
import { toIso, toMillis, type Interval } from './interval.js';

/** Where a failed window can go on: the first batch that was not committed, and its staged pages. */
export interface ResumePoint {
  window: Interval;
  /** Staging directory of the window's attempt; pages found there are not requested again. */
  directory: string;
  /** Number of the first batch that was not committed, from 1. */
  batch: number;
  /** Where that batch begins; null for the begin of the window. */
  cursor: { readonly [key: string]: string | number | boolean | null } | null;
}

/** What every run of exportStream returns; version 1 of the remembered state. */
export interface ExportResult {
  v: 1;
  connection: string;
  stream: string;
  /** Exclusive end of what is loaded without a gap, ISO 8601 UTC. */
  highWaterMark: string;
  /** The run's span, ISO 8601 UTC. */
  from: string;
  to: string;
  windows: number;
  batches: number;
  pages: number;
  requests: number;
  redacted: number;
  gone: number;
  /** Evaluations held back, because their scores were still being calculated; the next run reads them again. */
  deferred: number;
  quarantined: number;
  /** Form versions that had changed since rows were made with them, and how many evaluations were read again. */
  drifted: { formId: string; evaluations: number; changed: number }[];
  /** Committed changes by table. */
  rows: Record<string, { staged: number; inserted: number; updated: number; softDeleted: number }>;
  /** Batches that went on from pages which an earlier, interrupted attempt had staged. */
  resumptions: { windowStart: string; batch: number; page: number }[];
  /** Streams or parts that the source cannot deliver, with the reason. */
  unsupported: string[];
  /** What a reader should know, as sentences. */
  notes: string[];
}

/** Details of the failure a run ends with: how far it got in spite of it. */
export interface FailedRun {
  v: 1;
  /** Null when nothing was loaded and no mark was known. */
  highWaterMark: string | null;
  resume: ResumePoint | null;
  /** What was committed before the failure, for people and machines that read the failure. */
  totals?: Pick<
    ExportResult,
    'rows' | 'requests' | 'redacted' | 'gone' | 'deferred' | 'quarantined' | 'notes'
  >;
}

/** Type of the ApplicationFailure that carries a FailedRun. */
export const exportRunFailed = 'ExportRunFailed';

/** Whether runs before have left a mark that can be used. */
export function remembersMark(lastResult: unknown, lastFailureDetails: unknown): boolean {
  return (
    parseMark(lastResult) !== null || (parseFailedRun(lastFailureDetails)?.highWaterMark ?? null) !== null
  );
}

export interface StartDecision {
  start: string;
  resume: ResumePoint | null;
  /** How the start was found, for the log and the run's details. */
  reason: string;
  /** Something in the remembered state could not be used and a person should know. */
  warning: string | null;
}

/**
 * Decides where a run begins: an explicit start wins; else the newest of the marks that the last success and the
 * last failure left; else what the warehouse's audit shows as loaded; else the configured begin of the stream.
 * Remembered state never leads to before that begin.
 */
export function decideStart(known: {
  explicitStart: string | null;
  lastResult: unknown;
  lastFailureDetails: unknown;
  /** How far load_audit shows the stream as loaded; looked up only when no mark is remembered, or a point to resume at. */
  audited: string | null;
  startFrom: string;
}): StartDecision {
  if (known.explicitStart !== null) {
    return {
      start: canonical(known.explicitStart),
      resume: null,
      reason: 'start given explicitly',
      warning: null,
    };
  }
  const success = parseMark(known.lastResult);
  const failure = parseFailedRun(known.lastFailureDetails);
  const warnings: string[] = [];
  if (known.lastResult !== undefined && success === null) {
    warnings.push('the result of the last run has an unknown shape and was not used');
  }
  if (known.lastFailureDetails !== undefined && failure === null) {
    warnings.push('the failure of the last run has an unknown shape and was not used');
  }
  const startFrom = canonical(known.startFrom);
  const failureMark = failure?.highWaterMark ?? null;
  const followsFailure =
    failure !== null &&
    (success === null || (failureMark !== null && toMillis(failureMark) >= toMillis(success)));
  const remembered = followsFailure ? failureMark : success;
  const mark = remembered ?? known.audited;
  if (remembered === null && mark !== null) {
    warnings.push(`the schedule remembered no mark; load_audit shows everything before ${mark} as loaded`);
  }
  if (mark !== null && toMillis(mark) < toMillis(startFrom)) {
    warnings.push(`the mark ${mark} lies before startFrom, so what is between them is not read`);
  }
  const start = mark === null || toMillis(mark) < toMillis(startFrom) ? startFrom : mark;
  const resume = followsFailure ? resumable(failure.resume, start, known) : null;
  let reason = followsFailure ? 'mark of the failed run before' : 'mark of the last run';
  if (remembered === null && mark !== null) reason = 'mark found in load_audit';
  if (start !== mark) reason = resume === null ? 'startFrom of the configuration' : 'first run failed before';
  return { start, resume, reason, warning: warnings.length > 0 ? warnings.join('; ') : null };
}

/**
 * Only a window that begins at or before the start and ends after it: any other would leave a gap or move the mark back.
 * Nor one that was loaded since, by a run that was cancelled later and so left nothing: its pages are gone, and its
 * batches are in the warehouse under their ids.
 */
function resumable(
  resume: ResumePoint | null,
  start: string,
  { startFrom, audited }: { startFrom: string; audited: string | null },
): ResumePoint | null {
  if (resume === null) return null;
  const [begin, end] = [toMillis(resume.window.start), toMillis(resume.window.end)];
  const fits = begin >= toMillis(startFrom) && begin <= toMillis(start) && end > toMillis(start);
  const isLoaded = audited !== null && toMillis(audited) >= end;
  return fits && !isLoaded ? resume : null;
}

/** The mark in a remembered result; null when it is not one. */
export function parseMark(value: unknown): string | null {
  if (!isObject(value) || value['v'] !== 1) return null;
  return instant(value['highWaterMark']);
}

/** The state in the details of a failed run; null when it is not one. */
export function parseFailedRun(value: unknown): FailedRun | null {
  if (!isObject(value) || value['v'] !== 1) return null;
  const mark = value['highWaterMark'];
  const highWaterMark = mark === null ? null : instant(mark);
  if (mark !== null && highWaterMark === null) return null;
  return { v: 1, highWaterMark, resume: parseResumePoint(value['resume']) };
}

/** A resume point from untrusted state; null when anything about it is off, which only costs repeated work. */
export function parseResumePoint(value: unknown): ResumePoint | null {
  if (!isObject(value)) return null;
  const { window, directory, batch, cursor } = value;
  if (!isObject(window)) return null;
  const start = instant(window['start']);
  const end = instant(window['end']);
  if (start === null || end === null || typeof directory !== 'string' || directory === '') return null;
  if (typeof batch !== 'number' || !Number.isInteger(batch) || batch < 1) return null;
  if (cursor !== null && !isCursor(cursor)) return null;
  return { window: { start, end }, directory, batch, cursor };
}

function isCursor(value: unknown): value is { readonly [key: string]: string | number | boolean | null } {
  return (
    isObject(value) &&
    Object.values(value).every(
      (part) => part === null || ['string', 'number', 'boolean'].includes(typeof part),
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function instant(value: unknown): string | null {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return null;
  return canonical(value);
}

function canonical(iso: string): string {
  return toIso(toMillis(iso));
}
