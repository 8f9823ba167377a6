/** Jobs by which a vendor writes the records of some days into a file. Pure. */
import { toIso } from './interval.js';

/** One job: one file. */
export interface ExtractionJob {
  /** Name of its file among those of a window. */
  name: string;
  /** What it is a file of, in the vendor's words. */
  entity: string;
  /** Version of the file's format, in the vendor's words. */
  version: string;
  /** First and last UTC date asked for, YYYY-MM-DD. */
  startDate: string;
  endDate: string;
}

/** How jobs are paced, milliseconds. */
export interface JobPace {
  /** At least so long between two submissions of one tenant. */
  between: number;
  /** How often a job is asked for at first; later more seldom. */
  poll: number;
  /** A job that takes longer is given up. */
  patience: number;
}

const day = 86_400_000;

/**
 * Two jobs for the halves of a job's days, for a vendor that cannot make the file of them all; null for a single day.
 * The halves share no day.
 */
export function halvesOf(job: ExtractionJob): [ExtractionJob, ExtractionJob] | null {
  const [first, last] = [Date.parse(job.startDate), Date.parse(job.endDate)];
  if (!(last > first)) return null;
  const middle = first + Math.floor((last - first) / day / 2) * day;
  return [jobOf(job, first, middle), jobOf(job, middle + day, last)];
}

/** The job for the days of two moments, milliseconds since the epoch, and those between them. */
export function jobOf(
  { entity, version }: Pick<ExtractionJob, 'entity' | 'version'>,
  first: number,
  last: number,
): ExtractionJob {
  const [startDate, endDate] = [toIso(first).slice(0, 10), toIso(last).slice(0, 10)];
  return { name: `${entity}-${startDate}-${endDate}`, entity, version, startDate, endDate };
}

/** What of a job's days no file is there for yet: the job itself, or those of its halves that were not done. */
export function stillToDo(job: ExtractionJob, done: readonly ExtractionJob[]): ExtractionJob[] {
  const within = done.filter((each) => sameFormat(each, job) && overlaps(each, job));
  if (within.some(({ startDate, endDate }) => startDate <= job.startDate && job.endDate <= endDate))
    return [];
  const halves = within.length === 0 ? null : halvesOf(job);
  return halves === null ? [job] : halves.flatMap((half) => stillToDo(half, within));
}

const sameFormat = (a: ExtractionJob, b: ExtractionJob) => a.entity === b.entity && a.version === b.version;

const overlaps = (a: ExtractionJob, b: ExtractionJob) => a.startDate <= b.endDate && b.startDate <= a.endDate;
