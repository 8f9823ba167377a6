/** Settings of the streams of Genesys Cloud. */
import { z } from 'zod';
import { duration, everySo, timeLimit, timeZone } from './settingValues.js';
import { conversations, loaded, overlapFits, overlapRule, reconciliation } from './streamBlocks.js';

const reconciled = reconciliation({
  horizon: 90 * 86_400_000,
  why: 'the vendor lets evaluations be released and disputed for 45 days',
  confirmations: 2,
  fewest: 1,
});

const evaluations = z
  .strictObject({
    ...loaded,
    reconcile: reconciled.prefault({}),
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

const chosenDivisions = z.union([z.literal('all'), z.literal('each'), z.array(z.string().min(1)).min(1)]);

const assessments = z
  .strictObject({
    ...loaded,
    reconcile: reconciled.prefault({}),
    conversations: conversations.default(false),
    divisions: chosenDivisions
      .default('each')
      .describe('Read all divisions at once, each on its own, or only those of these ids.'),
  })
  .refine(overlapFits, overlapRule)
  .describe('Evaluations as assessments, division by division. Only with api: guide.');

/** Media that are written. */
const digital = ['chat', 'email', 'message'] as const;

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
      .array(z.enum(['voice', 'callback', ...digital, 'digital']))
      .min(1)
      .transform((types) => [...new Set(types.flatMap((type) => (type === 'digital' ? digital : [type])))])
      .optional()
      .describe(`Only surveys about conversations of these media; digital: ${digital.join(', ')}.`),
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
    divisions: chosenDivisions
      .default('all')
      .describe(
        'Only with api: guide: read all divisions at once, each on its own, or only those of these ids.',
      ),
  })
  .refine(overlapFits, overlapRule)
  .describe('Feedback and coaching of agents.');

const divisions = z
  .strictObject(loaded)
  .refine(overlapFits, overlapRule)
  .describe('Divisions, users and queues on their own; other streams bring them along.');

const metrics = z
  .strictObject({
    every: everySo
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
    outageTolerance: timeLimit.default(10 * 60_000).describe('How long a failing vendor is waited for.'),
    paused: z.boolean().default(false).describe('The schedule is created paused.'),
  })
  .describe('Scores of the current business day, for the dashboard.');

export const genesysStreams = { evaluations, assessments, csat, feedback, divisions, metrics };

export type MetricsConfiguration = z.output<typeof metrics>;
