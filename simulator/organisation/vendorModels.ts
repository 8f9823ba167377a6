/** The vendor's models as far as the organisation fills them; field names are the published API's. */

export interface Division {
  id: string;
  name: string;
  description: string;
  homeDivision: boolean;
}

export interface User {
  id: string;
  name: string;
  email: string;
  state: 'active' | 'inactive' | 'deleted';
  title: string;
  department: string;
  division: { id: string; name: string };
}

export interface Queue {
  id: string;
  name: string;
  division: { id: string; name: string };
}

export interface Team {
  id: string;
  name: string;
  divisionId: string;
}

export interface AnswerOption {
  id: string;
  contextId: string;
  text: string;
  value: number;
  builtInType?: 'Selected' | 'Unselected';
}

export interface VisibilityCondition {
  combiningOperation: 'AND' | 'OR';
  predicates: string[];
}

export type QuestionType =
  | 'multipleChoiceQuestion'
  | 'multipleSelectQuestion'
  | 'freeTextQuestion'
  | 'npsQuestion'
  | 'readOnlyTextBlockQuestion';

export interface Question {
  id: string;
  contextId: string;
  text: string;
  helpText: string;
  type: QuestionType;
  naEnabled: boolean;
  commentsRequired: boolean;
  isKill: boolean;
  isCritical: boolean;
  answerOptions: AnswerOption[];
  multipleSelectOptionQuestions?: Question[];
  visibilityCondition?: VisibilityCondition;
}

export interface QuestionGroup {
  id: string;
  contextId: string;
  name: string;
  type: string;
  naEnabled: boolean;
  weight: number;
  manualWeight: boolean;
  questions: Question[];
  visibilityCondition?: VisibilityCondition;
}

export interface EvaluationForm {
  id: string;
  contextId: string;
  name: string;
  modifiedDate: string;
  published: boolean;
  weightMode: 'SCALED' | 'OFF';
  division: { id: string; name: string };
  questionGroups: QuestionGroup[];
  evaluationSettings: {
    revisionsEnabled: boolean;
    disputesEnabled: boolean;
    disputesAllowedPerEvaluation: number;
  };
  /** A failed fatal question makes the total zero. Not a field of the vendor's; not rendered. */
  fatalZeroesTotal: boolean;
}

/** What automated scoring proposed. */
export interface AiAnswer {
  answerId?: string;
  explanation: string;
  markedNotApplicable: boolean;
}

export interface QuestionScore {
  questionId: string;
  answerId?: string;
  score: number;
  markedNA: boolean;
  systemMarkedNA: boolean;
  failedKillQuestion: boolean;
  comments?: string;
  aiAnswer?: AiAnswer;
  multipleSelectQuestionOptionScores?: QuestionScore[];
}

export interface QuestionGroupScore {
  questionGroupId: string;
  totalScore: number;
  maxTotalScore: number;
  markedNA: boolean;
  systemMarkedNA: boolean;
  totalCriticalScore: number;
  maxTotalCriticalScore: number;
  totalNonCriticalScore: number;
  maxTotalNonCriticalScore: number;
  totalScoreUnweighted: number;
  maxTotalScoreUnweighted: number;
  totalCriticalScoreUnweighted: number;
  maxTotalCriticalScoreUnweighted: number;
  totalNonCriticalScoreUnweighted: number;
  maxTotalNonCriticalScoreUnweighted: number;
  questionScores: QuestionScore[];
}

export interface ScoringSet {
  totalScore?: number;
  totalCriticalScore?: number;
  totalNonCriticalScore?: number;
  maxTotalRawScore: number;
  maxTotalRawCriticalScore: number;
  questionGroupScores: QuestionGroupScore[];
  anyFailedKillQuestions: boolean;
  comments?: string;
  privateComments?: string;
  agentComments?: string;
}

export interface Skill {
  id: string;
  name: string;
}

export interface SurveyQuestion {
  id: string;
  contextId: string;
  text: string;
  helpText: string;
  type: 'multipleChoiceQuestion' | 'npsQuestion' | 'freeTextQuestion';
  naEnabled: boolean;
  /** Options of a rating from 1 to 5. */
  answerOptions: AnswerOption[];
  maxResponseCharacters?: number;
}

export interface SurveyQuestionGroup {
  id: string;
  contextId: string;
  name: string;
  type: string;
  naEnabled: boolean;
  questions: SurveyQuestion[];
}

export interface SurveyForm {
  id: string;
  contextId: string;
  name: string;
  modifiedDate: string;
  published: boolean;
  disabled: boolean;
  language: string;
  header: string;
  footer: string;
  division: { id: string; name: string };
  questionGroups: SurveyQuestionGroup[];
}
