import {
  continueAsNew,
  defineQuery,
  isCancellation,
  log,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { isEmpty, toMillis, type Interval } from '../model/interval.js';
import type { ExportResult } from '../model/mark.js';
import { withOverlap } from '../model/windows.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { allEnded } from './allEnded.js';
import { controllable } from './control.js';
import { hiddenDivisionNotes } from './details.js';
import {
  finish,
  lacksMark,
  openRun,
  progressOf,
  remembersResume,
  report,
  toRunFailure,
  type ExportProgress,
  type ExportStreamInput,
  type Run,
} from './exportRun.js';
import { rereadDrifted, takeUpDeferred } from './settleEarlier.js';
import type { LoadWindowInput } from './loadWindow.js';
import { loadWindowAsChild } from './windowChild.js';
import { recordEnd } from './recordEnd.js';
import { alertOfQuarantine } from './quarantineAlert.js';
import { searchAttributes } from './searchAttributes.js';
import { discardShared, sharedDirectory } from './sharedDirectory.js';
import { addTotals } from './totals.js';
import { underWayQuery } from './underWay.js';

export const exportProgressQuery = defineQuery<ExportProgress>('progress');

/**
 * One run of a stream: from the high-water mark to the nominal time less the safety lag, window by window. The mark
 * advances when a window is committed and is the window's end, never a date seen in rows. It travels to the next run
 * in this workflow's result, or in the details of its failure.
 */
export async function exportStream(input: ExportStreamInput): Promise<ExportResult> {
  const activities = activityStubs(input.settings.priority, input.settings.outageTolerance);
  // As far as is known before the warehouse has been asked.
  let { start } = openRun(input, null).span;
  setHandler(underWayQuery, () => [{ start, end: input.to ?? null }], {
    description: 'The span of this run; of one by a schedule without an end',
  });
  const run = openRun(input, await auditedMark(activities, input));
  start = run.span.start;
  run.control = controllable(
    () => (run.current === null ? [] : [run.current.workflowId]),
    () => report(run),
  );
  setHandler(exportProgressQuery, () => progressOf(run), {
    description: 'Span, high-water mark, windows done and planned, and totals of this run',
  });
  upsertSearchAttributes([
    { key: searchAttributes.intervalStart, value: new Date(run.span.start) },
    { key: searchAttributes.highWaterMark, value: new Date(run.mark) },
  ]);
  if (run.warning !== null) log.warn(`Remembered state: ${run.warning}`, { start: run.span.start });
  if (isEmpty(run.span)) return finish(run);

  const { holdsEvaluations } = input.settings;
  let ended: 'complete' | 'soft deadline' | 'history full';
  try {
    if (input.carried === undefined && holdsEvaluations) await takeUpDeferred(activities, run);
    ended = await loadWindows(input, run);
    if (ended !== 'history full' && holdsEvaluations) await rereadDrifted(activities, run);
    if (ended === 'soft deadline') {
      run.totals.notes.push(`Stopped at the soft deadline; the next run goes on at ${run.mark}.`);
    }
    if (ended === 'history full') {
      await discardShared(activities, input);
      // The run that follows knows nothing of a pause.
      await run.control.pausePoint();
    } else await recordEnd(activities, run);
  } catch (error) {
    await recordEnd(activities, run, error);
    throw toRunFailure(error, run);
  }
  if (ended === 'history full') {
    await continueAsNew<typeof exportStream>({
      ...input,
      carried: {
        mark: run.mark,
        end: run.span.end,
        totals: run.totals,
        windows: run.windowsBefore + run.done.length,
        from: run.span.start,
      },
    });
  }
  await alertOfQuarantine(activities, run);
  return finish(run);
}

/**
 * A schedule that was made anew remembers nothing, and one whose last run was cancelled remembers the failure before it:
 * the warehouse knows what it was given.
 */
async function auditedMark({ warehouse }: ActivityStubs, input: ExportStreamInput): Promise<string | null> {
  const isNeeded = lacksMark(input);
  if (!isNeeded && !remembersResume(input)) return null;
  const { connection, stream, settings } = input;
  const options = {
    summary: 'mark from load_audit',
    ...(isNeeded ? {} : { scheduleToCloseTimeout: '1 minute' as const }),
  };
  try {
    const recalled = await warehouse.recallMark.executeWithOptions(options, [
      { connection, stream, startFrom: settings.startFrom },
    ]);
    return recalled.loadedThrough;
  } catch (error) {
    if (isNeeded || isCancellation(error)) throw error;
    // A point to resume at is seldom used up: a warehouse that does not answer now must not cost it.
    return null;
  }
}

async function loadWindows(
  input: ExportStreamInput,
  run: Run,
): Promise<'complete' | 'soft deadline' | 'history full'> {
  const [directory, planned] = await allEnded([readDirectory(input), planWindows(input, run)]);
  run.totals.requests += planned.requests + (directory?.requests ?? 0);
  run.totals.notes.push(...hiddenDivisionNotes(directory));
  run.planned = run.windowsBefore + planned.windows.length;
  report(run);

  for (const [index, window] of planned.windows.entries()) {
    await run.control?.pausePoint();
    const first = index === 0;
    await loadNext(input, run, {
      window,
      resume: first ? run.resume : null,
      directory: first ? (directory?.object ?? null) : null,
    });
    if (index + 1 === planned.windows.length) break;
    if (Date.now() - workflowInfo().runStartTime.getTime() > input.settings.softDeadline)
      return 'soft deadline';
    if (workflowInfo().continueAsNewSuggested) return 'history full';
  }
  return 'complete';
}

/** Once for each run: a run that continues as new has it already. */
async function readDirectory(input: ExportStreamInput) {
  if (input.carried !== undefined) return null;
  const { api } = activityStubs(input.settings.priority, input.settings.outageTolerance);
  return api.extractDirectory.executeWithOptions({ summary: 'users, queues and divisions' }, [
    {
      connection: input.connection,
      stream: input.stream,
      runDirectory: sharedDirectory(input),
      priority: input.settings.priority,
    },
  ]);
}

/** A resumed window comes first and as it was; the rest is planned, by the source's count where it pays. */
async function planWindows(
  input: ExportStreamInput,
  run: Run,
): Promise<{ windows: Interval[]; requests: number }> {
  const { settings, connection } = input;
  const resumed = run.resume === null ? [] : [run.resume.window];
  const rest = remainingSpan(input, run);
  if (isEmpty(rest)) return { windows: resumed, requests: 0 };
  const oneDay = 86_400_000;
  if (toMillis(rest.end) - toMillis(rest.start) <= Math.min(oneDay, settings.maxWindow)) {
    return { windows: [...resumed, rest], requests: 0 };
  }
  const { api } = activityStubs(settings.priority, settings.outageTolerance);
  const planned = await api.planWindows.executeWithOptions({ summary: `${rest.start} to ${rest.end}` }, [
    {
      connection,
      stream: input.stream,
      span: rest,
      maxWindowMillis: settings.maxWindow,
      recordsPerWindow: settings.recordsPerWindow,
      priority: settings.priority,
    },
  ]);
  return { windows: [...resumed, ...planned.windows], requests: planned.requests };
}

/**
 * What is left of the span after a resumed window. Only a run that follows a mark reads an overlap before it again,
 * for what the source indexed late; an explicit span is read as it was asked for.
 */
function remainingSpan(input: ExportStreamInput, run: Run): Interval {
  if (input.carried !== undefined) return { start: run.mark, end: run.span.end };
  // The lists of a resumed window were read when it was tried first: what was indexed after that is in the overlap, too.
  const rest = run.resume === null ? run.span : { start: run.resume.window.end, end: run.span.end };
  if (input.from !== undefined || isEmpty(rest)) return rest;
  return withOverlap(rest, input.settings.overlap, input.settings.startFrom);
}

async function loadNext(
  input: ExportStreamInput,
  run: Run,
  next: Pick<LoadWindowInput, 'window' | 'resume' | 'directory'>,
): Promise<void> {
  const { settings, connection, stream } = input;
  const workflowId = `${workflowInfo().workflowId}/window-${next.window.start}`;
  run.current = { window: next.window, workflowId, resumed: next.resume !== null };
  const totals = await loadWindowAsChild(workflowId, settings, { connection, stream, ...next });
  run.current = null;
  run.resume = null;
  run.done.push({ window: next.window, totals });
  // The window may lie in the overlap before the mark.
  if (toMillis(next.window.end) > toMillis(run.mark)) run.mark = next.window.end;
  addTotals(run.totals, totals);
  report(run);
}
