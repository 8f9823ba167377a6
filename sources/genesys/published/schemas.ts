/**
 * What this adapter relies on in the vendor's answers. Unknown fields pass through; a known field of another type
 * fails with its path and value. Field names and enums are those of the published models.
 */
import { z } from 'zod';
import { once } from '../../rows/once.js';
import { flag, id, instant, number, person, reference, text, whole } from './fields.js';

/** Quality and analytics write statuses in different casing; both become the quality API's. */
const status = z
  .string()
  .transform((value) => value.toUpperCase())
  .pipe(z.enum(['PENDING', 'INPROGRESS', 'FINISHED', 'INREVIEW', 'RETRACTED']));

/** Of a question, and of each option of a question with several. */
const score = {
  questionId: id,
  answerId: text,
  score: number,
  markedNA: flag,
  systemMarkedNA: flag,
  failedKillQuestion: flag,
  comments: text,
  assistedAnswerId: text,
  aiAnswer: z
    .looseObject({ answerId: text, explanation: text, failureType: text, markedNotApplicable: flag })
    .nullish(),
};
// Options have no options.
const questionScore = z.looseObject({
  ...score,
  multipleSelectQuestionOptionScores: z.array(z.looseObject(score)).nullish(),
});

const groupScore = z.looseObject({
  questionGroupId: id,
  totalScore: number,
  maxTotalScore: number,
  totalScoreUnweighted: number,
  maxTotalScoreUnweighted: number,
  totalCriticalScore: number,
  maxTotalCriticalScore: number,
  markedNA: flag,
  systemMarkedNA: flag,
  questionScores: z.array(questionScore).nullish(),
});

/** No group, and no question of any group, twice. */
export const scoredOnce = <
  G extends {
    questionGroupId: string;
    questionScores?: readonly { questionId: string }[] | null | undefined;
  },
>(
  groups: z.ZodType<G[]>,
) =>
  groups
    .superRefine(once('group', (all) => all.map(({ questionGroupId }) => questionGroupId)))
    .superRefine(
      once('question', (all) =>
        all.flatMap(({ questionScores }) => (questionScores ?? []).map(({ questionId }) => questionId)),
      ),
    );

const scoringSet = z.looseObject({
  totalScore: number,
  totalCriticalScore: number,
  totalNonCriticalScore: number,
  maxTotalRawScore: number,
  maxTotalRawCriticalScore: number,
  anyFailedKillQuestions: flag,
  comments: text,
  privateComments: text,
  agentComments: text,
  questionGroupScores: scoredOnce(z.array(groupScore)).nullish(),
});

/** An evaluation that the client may see, as search items and reads by id both have it. */
export const evaluationSchema = z.looseObject({
  id,
  conversation: reference,
  evaluationForm: z.looseObject({ id, contextId: text }).nullish(),
  evaluator: person,
  agent: person,
  agentTeam: reference,
  assignee: reference,
  calibration: reference,
  queue: person,
  status,
  answers: scoringSet.nullish(),
  agentHasRead: flag,
  releaseDate: instant,
  assignedDate: instant,
  createdDate: instant,
  changedDate: instant,
  submittedDate: instant,
  revisionCreatedDate: instant,
  conversationDate: instant,
  conversationEndDate: instant,
  mediaType: z.array(z.string()).nullish(),
  divisionIds: z.array(z.string()).nullish(),
  rescore: flag,
  neverRelease: flag,
  resourceType: text,
  resourceId: text,
  dateAssigneeChanged: instant,
  hasAssistanceFailed: flag,
  redacted: z.literal(false).nullish(),
  isScoringIndex: flag,
  evaluationSource: z.looseObject({ type: text, id: text, name: text }).nullish(),
  disputeCount: whole,
  version: whole,
  declinedReview: flag,
  evaluationContextId: text,
  retractedEvaluation: reference,
  aiScoring: z.looseObject({ failureType: text, pending: flag }).nullish(),
});
export type Evaluation = z.output<typeof evaluationSchema>;

/** One that is hidden from the client: nothing is promised but its id, and only the dates are of use. */
const redactedSchema = z.looseObject({
  id,
  redacted: z.literal(true),
  ...evaluationSchema.pick({ createdDate: true, submittedDate: true, releaseDate: true }).shape,
});
export const shownEvaluationSchema = z.discriminatedUnion('redacted', [evaluationSchema, redactedSchema]);
export type ShownEvaluation = z.output<typeof shownEvaluationSchema>;
export type GroupScore = z.output<typeof groupScore>;
export type QuestionScore = z.output<typeof questionScore>;

export const searchResponseSchema = z.looseObject({ results: z.array(shownEvaluationSchema).nullish() });
export const searchAggregationsSchema = z.looseObject({
  aggregations: z
    .record(
      z.string(),
      z.looseObject({
        buckets: z
          .array(
            z.looseObject({
              key: z.union([z.string(), z.number()]).nullish(),
              keyAsString: text,
              documentCount: number,
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

const answerOption = z.looseObject({ id, contextId: text, text, value: number, builtInType: text });
export type AnswerOption = z.output<typeof answerOption>;

/** Kept as it is: it names other questions and options by their places. */
const condition = z.looseObject({}).nullish();

const optionQuestion = z.looseObject({
  id,
  contextId: text,
  text,
  helpText: text,
  type: text,
  naEnabled: flag,
  commentsRequired: flag,
  visibilityCondition: condition,
  isKill: flag,
  isCritical: flag,
  answerOptions: z
    .array(answerOption)
    .superRefine(once('option', (options) => options.map((option) => option.id)))
    .nullish(),
});
const question = z.looseObject({
  ...optionQuestion.shape,
  multipleSelectOptionQuestions: z.array(optionQuestion).nullish(),
});
export type Question = z.output<typeof question>;
export type OptionQuestion = z.output<typeof optionQuestion>;

const questionGroup = z.looseObject({
  id,
  contextId: text,
  name: text,
  weight: number,
  visibilityCondition: condition,
  questions: z.array(question).nullish(),
});
export type QuestionGroup = z.output<typeof questionGroup>;

/** Those that are ticked one by one are questions of their own. */
const idsOfQuestions = (groups: readonly QuestionGroup[]): string[] =>
  groups.flatMap(({ questions }) =>
    (questions ?? []).flatMap((each) => [
      each.id,
      ...(each.multipleSelectOptionQuestions ?? []).map((option) => option.id),
    ]),
  );

export const formSchema = z.looseObject({
  id,
  contextId: text,
  name: z.string(),
  modifiedDate: instant,
  published: flag,
  weightMode: z.enum(['SCALED', 'OFF']).nullish(),
  /** Of survey forms alone. */
  language: text,
  /** The client may not see it: it comes without questions. */
  redacted: flag,
  division: reference,
  evaluationSettings: z.looseObject({ revisionsEnabled: flag, disputesEnabled: flag }).nullish(),
  questionGroups: z.array(questionGroup).superRefine(once('question', idsOfQuestions)).nullish(),
});
export type Form = z.output<typeof formSchema>;
export const formListingSchema = z.looseObject({ entities: z.array(formSchema).nullish() });

export const calibrationSchema = z.looseObject({
  id,
  name: text,
  calibrator: person,
  agent: person,
  conversation: reference,
  evaluationForm: z.looseObject({ id, contextId: text }).nullish(),
  contextId: text,
  averageScore: number,
  highScore: number,
  lowScore: number,
  createdDate: instant,
  evaluators: z.array(z.looseObject({ id })).nullish(),
  scoringIndex: reference,
  expertEvaluator: person,
});

export const userSchema = z.looseObject({
  id,
  name: text,
  email: text,
  state: text,
  title: text,
  department: text,
  division: reference,
});
export const queueSchema = z.looseObject({ id, name: text, division: reference });
export const divisionSchema = z.looseObject({ id, name: text, description: text, homeDivision: flag });

/** A page of a listing. Counts are not read: the vendor warns that they may be wrong. */
export const listingSchema = z.looseObject({
  entities: z.array(z.looseObject({ id })).nullish(),
  nextUri: text,
});

/** How much each agent was evaluated, and how much of that the client may not see. */
export const agentActivitySchema = z.looseObject({
  entities: z.array(z.looseObject({ numEvaluationsWithoutViewPermission: number })).nullish(),
  nextUri: text,
});

export const limitsSchema = z.looseObject({
  entities: z.array(z.looseObject({ key: z.string(), value: z.number() })).nullish(),
});
