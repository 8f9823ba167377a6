/** Settings that streams of all contracts are made of, their defaults and why they are so. */
import { z } from 'zod';
import { duration, everySo, moment, timeLimit, timeZone } from './settingValues.js';

/** A schedule's offset is a moment within its interval. */
const offsetFits = ({ every, offset }: { every: number; offset: number }) => offset < every;
const offsetRule = { path: ['offset'], error: 'must be shorter than every' };

/** The daily comparison with the source; `fewest`: so many confirmations at least. */
export function reconciliation(defaults: {
  horizon: number;
  why: string;
  confirmations: number;
  fewest: number;
}) {
  return z
    .strictObject({
      every: everySo.default(86_400_000).describe('How often the source is compared with the warehouse.'),
      offset: duration
        .default(3 * 3_600_000)
        .describe('How long after midnight UTC (for a daily one): when the vendor has budget to spare.'),
      horizon: duration.default(defaults.horizon).describe(`How far back; ${defaults.why}.`),
      repair: z.boolean().default(true).describe('Load what differs, and look for what is absent.'),
      confirmations: z
        .int()
        .min(defaults.fewest)
        .max(30)
        .default(defaults.confirmations)
        .describe('How many complete re-reads must miss a record before it is called deleted.'),
      breakerShare: z
        .number()
        .min(0)
        .max(100)
        .default(5)
        .describe('Percent of a window; when more is absent at once, nothing is called deleted.'),
      paused: z.boolean().default(false).describe('The schedule is created paused.'),
    })
    .refine(offsetFits, offsetRule)
    .describe('Comparison with the source, with repair.');
}

const audits = z
  .strictObject({
    every: everySo.default(86_400_000).describe('How often intervals and visibility are audited.'),
    offset: duration.default(5 * 3_600_000).describe('How long after midnight UTC (for a daily one).'),
    repair: z.boolean().default(false).describe('Load intervals that were missed or failed.'),
    paused: z.boolean().default(false).describe('The schedules are created paused.'),
  })
  .refine(offsetFits, offsetRule)
  .describe('Audits: intervals that never ran, and what the source hides.');

/** What every stream has that is loaded interval by interval. */
export const loaded = {
  every: everySo.default(3_600_000).describe('How often the schedule runs.'),
  startFrom: moment.describe('Where the first run begins (UTC).'),
  safetyLag: duration
    .default(15 * 60_000)
    .describe('A run ends this long before its nominal time, because the vendor indexes late.'),
  overlap: duration
    .default(30 * 60_000)
    .describe('How much before the mark is read again; loading is idempotent, so it costs requests only.'),
  maxWindow: duration
    .refine(
      // From February to May there are 89 days, and a search asks for a millisecond more than its window.
      (millis) => millis >= 60_000 && millis <= 88 * 86_400_000,
      'write 1m to 88d: the vendor searches three calendar months at most, and the shortest three have 89 days',
    )
    .default(31 * 86_400_000)
    .describe('Longest window loaded and marked as one.'),
  recordsPerWindow: z
    .int()
    .min(100)
    .max(50_000)
    .default(20_000)
    .describe("Records a window should hold at most, by the vendor's count of events."),
  pagesPerBatch: z.int().min(1).max(200).default(20).describe('Pages extracted and loaded as one batch.'),
  secondsPerBatch: z.int().min(1).max(600).default(60).describe('A batch ends after this time, too.'),
  softDeadline: duration
    .default(6 * 3_600_000)
    .describe('A run stops after the window in which this has passed; the next goes on.'),
  outageTolerance: timeLimit
    .default(2 * 3_600_000)
    .describe('How long a failing vendor or warehouse is waited for before the run fails.'),
  paused: z.boolean().default(false).describe('The schedule is created paused.'),
  daily: z
    .strictObject({
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day as 01:00')
        .default('01:00')
        .describe('Local time of day.'),
      timeZone: timeZone.default('UTC').describe('Its time zone, e.g. Europe/Berlin.'),
    })
    .optional()
    .describe(
      'Run once a day at a local time instead of every so often. With a safetyLag as long as the time of day, a ' +
        'run loads the day before.',
    ),
  audit: audits.prefault({}),
};

export const overlapRule = {
  path: ['overlap'],
  error: 'must be shorter than maxWindow',
};
export const overlapFits = ({ overlap, maxWindow }: { overlap: number; maxWindow: number }) =>
  overlap < maxWindow;

export const conversations = z
  .boolean()
  .describe(
    'Also read the conversations that records are about (agent, queue, medium, length), 100 at once.',
  );
