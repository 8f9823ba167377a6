/**
 * What the guide contract does not say of evaluations: what rows hold in its place, and, with the columns that rows
 * fill only in part, the list by which two contracts are compared.
 */
import type { TableName } from '../../../model/tables.js';
import {
  columnsOf,
  silentAnswer,
  silentFormQuestion,
  silentScorecard as unsaid,
  silentSettings,
} from '../../rows/silent.js';

/** Of a scorecard, read as an evaluation or as an assessment. */
export const silentScorecard = { ...unsaid, queue_id: null, created_at: null } as const;

export const silentGroup = {
  group_context_id: null,
  total_critical_score: null,
  max_total_critical_score: null,
  // The columns take no null.
  marked_na: false,
  system_marked_na: false,
} as const;

/** What only the lists of assessments leave out. */
export const silentAssessment = {
  agent_name: null,
  evaluator_name: null,
  released_at: null,
  conversation_start: null,
} as const;

/** Assessments have no groups of questions; the column takes no null. */
export const unnamedGroup = '';

/** Calibrations are known by a mark alone: the columns take no null, and the mark names none. */
export const unnamedCalibration = '';

const partly = {
  scorecard: [
    // The contract does not tie the versions of a template together.
    'form_context_id',
    // It says nothing of fatal questions, so that a total set to zero by one is a difference.
    'score_parity',
    // Absent until it is reached.
    'released_at',
    // Counted, where the published contract has a date.
    'form_version',
  ],
  answer: [
    'form_context_id',
    // `N/A` does not say whether a person or a condition marked it.
    'marked_na',
    // Null where nothing was scored, which the published contract states as no points.
    'score',
  ],
};

/** Columns by table that evaluations of the guide contract leave empty or fill only in part. */
export const notCarried = {
  evaluations: [...columnsOf(silentScorecard), ...partly.scorecard],
  evaluation_group_scores: columnsOf(silentGroup),
  evaluation_answers: [...columnsOf(silentAnswer), ...partly.answer],
  calibration_evaluations: [
    ...columnsOf(silentScorecard),
    ...partly.scorecard,
    'calibration_id',
    'is_scoring_index',
  ],
  calibration_answers: [...columnsOf(silentAnswer), ...partly.answer, 'calibration_id'],
  evaluation_history: ['answers', 'content_hash', 'released_at'],
  forms: [
    'form_context_id',
    'form_version',
    'is_published',
    'weight_mode',
    ...columnsOf(silentSettings),
    'division_id',
  ],
  // Sections that are not scaled have the weight that applies, 1, and not the one that the form still states.
  form_questions: [...columnsOf(silentFormQuestion), 'form_context_id', 'group_weight'],
  form_answer_options: ['answer_context_id', 'built_in_type'],
} as const satisfies Partial<Record<TableName, readonly string[]>>;

/** What is tied together by a form version there: only templates are without it. */
const tied = (columns: readonly string[]) => columns.filter((column) => column !== 'form_context_id');

/** The same of evaluations that are read as assessments. */
export const notCarriedByAssessments = {
  evaluations: [
    ...tied(notCarried.evaluations),
    // Until it is reached, other evaluations have a release date; assessments have none.
    ...columnsOf(silentAssessment).filter((column) => column !== 'released_at'),
    // The first of several.
    'division_ids',
    // That of the submission.
    'evaluation_month',
    // Told of evaluations only.
    'score_calculation_status',
  ],
  evaluation_answers: [
    ...tied(notCarried.evaluation_answers),
    ...['question_group_id', 'group_name', 'question_index', 'question_type', 'answer_id', 'answer_value'],
    'evaluation_month',
  ],
  evaluation_history: [...notCarried.evaluation_history, 'evaluation_month'],
} as const satisfies Partial<Record<TableName, readonly string[]>>;
