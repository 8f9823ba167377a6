/** Settings of the streams of NICE CXone, by contract. */
import { z } from 'zod';
import { duration } from './settingValues.js';
import { loaded, overlapFits, overlapRule, reconciliation } from './streamBlocks.js';

const day = 86_400_000;

const why = 'NICE has no filter by change, so that edits are found by reading again';

/** An entity of the API; names and versions move. */
const entity = (name: string, version: string) =>
  z
    .strictObject({ name: z.string().min(1).default(name), version: z.string().min(1).default(version) })
    .prefault({});

const evaluations = z
  .strictObject({
    ...loaded,
    safetyLag: duration
      .default(30 * 60_000)
      .describe(
        'A run ends this long before its nominal time: what is new takes up to half an hour to appear.',
      ),
    overlap: duration
      .default(day)
      .describe(
        'How much before the mark is read again; loading is idempotent, so it costs a longer file only.',
      ),
    maxWindow: duration
      .refine(
        (millis) => millis >= day && millis <= 14 * day,
        'write 1d to 14d: a job covers two weeks at most',
      )
      .default(13 * day)
      .describe(
        'Longest window loaded and marked as one: a job for each of its two files. Begun in the middle of a day, 13 days ' +
          'touch 14 dates, which is what a job covers.',
      ),
    pagesPerBatch: z
      .int()
      .min(1)
      .max(200)
      .default(5)
      .describe('Pages of about 500 evaluations, cut from the files, that are loaded as one batch.'),
    reconcile: reconciliation({ horizon: 45 * day, why, confirmations: 2, fewest: 2 }).prefault({}),
    entities: z
      .strictObject({ workflows: entity('qm-workflows', '4'), questions: entity('qm-questions', '1') })
      .prefault({})
      .describe('Names and versions of the files; NICE changes them over time.'),
  })
  .refine(overlapFits, overlapRule)
  .describe('Evaluations with answers; calibrations and self-assessments in tables of their own.');

const sites = z
  .union([z.literal('all'), z.array(z.string().min(1)).min(1)])
  .default('all')
  .describe('Sites to read: all at once, or each of these ids on its own.');

const assessments = z
  .strictObject({
    ...loaded,
    reconcile: reconciliation({ horizon: 90 * day, why, confirmations: 2, fewest: 1 }).prefault({}),
    sites,
    queues: z
      .union([z.literal('all'), z.array(z.string().min(1)).min(1)])
      .default('all')
      .describe('Queues to read: all at once, or each of these ids on its own.'),
  })
  .refine(overlapFits, overlapRule)
  .describe('Evaluations as assessments, with the weights of their rubrics.');

const feedback = z
  .strictObject({
    ...loaded,
    // An entry that is missing is looked up: a 404 of that is the evidence.
    reconcile: reconciliation({
      horizon: 90 * day,
      why: 'deleted entries give no other sign',
      confirmations: 1,
      fewest: 1,
    }).prefault({}),
    sites,
  })
  .refine(overlapFits, overlapRule)
  .describe('What supervisors write to agents.');

/** A stream that other contracts have, and why this one has not. */
const unsupported = (error: string) => z.never({ error }).optional();

const unpublished = 'is in no API that NICE publishes';

export const dataExtractionStreams = {
  evaluations,
  assessments: unsupported('are evaluations by another contract: configure evaluations, or api: guide'),
  feedback: unsupported(`${unpublished}: leave it out, or configure api: guide for a gateway that offers it`),
  csat: unsupported(`${unpublished}: leave it out`),
  divisions: unsupported(`${unpublished}: leave it out; evaluations carry teams`),
  metrics: unsupported(`${unpublished}: leave it out; the views reckon scores from evaluations`),
};

const notInGuide = 'is not in the guide contract of NICE CXone: leave it out';

export const cxoneGuideStreams = {
  assessments,
  feedback,
  evaluations: unsupported('are called assessments by this contract: configure these'),
  csat: unsupported(notInGuide),
  divisions: unsupported(notInGuide),
  metrics: unsupported(notInGuide),
};
