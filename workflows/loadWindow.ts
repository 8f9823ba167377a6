import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchRef, BudgetPriority } from '../activities/contracts.js';
import type { Interval } from '../model/interval.js';
import type { ErrorKind } from '../model/errors.js';
import type { JobPace } from '../model/extractionJob.js';
import type { ResumePoint } from '../model/mark.js';
import type { StagedObject } from '../staging/stagingStore.js';
import { activityStubs } from './activityStubs.js';
import { batchPipeline } from './batchPipeline.js';
import {
  loadPrepared,
  prepareBatch,
  readUnsettled,
  type Comparison,
  type PreparedBatch,
  type ReadBatch,
} from './batchSteps.js';
import { controllable } from './control.js';
import { windowDetails } from './details.js';
import { extractFiles } from './extractFiles.js';
import { loadListedBatches, type Extracted, type ListedBatches } from './listedBatches.js';
import { addNotes, noTotals, type Totals } from './totals.js';
import { whyFailed } from './whyFailed.js';

export interface LoadWindowInput {
  connection: string;
  stream: string;
  window: Interval;
  /** Where an earlier attempt at this very window stopped. */
  resume: ResumePoint | null;
  /** Records listed beforehand, to be read by id, instead of what the source lists for the window. */
  listed?: ListedBatches;
  /** Compare with what the warehouse holds, before or instead of loading. */
  compare?: Comparison;
  /** Users, queues and divisions to load with the first batch. */
  directory: StagedObject | null;
  pagesPerBatch: number;
  secondsPerBatch: number;
  priority: BudgetPriority;
  /** How long a failing vendor or warehouse is waited for, in milliseconds. */
  outageTolerance: number;
  /** Read the conversations that records are about, too. */
  withConversations?: boolean;
  /** Records come as files that the vendor makes by jobs, at this pace. */
  jobs?: JobPace;
  /** What was done before it continued as new. */
  carried?: { totals: Totals; records: number };
}

export interface WindowProgress extends Totals {
  window: Interval;
  batch: number;
  step: string;
  /** What is read next, for people. */
  position: string;
  records: number;
}

export const windowProgressQuery = defineQuery<WindowProgress>('progress');

/** Type of the failure of a window; its first detail is the ResumePoint. */
export const loadWindowFailed = 'LoadWindowFailed';

/**
 * Loads one window: the one path by which anything reaches the warehouse. Files that a vendor makes by jobs come
 * first, where records come so. Then batch by batch: extract pages, read by id what lists did not settle, fetch form
 * versions, normalize, load. While one batch is loaded the next is prepared and the one after it extracted.
 * Fails with `LoadWindowFailed` and the point to resume at; every batch before that point is committed.
 */
export async function loadWindow(input: LoadWindowInput): Promise<Totals> {
  const activities = activityStubs(input.priority, input.outageTolerance);
  const totals = input.carried?.totals ?? noTotals();
  let resume: ResumePoint = input.resume ?? {
    window: input.window,
    directory: input.compare?.directory ?? attemptDirectory(input),
    batch: 1,
    cursor: null,
  };
  const firstNumber = resume.batch;
  let ended = false;
  const progress: WindowProgress = {
    ...totals,
    window: input.window,
    batch: resume.batch,
    step: 'extract',
    position: 'begin of the window',
    records: input.carried?.records ?? 0,
  };
  setHandler(windowProgressQuery, () => ({ ...progress, ...totals }), {
    description: 'Batches, pages, requests and rows of this window so far',
  });

  const control = controllable(
    () => [],
    () => setCurrentDetails(windowDetails(input.window, totals, progress.position, control.state)),
  );
  const entering = (step: string) => {
    progress.step = step;
  };
  const conversations = input.withConversations === true ? { failing: false } : null;
  // Of the window as a whole; the audit counts by batch.
  let ofFiles: { requests: number; notes: string[] } = { requests: 0, notes: [] };
  const readWhole = async ({ batch, extracted, isLast }: Extracted): Promise<ReadBatch> => {
    const requests = extracted.requests + ofFiles.requests;
    ofFiles = { ...ofFiles, requests: 0 };
    return readUnsettled(
      activities,
      {
        ...{ batch, extracted: { ...extracted, requests } },
        directory: batch.number === firstNumber ? input.directory : null,
        // Records picked one by one say nothing about whether a window is complete.
        closesWindow: isLast && input.listed === undefined,
        isLast: isLast && input.compare === undefined,
        // A run that goes on after its first batch has said it there.
        notes: batch.number === 1 ? ofFiles.notes : [],
        compare: input.compare ?? null,
        conversations,
        priority: input.priority,
      },
      entering,
    );
  };
  const prepare = async (read: ReadBatch) => prepareBatch(activities, read, totals, entering);
  const load = async (prepared: PreparedBatch): Promise<void> => {
    await loadPrepared(activities, prepared, totals, entering);
    const { batch, extracted } = prepared.work;
    // Only now is the batch safe; a run that fails later begins after it.
    if (extracted.next !== null) {
      resume = { ...resume, batch: batch.number + 1, cursor: extracted.next };
    }
    setCurrentDetails(windowDetails(input.window, totals, extracted.position, control.state));
  };

  try {
    await CancellationScope.cancellable(async () => {
      if (input.listed !== undefined) {
        await loadListedBatches(input, input.listed, control, async (listed) =>
          load(await prepare(await readWhole(listed))),
        );
        ended = true;
        return;
      }
      const { jobs } = input;
      if (jobs !== undefined) {
        await control.pausePoint();
        ofFiles = await extractFiles(activities, { ...input, jobs }, resume.directory, entering);
        addNotes(totals.notes, ofFiles.notes);
        entering('extract');
      }
      const pipeline = batchPipeline(prepare, load);
      let number = resume.batch;
      let cursor = resume.cursor;
      do {
        await pipeline.room();
        await control.pausePoint();
        const batch: BatchRef = {
          connection: input.connection,
          stream: input.stream,
          window: input.window,
          windowDirectory: resume.directory,
          number,
        };
        const extract = async () => {
          const extracted = await activities.api.extractPages.executeWithOptions(
            { summary: `batch ${number}: ${cursor === null ? 'begin of the window' : progress.position}` },
            [
              {
                batch,
                cursor,
                maxPages: input.pagesPerBatch,
                maxSeconds: input.secondsPerBatch,
                priority: input.priority,
              },
            ],
          );
          if (extracted.resumedAtPage !== null) {
            totals.resumptions.push({
              windowStart: input.window.start,
              batch: number,
              page: extracted.resumedAtPage,
            });
          }
          progress.batch = number;
          progress.records += extracted.records;
          progress.position = extracted.position;
          return readWhole({ batch, extracted, isLast: extracted.next === null });
        };
        const { extracted } = (await pipeline.take(extract())).work;
        cursor = extracted.next;
        ended = cursor === null;
        number += 1;
      } while (!ended && !workflowInfo().continueAsNewSuggested);
      await pipeline.end();
      // The run that follows knows nothing of a pause.
      if (!ended) await control.pausePoint();
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw ApplicationFailure.create({
      type: loadWindowFailed,
      message: `${input.window.start} to ${input.window.end}, batch ${resume.batch}: ${whyFailed(error)}`,
      nonRetryable: true,
      details: [isSpoilt(error) ? null : resume],
      ...(error instanceof Error ? { cause: error } : {}),
    });
  }
  // What was extracted is loaded, and the next batch begins where it ends: not every source says beforehand how much
  // a window holds, and a history that is full would end the run.
  if (!ended) {
    const carried = { totals, records: progress.records };
    await continueAsNew<typeof loadWindow>({ ...input, resume, directory: null, carried });
  }
  return totals;
}

/** Failures that the same staged pages would bring about again: the next attempt reads the window anew. */
const spoiling: readonly ErrorKind[] = ['InvalidRequest', 'SchemaMismatch', 'LoadRefused'];

function isSpoilt(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && spoiling.some((kind) => kind === cause.type)) return true;
  }
  return false;
}

/** One directory for each attempt at a window, so that batch ids of two attempts never meet. */
function attemptDirectory({ connection, stream, window }: LoadWindowInput): string {
  const compact = (iso: string) => iso.replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${connection}/${stream}/${compact(window.start)}_${compact(window.end)}/${workflowInfo().runId}`;
}
