/** Surveys of customers, as the organisation shows them. */
import type { Queue, SurveyQuestion, Team, User } from './vendorModels.js';

export type SurveyStatus = 'Pending' | 'Sent' | 'InProgress' | 'Finished' | 'OptOut' | 'Error' | 'Expired';

/** Why one could not be sent. */
export const surveyError = 'InvalidExternalContact';

/** One question of a survey and what the customer said; what was skipped has neither value nor text. */
export interface SurveyAnswer {
  id: string;
  contextId: string;
  text: string;
  type: SurveyQuestion['type'];
  markedNA: boolean;
  /** Chosen option of a rating, its text and its number, from 1 to 5. */
  answerId?: string;
  answerContextId?: string;
  answerText?: string;
  value?: number;
  /** Points given and possible; of ratings only. */
  score?: number;
  maxScore?: number;
  /** Likelihood to recommend, from 0 to 10. */
  npsScore?: number;
  /** Free text. */
  freeText?: string;
}

export interface SurveyAnswerGroup {
  id: string;
  name: string;
  questions: SurveyAnswer[];
}

/** The state of one survey at the organisation's present. Times in epoch milliseconds. */
export interface SurveyState {
  id: string;
  /** Position of its conversation in the organisation. */
  index: number;
  conversationId: string;
  /** The evaluation of the conversation that holds; undefined when there is none yet or any more. */
  evaluationId: string | undefined;
  /** The version of the survey form it was made with. */
  formId: string;
  formContextId: string;
  formName: string;
  language: string;
  agent: User;
  queue: Queue | undefined;
  team: Team;
  divisionIds: string[];
  mediaType: string;
  status: SurveyStatus;
  type: 'Web' | 'Voice';
  createdDate: number;
  /** Undefined as long as it was not sent, and for ever when it could not be. */
  sentDate: number | undefined;
  completedDate: number | undefined;
  /** What happened to it by now, in order of time, and when the last of it did. */
  happened: SurveyEventKind[];
  eventTime: number;
  /** Percent; undefined until it is finished, or when no rating was given. */
  totalScore: number | undefined;
  /** Likelihood to recommend, from 0 to 10. */
  npsScore: number | undefined;
  /** Empty until it is finished. */
  groups: SurveyAnswerGroup[];
}

/** The fates of a survey, each with a status of its own. */
export type SurveyFate = 'created' | 'sent' | 'started' | 'finished' | 'optedOut' | 'failed' | 'expired';
export type SurveyEventKind = SurveyFate | 'deleted';

/** A data event of a survey as analytics sees it; the survey is as it is now, or as it was before it was deleted. */
export interface SurveyEvent {
  time: number;
  kind: SurveyEventKind;
  survey: SurveyState;
}
