/**
 * What this adapter relies on in answers of the guide contract (docs/contracts/cxone-guide.md). Unknown fields pass
 * through; a known field of another type fails with its path and value.
 */
import { z } from 'zod';
import { id, moment, number, text } from '../../rows/fields.js';
import { once } from '../../rows/once.js';

export const assessmentSchema = z.looseObject({
  id,
  rubricId: id.nullish(),
  qualityScore: number,
  agentId: id.nullish(),
  evaluatorId: id.nullish(),
  interactionId: id.nullish(),
  siteId: id.nullish(),
  queueId: id.nullish(),
  createdAt: moment,
  updatedAt: moment,
  comments: text,
  answers: z
    .array(z.looseObject({ questionId: id, score: number, answer: text, comments: text }))
    .superRefine(once('question', (answers) => answers.map(({ questionId }) => questionId)))
    .nullish(),
});

export const rubricSchema = z.looseObject({
  id,
  name: z.string(),
  version: z.int(),
  questions: z
    .array(z.looseObject({ id, text, section: text, weight: z.number(), maxScore: number }))
    .superRefine(once('question', (questions) => questions.map((question) => question.id))),
});

export const feedbackSchema = z.looseObject({
  id,
  createdAt: moment,
  updatedAt: moment,
  agentId: id.nullish(),
  authorId: id.nullish(),
  message: text,
  category: text,
  interactionId: id.nullish(),
  siteId: id.nullish(),
});

const listing = <T>(entity: z.ZodType<T>) =>
  z.looseObject({ entities: z.array(entity), nextPageToken: text });

export const assessmentListingSchema = listing(assessmentSchema);
export const feedbackListingSchema = listing(feedbackSchema);

export type Assessment = z.output<typeof assessmentSchema>;
export type Rubric = z.output<typeof rubricSchema>;
export type Feedback = z.output<typeof feedbackSchema>;
