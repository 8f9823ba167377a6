/** State of one run of exportStream: how it begins, what it shows, and what it leaves to the next run. */
import {
  ApplicationFailure,
  ChildWorkflowFailure,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { BudgetPriority } from '../activities/contracts.js';
import type { JobPace } from '../model/extractionJob.js';
import { toIso, toMillis, type Interval } from '../model/interval.js';
import {
  decideStart,
  exportRunFailed,
  parseFailedRun,
  parseResumePoint,
  remembersMark,
  type ExportResult,
  type FailedRun,
  type ResumePoint,
} from '../model/mark.js';
import type { Control } from './control.js';
import { runDetails, type WindowLine } from './details.js';
import { loadWindowFailed } from './loadWindow.js';
import { nominalTime } from './nominalTime.js';
import { isOwnCancellation } from './ownCancellation.js';
import { searchAttributes } from './searchAttributes.js';
import { changedRows, noTotals, type Totals } from './totals.js';
import { whyFailed } from './whyFailed.js';

/** Settings of a stream as the configuration had them when the run was started; durations in milliseconds. */
export interface StreamSettings {
  /** Where the first run begins, ISO 8601 UTC. */
  startFrom: string;
  safetyLag: number;
  overlap: number;
  maxWindow: number;
  recordsPerWindow: number;
  pagesPerBatch: number;
  secondsPerBatch: number;
  /** A run stops after the window in which this much time has passed and leaves the rest to the next. */
  softDeadline: number;
  outageTolerance: number;
  priority: BudgetPriority;
  /** False: neither held back while pending, nor checked for drift. */
  holdsEvaluations: boolean;
  /** Load the conversations of each batch, too. */
  withConversations?: boolean;
  /** Records come as files that the vendor makes by jobs, at this pace. */
  jobs?: JobPace;
}

export interface ExportStreamInput {
  connection: string;
  stream: string;
  settings: StreamSettings;
  /** Explicit span; wins over the mark. */
  from?: string;
  to?: string;
  /** Where an earlier run of the explicit span stopped. */
  resume?: ResumePoint;
  /** State carried over continue-as-new. */
  carried?: { mark: string; end: string; totals: Totals; windows: number; from: string };
}

export interface ExportProgress {
  connection: string;
  stream: string;
  span: Interval;
  startReason: string;
  highWaterMark: string;
  windowsPlanned: number;
  windowsDone: number;
  /** The window being loaded and the workflow that loads it. */
  current: { window: Interval; workflowId: string; resumed: boolean } | null;
  totals: Totals;
}

export interface Run {
  input: ExportStreamInput;
  span: Interval;
  mark: string;
  startReason: string;
  warning: string | null;
  resume: ResumePoint | null;
  windowsBefore: number;
  planned: number;
  done: WindowLine[];
  drifted: ExportResult['drifted'];
  current: ExportProgress['current'];
  totals: Totals;
  control?: Control;
}

/** `audited`: what load_audit shows as loaded, where that was looked up. */
export function openRun(input: ExportStreamInput, audited: string | null): Run {
  const common = { input, planned: 0, done: [], drifted: [], current: null };
  if (input.carried !== undefined) {
    const { mark, end, totals, windows, from } = input.carried;
    return {
      ...common,
      span: { start: from, end },
      mark,
      startReason: 'continued as new',
      warning: null,
      resume: null,
      windowsBefore: windows,
      totals,
    };
  }
  const decision = decideStart({
    explicitStart: input.from ?? null,
    ...rememberedState(),
    audited,
    startFrom: input.settings.startFrom,
  });
  const end = input.to === undefined ? nominalTime() - input.settings.safetyLag : toMillis(input.to);
  return {
    ...common,
    span: { start: decision.start, end: toIso(Math.max(end, toMillis(decision.start))) },
    mark: decision.start,
    startReason: decision.reason,
    warning: decision.warning,
    resume: decision.resume ?? parseResumePoint(input.resume),
    windowsBefore: 0,
    totals: noTotals(),
  };
}

/** What earlier runs of the schedule left. */
function rememberedState(): { lastResult: unknown; lastFailureDetails: unknown } {
  const { lastResult, lastFailure } = workflowInfo();
  return {
    lastResult,
    lastFailureDetails:
      lastFailure instanceof ApplicationFailure && lastFailure.type === exportRunFailed
        ? lastFailure.details?.[0]
        : undefined,
  };
}

/** Whether the start has to be looked up in the audit: nothing says it and nothing is remembered. */
export function lacksMark(input: ExportStreamInput): boolean {
  const { lastResult, lastFailureDetails } = rememberedState();
  return (
    input.carried === undefined && input.from === undefined && !remembersMark(lastResult, lastFailureDetails)
  );
}

/** Whether the failure of an earlier run says where to go on: a run after it may have done so, and been cancelled then. */
export function remembersResume(input: ExportStreamInput): boolean {
  if (input.carried !== undefined || input.from !== undefined) return false;
  return (parseFailedRun(rememberedState().lastFailureDetails)?.resume ?? null) !== null;
}

export function report(run: Run): void {
  upsertSearchAttributes([
    { key: searchAttributes.highWaterMark, value: new Date(run.mark) },
    { key: searchAttributes.rows, value: changedRows(run.totals.rows) },
  ]);
  const { connection, stream } = run.input;
  setCurrentDetails(
    runDetails({
      connection,
      stream,
      span: run.span,
      startReason: run.startReason,
      highWaterMark: run.mark,
      windowsPlanned: run.planned,
      done: run.done,
      totals: run.totals,
      warnings: run.warning === null ? [] : [run.warning],
      pause: run.control?.state ?? null,
    }),
  );
}

export function progressOf(run: Run): ExportProgress {
  return {
    connection: run.input.connection,
    stream: run.input.stream,
    span: run.span,
    startReason: run.startReason,
    highWaterMark: run.mark,
    windowsPlanned: run.planned,
    windowsDone: run.windowsBefore + run.done.length,
    current: run.current,
    totals: run.totals,
  };
}

export function finish(run: Run): ExportResult {
  return {
    v: 1,
    connection: run.input.connection,
    stream: run.input.stream,
    highWaterMark: run.mark,
    from: run.span.start,
    to: run.span.end,
    windows: run.windowsBefore + run.done.length,
    ...run.totals,
    drifted: run.drifted,
    unsupported: [],
    notes: run.warning === null ? run.totals.notes : [run.warning, ...run.totals.notes],
  };
}

/** A failed run hands on how far it got; a cancelled one stays cancelled. */
export function toRunFailure(error: unknown, run: Run): unknown {
  if (isOwnCancellation(error)) return error;
  const details: FailedRun = {
    v: 1,
    highWaterMark: run.mark,
    resume: resumeAfter(error, run),
    totals: run.totals,
  };
  return ApplicationFailure.create({
    type: exportRunFailed,
    message: whyFailed(error),
    nonRetryable: true,
    details: [details],
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** A window that failed says where to go on. Any other failure leaves what the run before has left, if it is not used. */
function resumeAfter(error: unknown, run: Run): ResumePoint | null {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure && cause.type === loadWindowFailed)) return run.resume;
  return parseResumePoint(cause.details?.[0]);
}
