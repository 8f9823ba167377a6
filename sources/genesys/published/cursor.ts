/** Positions inside a window, as they travel through workflow state. */
import type { Cursor } from '../../source.js';
import { unknownCursor } from '../../lists/unknownCursor.js';
import { passes, type Pass } from './passes.js';

/** Where a search goes on: after this date, leaving out the ids of that date that were read. */
export interface SearchPosition {
  pass: string;
  /** Last date seen, epoch milliseconds; null at the begin. */
  after: number | null;
  /** Ids read at that date; none when there were too many to carry. */
  seen: string[];
  /** Page within the range from `after`; above 1 only while one millisecond fills whole pages. */
  page: number;
}

/** Where reading events goes on: a job, and the cursor into its results. */
export interface EventPosition {
  pass: string;
  /** Begin of the part of the window that the job is about, epoch milliseconds; null at the begin. */
  from: number | null;
  /** Asked for without what is only convenient; true once the vendor has refused more. */
  plain: boolean;
  /** Jobs that were lost before all their results were read. */
  lost: number;
  jobId: string | null;
  results: string | null;
}

export const searchCursor = ({ pass, after, seen, page }: SearchPosition): Cursor => ({
  pass,
  after,
  seen: seen.join(' '),
  page,
});

export const eventCursor = ({ pass, from, plain, lost, jobId, results }: EventPosition): Cursor => ({
  pass,
  from,
  plain,
  lost,
  jobId,
  results,
});

export function beginOf(pass: Pass): Cursor {
  return pass.kind === 'search'
    ? searchCursor({ pass: pass.name, after: null, seen: [], page: 1 })
    : eventCursor({ pass: pass.name, from: null, plain: false, lost: 0, jobId: null, results: null });
}

/** The begin of the pass that follows; null after the last. */
export function afterPass(pass: Pass): Cursor | null {
  const next = passes[passes.indexOf(pass) + 1];
  return next === undefined ? null : beginOf(next);
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
  };
}

export function eventPosition(cursor: Cursor): EventPosition {
  const { pass, from, plain, lost, jobId, results } = cursor;
  return {
    pass: String(pass),
    from: typeof from === 'number' ? from : null,
    plain: plain === true,
    lost: typeof lost === 'number' ? lost : 0,
    jobId: typeof jobId === 'string' ? jobId : null,
    results: typeof results === 'string' ? results : null,
  };
}
