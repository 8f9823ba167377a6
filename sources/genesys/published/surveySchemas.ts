/** Surveys of customers, as far as this adapter relies on them. Their forms are read as those of evaluations are. */
import { z } from 'zod';
import { flag, id, instant, number, person, reference, text } from './fields.js';
import { scoredOnce } from './schemas.js';

const questionScore = z.looseObject({
  questionId: id,
  answerId: text,
  score: number,
  markedNA: flag,
  systemMarkedNA: flag,
  npsScore: number,
  npsTextAnswer: text,
  freeTextAnswer: text,
});
export type SurveyQuestionScore = z.output<typeof questionScore>;

const groupScore = z.looseObject({
  questionGroupId: id,
  markedNA: flag,
  systemMarkedNA: flag,
  questionScores: z.array(questionScore).nullish(),
});
export type SurveyGroupScore = z.output<typeof groupScore>;

export const surveySchema = z.looseObject({
  id,
  conversation: reference,
  surveyForm: z.looseObject({ id, name: text, contextId: text, language: text }).nullish(),
  agent: person,
  agentTeam: reference,
  queue: person,
  status: z
    .string()
    .transform((value) => value.toUpperCase())
    .pipe(z.enum(['PENDING', 'SENT', 'INPROGRESS', 'FINISHED', 'OPTOUT', 'ERROR', 'EXPIRED'])),
  surveyType: text,
  completedDate: instant,
  surveyErrorDetails: z.looseObject({ surveyErrorReason: text }).nullish(),
  missingRequiredAnswer: flag,
  answers: z
    .looseObject({
      totalScore: number,
      npsScore: number,
      questionGroupScores: scoredOnce(z.array(groupScore)).nullish(),
    })
    .nullish(),
});
export type Survey = z.output<typeof surveySchema>;
