/** Positions inside a window, as they travel through workflow state. */
import type { Cursor } from '../../source.js';
import { unknownCursor } from '../../lists/unknownCursor.js';
import { passes, type Pass } from './passes.js';

/** What a job of events was asked for before its results are read. */
export interface Ordered {
  /** Null where none is under way. */
  jobId: string | null;
  /** Asked for without what is only convenient; true once the vendor has refused more. */
  plain: boolean;
}

/**
 * Where a search goes on: after this date, leaving out the ids of that date that were read. It carries the order of the
 * events, which are read behind the searches.
 */
export interface SearchPosition extends Ordered {
  pass: string;
  /** Last date seen, epoch milliseconds; null at the begin. */
  after: number | null;
  /** Ids read at that date; none when there were too many to carry. */
  seen: string[];
  /** Page within the range from `after`; above 1 only while one millisecond fills whole pages. */
  page: number;
}

/** Where reading events goes on: a job, and the cursor into its results. */
export interface EventPosition extends Ordered {
  pass: string;
  /** Begin of the part of the window that the job is about, epoch milliseconds; null at the begin. */
  from: number | null;
  /** Jobs that failed or were lost before all their results were read. */
  lost: number;
  results: string | null;
}

const nothingOrdered: Ordered = { jobId: null, plain: false };

export const searchCursor = ({ pass, after, seen, page, jobId, plain }: SearchPosition): Cursor => ({
  pass,
  after,
  seen: seen.join(' '),
  page,
  jobId,
  plain,
});

export const eventCursor = ({ pass, from, plain, lost, jobId, results }: EventPosition): Cursor => ({
  pass,
  from,
  plain,
  lost,
  jobId,
  results,
});

export function beginOf({ kind, name }: Pass, { jobId, plain }: Ordered = nothingOrdered): Cursor {
  switch (kind) {
    case 'order':
      return { pass: name };
    case 'search':
      return searchCursor({ pass: name, after: null, seen: [], page: 1, jobId, plain });
    case 'events':
      return beginOfEvents(name, { jobId, plain });
  }
}

export const beginOfEvents = (pass: string, { jobId, plain }: Ordered = nothingOrdered): Cursor =>
  eventCursor({ pass, from: null, lost: 0, jobId, plain, results: null });

/** The begin of the pass that follows; null after the last. */
export function afterPass(pass: Pass, ordered?: Ordered): Cursor | null {
  const next = passes[passes.indexOf(pass) + 1];
  return next === undefined ? null : beginOf(next, ordered);
}

export function passOf(cursor: Cursor): Pass {
  const pass = passes.find(({ name }) => name === cursor['pass']);
  if (pass === undefined) throw unknownCursor('pass', cursor['pass']);
  return pass;
}

export function searchPosition(cursor: Cursor): SearchPosition {
  const { pass, after, seen, page } = cursor;
  return {
    pass: String(pass),
    after: typeof after === 'number' ? after : null,
    seen: typeof seen === 'string' && seen !== '' ? seen.split(' ') : [],
    page: typeof page === 'number' ? page : 1,
    ...orderedIn(cursor),
  };
}

export function eventPosition(cursor: Cursor): EventPosition {
  const { pass, from, lost, results } = cursor;
  return {
    pass: String(pass),
    from: typeof from === 'number' ? from : null,
    lost: typeof lost === 'number' ? lost : 0,
    results: typeof results === 'string' ? results : null,
    ...orderedIn(cursor),
  };
}

const orderedIn = ({ jobId, plain }: Cursor): Ordered => ({
  jobId: typeof jobId === 'string' ? jobId : null,
  plain: plain === true,
});
