/** Settings of streams: what each may be told, its defaults and why they are so. */
import { z } from 'zod';
import { duration, moment, timeZone } from './settingValues.js';

/** A schedule's offset is a moment within its interval. */
const offsetFits = ({ every, offset }: { every: number; offset: number }) => offset < every;
const offsetRule = { path: ['offset'], error: 'must be shorter than every' };

/** The daily comparison with the source. */
const reconciliation = z
  .strictObject({
    every: duration.default(86_400_000).describe('How often the source is compared with the warehouse.'),
    offset: duration
      .default(3 * 3_600_000)
      .describe('How long after midnight UTC (for a daily one): when the vendor has budget to spare.'),
    horizon: duration
      .default(90 * 86_400_000)
      .describe('How far back; the vendor lets evaluations be released and disputed for 45 days.'),
    repair: z.boolean().default(true).describe('Load what differs, and look for what is absent.'),
    confirmations: z
      .int()
      .min(1)
      .max(30)
      .default(2)
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

const audits = z
  .strictObject({
    every: duration.default(86_400_000).describe('How often intervals and visibility are audited.'),
    offset: duration.default(5 * 3_600_000).describe('How long after midnight UTC (for a daily one).'),
    repair: z.boolean().default(false).describe('Load intervals that were missed or failed.'),
    paused: z.boolean().default(false).describe('The schedules are created paused.'),
  })
  .refine(offsetFits, offsetRule)
  .describe('Audits: intervals that never ran, and what the source hides.');

/** What every stream has that is loaded interval by interval. */
const loaded = {
  every: duration.default(3_600_000).describe('How often the schedule runs.'),
  startFrom: moment.describe('Where the first run begins (UTC).'),
  safetyLag: duration
    .default(15 * 60_000)
    .describe('A run ends this long before its nominal time, because the vendor indexes late.'),
  overlap: duration
    .default(30 * 60_000)
    .describe('How much before the mark is read again; loading is idempotent, so it costs requests only.'),
  maxWindow: duration
    .refine(
      (millis) => millis <= 90 * 86_400_000,
      'write at most 90d: the vendor searches three months at once',
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
  outageTolerance: duration
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

const overlapRule = {
  path: ['overlap'],
  error: 'must be shorter than maxWindow',
};
const overlapFits = ({ overlap, maxWindow }: { overlap: number; maxWindow: number }) => overlap < maxWindow;

const conversations = z
  .boolean()
  .describe(
    'Also read the conversations that records are about (agent, queue, medium, length), 100 at once.',
  );

const evaluations = z
  .strictObject({
    ...loaded,
    reconcile: reconciliation.prefault({}),
    conversations: conversations.default(false),
    discovery: z
      .enum(['lists', 'conversation-details'])
      .default('lists')
      .describe(
        'How evaluations are found: by lists of the quality API, or by conversations that started in the interval and ' +
          'a read of each of their evaluations, which misses those of older conversations (reconciliation reports them).',
      ),
  })
  .refine(overlapFits, overlapRule)
  .describe('Evaluations with answers, calibrations, forms, users, queues and divisions.');

const assessments = z
  .strictObject({
    ...loaded,
    reconcile: reconciliation.prefault({}),
    conversations: conversations.default(false),
    divisions: z
      .union([z.literal('all'), z.literal('each'), z.array(z.string().min(1)).min(1)])
      .default('each')
      .describe('Read all divisions at once, each on its own, or only those of these ids.'),
  })
  .refine(overlapFits, overlapRule)
  .describe('Evaluations as assessments, division by division. Only with api: guide.');

const csat = z
  .strictObject({
    ...loaded,
    overlap: duration
      .default(7 * 86_400_000)
      .describe(
        'How much before the mark is read again: customers answer for days, which moves no date of lists.',
      ),
    conversations: conversations.default(true),
    label: z
      .string()
      .min(1)
      .default('csat')
      .describe(
        'Only with api: guide: scorecards whose label contains this, whatever its case, are surveys.',
      ),
    questionIds: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Only with api: guide: these questions are surveys, whatever the label of their scorecard.'),
    interactionTypes: z
      .array(z.enum(['voice', 'callback', 'chat', 'email', 'message']))
      .min(1)
      .optional()
      .describe('Only surveys about conversations of these media.'),
  })
  .refine(overlapFits, overlapRule)
  .describe('What customers said: CSAT, NPS and free text.');

const feedback = z
  .strictObject({
    ...loaded,
    conversations: conversations.default(false),
    deleted: z
      .enum(['archive', 'drop'])
      .default('archive')
      .describe('Entries that the source calls deleted are kept as archived, or left out.'),
  })
  .refine(overlapFits, overlapRule)
  .describe('Feedback and coaching of agents.');

const divisions = z
  .strictObject(loaded)
  .refine(overlapFits, overlapRule)
  .describe('Divisions, users and queues on their own; other streams bring them along.');

const metrics = z
  .strictObject({
    every: duration
      .default(15 * 60_000)
      .describe('How often scores are read; the vendor works them out every 15 minutes.'),
    timeZone: timeZone.describe('Time zone of the business day, e.g. America/New_York.'),
    dayStart: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time of day as 08:00')
      .default('00:00')
      .describe('Local time at which the business day begins.'),
    by: z
      .array(z.enum(['agent', 'queue', 'skill', 'form', 'evaluator']))
      .min(1)
      .default(['agent'])
      .describe('What is measured; one request each.'),
    segments: z
      .array(z.enum(['form', 'queue']))
      .default(['form'])
      .describe(
        "Measured apart as well, because one form's scores do not compare with another's; one request each.",
      ),
    countThreshold: z
      .int()
      .min(0)
      .max(1_000)
      .default(3)
      .describe('Fewer evaluations are too few to judge by.'),
    passScore: z.number().min(0).max(100).default(80).describe('Percent from which an evaluation passes.'),
    outageTolerance: duration.default(10 * 60_000).describe('How long a failing vendor is waited for.'),
    paused: z.boolean().default(false).describe('The schedule is created paused.'),
  })
  .describe('Scores of the current business day, for the dashboard.');

/** Streams by name. */
export const streams = { evaluations, assessments, csat, feedback, divisions, metrics };

export type StreamName = keyof typeof streams;
export type MetricsConfiguration = z.output<typeof metrics>;

/** A stream that is loaded interval by interval. */
export type StreamConfiguration = z.output<z.ZodObject<typeof loaded>> & {
  /** Absent where nothing is reconciled. */
  reconcile?: z.output<typeof reconciliation>;
  conversations?: boolean;
};
