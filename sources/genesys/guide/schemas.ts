/**
 * What this adapter relies on in answers of the guide contract (docs/contracts/genesys-guide.md). Unknown fields pass
 * through; a known field of another type fails with its path and value.
 */
import { z } from 'zod';
import { id, moment, number, text } from '../../rows/fields.js';
import { once } from '../../rows/once.js';

const ids = z.array(id).nullish();
const idsOf = (items: readonly { id: string }[]): string[] => items.map((item) => item.id);
const moments = moment.nullish();

/** Statuses as the canonical tables have them. */
const status = z
  .string()
  .transform((value) => value.toUpperCase())
  .pipe(z.enum(['PENDING', 'INPROGRESS', 'FINISHED', 'INREVIEW', 'RETRACTED']));

const item = z.looseObject({
  id,
  questionText: text,
  weight: number,
  score: number,
  maxScore: number,
  agentResponse: text,
  comments: text,
});

const section = z.looseObject({ id, name: text, weight: number, items: z.array(item) });

const scorecardItem = z.looseObject({
  id,
  label: text,
  type: text,
  value: number,
  score: number,
  text,
});

const scorecard = z.looseObject({ id, label: text, items: z.array(scorecardItem).nullish() });

export const evaluationSchema = z.looseObject({
  id,
  status,
  interactionId: id,
  evaluationTemplateId: id.nullish(),
  overallScore: number,
  dateModified: moment,
  submitDate: moments,
  releaseDate: moments,
  evaluatorId: id.nullish(),
  evaluatorName: text,
  interactionDate: moments,
  users: z.array(z.looseObject({ id, name: text, role: text })).nullish(),
  isCalibration: z.boolean().nullish(),
  divisionIds: ids,
  comments: text,
  sections: z
    .array(section)
    .superRefine(once('section', idsOf))
    .superRefine(once('item', (sections) => sections.flatMap(({ items }) => idsOf(items))))
    .nullish(),
  scorecards: z.array(scorecard).nullish(),
});

/** A listing by cursor, and one by link. */
export const evaluationListingSchema = z.looseObject({
  entities: z.array(evaluationSchema),
  nextPage: text,
  nextPageUri: text,
});

export const recalculationSchema = z.looseObject({
  entities: z.array(
    z.looseObject({ evaluationId: id, status: z.enum(['completed', 'pending', 'recalculating']) }),
  ),
});

export const templateSchema = z.looseObject({
  id,
  name: z.string(),
  version: z.int(),
  dateModified: moments,
  sections: z
    .array(
      z.looseObject({
        id,
        name: text,
        weight: number,
        items: z
          .array(
            z.looseObject({
              id,
              questionText: text,
              type: text,
              weight: number,
              maxScore: number,
              answers: z
                .array(z.looseObject({ id, text, value: number }))
                .superRefine(once('answer', idsOf))
                .nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .superRefine(once('item', (sections) => sections.flatMap(({ items }) => idsOf(items ?? []))))
    .nullish(),
});

export const assessmentSchema = z.looseObject({
  id,
  formVersionId: id.nullish(),
  status: z
    .enum(['pending', 'inProgress', 'submitted', 'inReview', 'retracted'])
    // The word that evaluations have for it.
    .transform((value) => (value === 'submitted' ? 'FINISHED' : value.toUpperCase())),
  agentId: id.nullish(),
  evaluatorId: id.nullish(),
  interactionId: id.nullish(),
  divisionId: id.nullish(),
  score: number,
  comments: text,
  dateSubmitted: moments,
  dateModified: moment,
  questions: z
    .array(
      z.looseObject({
        id,
        text,
        weight: number,
        score: number,
        maxScore: number,
        answer: text,
        comments: text,
      }),
    )
    .superRefine(once('question', idsOf))
    .nullish(),
});

export const assessmentListingSchema = z.looseObject({
  entities: z.array(assessmentSchema),
  nextPageToken: text,
});

export const formVersionSchema = z.looseObject({
  id,
  formId: id,
  name: z.string(),
  version: z.int(),
  maxPossibleScore: number,
  weightDistribution: z
    .array(z.looseObject({ questionId: id, weight: z.number(), maxScore: number }))
    .superRefine(once('question', (pins) => pins.map(({ questionId }) => questionId))),
});

export const feedbackSchema = z.looseObject({
  id,
  dateCreated: moments,
  dateModified: moment,
  agentId: id.nullish(),
  authorId: id.nullish(),
  content: text,
  tags: z.array(z.string()).nullish(),
  status: z.enum(['draft', 'published', 'deleted']),
  interactionId: id.nullish(),
  externalReferenceId: text,
  divisionId: id.nullish(),
});

export const feedbackListingSchema = z.looseObject({
  entities: z.array(feedbackSchema),
  nextPageToken: text,
});

export const divisionSchema = z.looseObject({ id, name: text, homeDivision: z.boolean().nullish() });
export const divisionListingSchema = z.looseObject({ entities: z.array(divisionSchema) });

export const foundConversationSchema = z.looseObject({
  conversationId: id,
  evaluations: z.array(z.looseObject({ evaluationId: id, evaluationState: text })).nullish(),
});

export const conversationSchema = z.looseObject({
  interactionId: id,
  externalReferenceId: text,
  conversationStart: moments,
  conversationEnd: moments,
  mediaType: text,
  toAttributes: z
    .looseObject({
      agent_id: id.nullish(),
      agent_name: text,
      queue_id: id.nullish(),
      queue_name: text,
      duration_seconds: number,
    })
    .nullish(),
});

export const conversationListingSchema = z.looseObject({ entities: z.array(conversationSchema) });

const measured = z.looseObject({ value: number }).nullish();

export const metricsSchema = z.array(
  z.looseObject({
    entityId: id,
    entityName: text,
    evaluationFormId: id.nullish(),
    evaluationFormName: text,
    queueId: id.nullish(),
    queueName: text,
    metrics: z.looseObject({
      averageScore: measured,
      count: z.looseObject({ value: z.int().min(0) }),
      passRate: measured,
      highestScore: measured,
      lowestScore: measured,
    }),
  }),
);

export type Evaluation = z.output<typeof evaluationSchema>;
export type Item = z.output<typeof item>;
export type Section = z.output<typeof section>;
export type ScorecardItem = z.output<typeof scorecardItem>;
export type Template = z.output<typeof templateSchema>;
export type Assessment = z.output<typeof assessmentSchema>;
export type FormVersion = z.output<typeof formVersionSchema>;
export type Feedback = z.output<typeof feedbackSchema>;
export type Conversation = z.output<typeof conversationSchema>;
