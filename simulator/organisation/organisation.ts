/** What the simulated organisation shows of itself; the contracts it is served under are built on this. */
import type { FeedbackDateField, FeedbackState } from './feedbackState.js';
import type { Applied, ScriptedEvent } from './scriptedEvent.js';
import type { Submission } from './submission.js';
import type { SurveyEvent, SurveyState } from './surveyState.js';
import type {
  AiAnswer,
  Division,
  EvaluationForm,
  Queue,
  ScoringSet,
  Skill,
  SurveyForm,
  Team,
  User,
} from './vendorModels.js';

export type { FeedbackDateField, FeedbackState } from './feedbackState.js';
export type { Applied, ScriptedEvent } from './scriptedEvent.js';
export type { Submission } from './submission.js';
export type * from './surveyState.js';

/** What somebody may see: evaluations of these divisions. */
export interface Viewer {
  divisionIds: ReadonlySet<string> | 'all';
}

export interface OrganisationOptions {
  /** The same seed, span and count give the same organisation, to the byte. */
  seed: number;
  /** Evaluations over the span, those hidden from a client and never submitted ones included. */
  evaluations: number;
  /** Span of the submissions, epoch milliseconds, half-open. */
  from: number;
  to: number;
  /** How many evaluations in the middle of the span share one and the same millisecond of submission. */
  sameMillisecond?: number;
  /** What a vendor with tenants calls it; of the seed when it is absent. */
  tenantId?: string | undefined;
  /** The organisation's present, epoch milliseconds. */
  now: () => number;
}

export type EvaluationStatus = 'PENDING' | 'INPROGRESS' | 'FINISHED' | 'INREVIEW' | 'RETRACTED';

/** One answered question before points are counted. */
export interface ChosenAnswer {
  questionId: string;
  markedNA: boolean;
  systemMarkedNA: boolean;
  /** Chosen option of a multiple choice question. */
  answerId?: string;
  /** Multiple select: the chosen (built-in Selected or Unselected) option of each option question. */
  options?: { questionId: string; answerId: string }[];
  comments?: string;
  aiAnswer?: AiAnswer;
}

/** The state of one evaluation at the organisation's present. Times in epoch milliseconds. */
export interface EvaluationState {
  id: string;
  /** Position in the organisation; evaluations of one calibration and revisions share it. */
  index: number;
  contextId: string;
  conversationId: string;
  status: EvaluationStatus;
  form: EvaluationForm;
  agent: User;
  evaluator: User | undefined;
  assignee: User | undefined;
  queue: Queue | undefined;
  team: Team;
  divisionIds: string[];
  mediaType: string[];
  systemSubmitted: boolean;
  calibrationId: string | undefined;
  isScoringIndex: boolean;
  scoring: ScoringSet | undefined;
  chosen: readonly ChosenAnswer[];
  neverRelease: boolean;
  releaseDate: number | undefined;
  createdDate: number;
  assignedDate: number;
  submittedDate: number | undefined;
  revisionCreatedDate: number | undefined;
  changedDate: number;
  conversationDate: number;
  conversationEndDate: number;
  /** When it was handed to another assignee. */
  assigneeChangedDate: number | undefined;
  /** What made it. */
  source: { id: string; name: string; type: 'Policy' | 'Program' };
  /** The mail of the conversation that it is about, where it is about mail. */
  resourceId: string | undefined;
  hasAssistanceFailed: boolean;
  rescore: boolean;
  /** Whether a score is still being worked out; undefined where no machine ever scored. */
  aiScoring: { pending: boolean } | undefined;
  agentHasRead: boolean;
  disputeCount: number;
  version: number;
  retractedEvaluationId: string | undefined;
  versionIds: string[];
}

export type EventKind =
  'created' | 'submitted' | 'rescored' | 'released' | 'retracted' | 'deleted' | 'disputed' | 'signedOff';

/** A data event as analytics sees it; the evaluation is as it is now, or as it was before it was deleted. */
export interface EvaluationEvent {
  time: number;
  kind: EventKind;
  evaluation: EvaluationState;
}

export type DateField = 'createdDate' | 'submittedDate' | 'releaseDate' | 'conversationDate';

export interface ConversationState {
  id: string;
  index: number;
  start: number;
  end: number;
  divisionIds: string[];
  queue: Queue | undefined;
  agent: User;
  mediaType: string;
  /** Its reference in a system outside, e.g. a CRM; most have one. */
  externalReference: string | undefined;
  /** Its details are kept no longer. */
  isForgotten: boolean;
  /** Evaluations of the conversation that exist now. */
  evaluations: EvaluationState[];
}

export interface CalibrationState {
  id: string;
  conversationId: string;
  calibrator: User;
  agent: User;
  expertEvaluator: User;
  evaluators: User[];
  form: EvaluationForm;
  createdDate: number;
  divisionIds: string[];
  evaluations: EvaluationState[];
}

/** Kinds of evaluations that a script can ask for. */
export type PickKind = 'finished' | 'released' | 'neverReleased' | 'automated' | 'pending';

/** Tables of the truth: what a perfect export holds. */
export const truthTables = [
  'evaluations',
  'evaluation_group_scores',
  'evaluation_answers',
  'calibrations',
  'calibration_evaluations',
  'calibration_answers',
  'self_assessments',
  'self_assessment_answers',
  'forms',
  'form_questions',
  'form_answer_options',
  'users',
  'queues',
  'divisions',
  'tombstones',
  'surveys',
  'survey_answers',
  'feedback',
  'conversations',
] as const;

export type TruthTable = (typeof truthTables)[number];

export interface Organisation {
  readonly options: OrganisationOptions;
  /** Its id as a customer of the vendor. */
  readonly tenantId: string;
  divisions(): Division[];
  users(): User[];
  queues(): Queue[];
  teams(): Team[];
  /** Divisions that a client is not granted unless it is told otherwise. */
  readonly restrictedDivisionIds: readonly string[];

  formVersion(formId: string): EvaluationForm | undefined;
  /** How often a version was edited in place, its id and date staying. */
  formEdits(formId: string): number;
  /** Versions of a form published by now, oldest first. */
  formVersions(contextId: string): EvaluationForm[];
  /** The newest published version of each form. */
  publishedForms(): EvaluationForm[];

  /** Undefined when there is no such evaluation yet or any more. */
  evaluation(id: string): EvaluationState | undefined;
  /** Evaluations with the date in [from, to), in order of it; lazy. */
  evaluationsBy(field: DateField, from: number, to: number, order: 'ASC' | 'DESC'): Iterable<EvaluationState>;
  /** Evaluations last changed in [from, to), in order of that date, then of their ids; lazy. */
  evaluationsChanged(from: number, to: number): Iterable<EvaluationState>;
  /** Data events in [from, to) up to now, in order of time; lazy. */
  events(from: number, to: number): Iterable<EvaluationEvent>;

  /**
   * Submitted in [from, to), in no order; lazy. Those deleted silently are left out.
   * @param asOf an instant that has passed, epoch milliseconds; now by default. Names and forms are always those of now.
   */
  submissions(from: number, to: number, asOf?: number): Iterable<Submission>;

  conversation(id: string): ConversationState | undefined;
  /** Conversations that started in [from, to), in order of their start; lazy. */
  conversationsByStart(from: number, to: number): Iterable<ConversationState>;
  calibration(id: string): CalibrationState | undefined;
  /** Calibrations created in [from, to) by now; lazy. */
  calibrations(from: number, to: number): Iterable<CalibrationState>;

  survey(id: string): SurveyState | undefined;
  surveysOfConversation(conversationId: string): SurveyState[];
  /** Data events of surveys in [from, to) up to now, in order of time; lazy. */
  surveyEvents(from: number, to: number): Iterable<SurveyEvent>;
  /** Versions of the survey form published by now, oldest first. */
  surveyForms(): SurveyForm[];
  surveyForm(formId: string): SurveyForm | undefined;

  /** Deleted entries included. */
  feedback(id: string): FeedbackState | undefined;
  /** Entries with the date in [from, to), in order of it, then of their ids; lazy. */
  feedbackBy(field: FeedbackDateField, from: number, to: number): Iterable<FeedbackState>;

  /** The skill an agent works with. */
  skillOf(agent: User): Skill;

  /** Throws RangeError naming the id when there is nothing it could happen to. */
  apply(event: ScriptedEvent): Applied;
  /** Ids of visible evaluations of a kind (on a form version), spread over the span, always the same ones first. */
  pick(kind: PickKind, count: number, viewer: Viewer, formId?: string): string[];

  /** Rows that a perfect export of the span (default: everything until now) holds for this viewer. */
  truth(
    table: TruthTable,
    viewer: Viewer,
    span?: { from: number; to: number },
  ): Iterable<Record<string, unknown>>;
}

/** Not there at all, there but hidden, or visible. */
export function visibility(
  evaluation: { divisionIds: readonly string[] },
  viewer: Viewer,
): 'hidden' | 'redacted' | 'visible' {
  const { divisionIds } = viewer;
  if (divisionIds === 'all') return 'visible';
  const granted = evaluation.divisionIds.filter((id) => divisionIds.has(id)).length;
  if (granted === 0) return 'hidden';
  return granted === evaluation.divisionIds.length ? 'visible' : 'redacted';
}
