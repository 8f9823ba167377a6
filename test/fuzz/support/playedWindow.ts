/** A window from its pages to the warehouse, step by step as the workflow takes them, by the activities themselves. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { BatchRef, BudgetPriority } from '../../../activities/contracts.js';
import type { Dependencies } from '../../../activities/dependencies.js';
import {
  createApiActivities,
  createLocalActivities,
  createWarehouseActivities,
} from '../../../activities/index.js';
import { openStagedBatch } from '../../../activities/stagedBatch.js';
import { errorKinds, TidemarkError } from '../../../model/errors.js';
import type { Interval } from '../../../model/interval.js';
import { loadPrepared, prepareBatch, readUnsettled } from '../../../workflows/batchSteps.js';
import type { ActivityStubs } from '../../../workflows/activityStubs.js';
import { noTotals, type Totals } from '../../../workflows/totals.js';

export interface PlayedWindow {
  /** What ended it; undefined where all of it was loaded. */
  error: unknown;
  totals: Totals;
  /** Records of the batches that were loaded, as kind and id. */
  loaded: Set<string>;
  /** The same of those that the source no longer had. */
  gone: Set<string>;
}

export interface WindowToPlay {
  connection: string;
  stream: string;
  window: Interval;
  /** Staging directory of the attempt. */
  directory: string;
  /** Called before anything is read: where records come as files, these are made. */
  prepare?: (stubs: ActivityStubs) => Promise<void>;
  /** Called before each batch after the first: what was loaded until then stays. */
  goingOn: () => Promise<void>;
}

const priority: BudgetPriority = 2;
const pagesPerBatch = 12;
/** No window here is as long as that. */
const mostBatches = 6;
/** An answer that is good at another time is asked for again. */
const tries = 3;

export async function playWindow(dependencies: Dependencies, play: WindowToPlay): Promise<PlayedWindow> {
  const stubs = stubsOf(dependencies);
  const played: PlayedWindow = { error: undefined, totals: noTotals(), loaded: new Set(), gone: new Set() };
  try {
    await loadBatches(dependencies, stubs, play, played);
  } catch (error) {
    played.error = error;
  }
  return played;
}

async function loadBatches(
  { staging }: Dependencies,
  stubs: ActivityStubs,
  { connection, stream, window, directory: windowDirectory, goingOn, prepare }: WindowToPlay,
  played: PlayedWindow,
): Promise<void> {
  await prepare?.(stubs);
  const common = { connection, stream, priority } as const;
  const directory = await stubs.api.extractDirectory.executeWithOptions({}, [
    { ...common, runDirectory: `${windowDirectory}-run` },
  ]);
  let cursor: Parameters<typeof stubs.api.extractPages>[0]['cursor'] = null;
  for (let number = 1; number <= mostBatches; number++) {
    if (number > 1) await goingOn();
    const batch: BatchRef = { connection, stream, window, windowDirectory, number };
    const extracted = await stubs.api.extractPages.executeWithOptions({}, [
      { batch, cursor, maxPages: pagesPerBatch, maxSeconds: 60, priority },
    ]);
    const isLast = extracted.next === null;
    const work = {
      ...{ batch, extracted, closesWindow: isLast, isLast, compare: null, priority },
      directory: number === 1 ? directory.object : null,
      conversations: { failing: false },
      notes: [],
    };
    const read = await readUnsettled(stubs, work, () => {});
    const prepared = await prepareBatch(stubs, read, played.totals, () => {});
    // Loading removes what was staged.
    const staged = await openStagedBatch(staging, batch);
    const records: string[] = [];
    for await (const { kind, id } of staged.records()) records.push(`${kind}:${id}`);
    await loadPrepared(stubs, prepared, played.totals, () => {});
    for (const key of records) played.loaded.add(key);
    for (const { reference } of staged.gone) played.gone.add(`${reference.kind}:${reference.id}`);
    if (isLast) return;
    cursor = extracted.next;
  }
  throw new Error('reading the window comes to no end');
}

type Activity = (...inputs: never[]) => Promise<unknown>;

/** Activities as workflows call them, run in this process instead of a worker's. */
export function stubsOf(dependencies: Dependencies): ActivityStubs {
  const api = stubbed(createApiActivities(dependencies));
  const local = stubbed(createLocalActivities(dependencies));
  const warehouse = stubbed(createWarehouseActivities(dependencies));
  return { api, local, warehouse, enrichment: api, submission: api } as unknown as ActivityStubs;
}

const stubbed = (activities: Record<string, Activity>) =>
  Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      { executeWithOptions: async (_: object, inputs: never[]) => attempt(activity, inputs) },
    ]),
  );

/** What activities say of errors that the test looks at. */
const logger = new DefaultLogger('ERROR');

async function attempt(activity: Activity, inputs: never[]): Promise<unknown> {
  for (let number = 1; ; number++) {
    try {
      return await new MockActivityEnvironment({ attempt: number }, { logger }).run(activity, ...inputs);
    } catch (error) {
      const isPassing = error instanceof TidemarkError && errorKinds[error.kind].retryable;
      if (!isPassing || number === tries) throw error;
    }
  }
}
