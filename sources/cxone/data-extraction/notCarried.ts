/**
 * What the files do not say: what rows hold in its place, and, with the columns that rows fill only in part, the list
 * by which two contracts are compared.
 */
import { jsonText } from '../../../model/jsonText.js';
import type { TableName } from '../../../model/tables.js';
import { columnsOf, silentForm, silentRules, silentScorecard } from '../../rows/silent.js';

/** Beside what short contracts leave out. */
export const silentWorkflow = {
  ...silentScorecard,
  // The evaluator has a name and no id.
  evaluator_id: null,
  queue_id: null,
  comments: null,
  released_at: null,
  // The form is what the window's files show of it: no version to be held against later.
  form_structure_hash: null,
  is_automated: null,
  // The column takes no null.
  division_ids: jsonText([]),
} as const;

/** Of what silentScorecard leaves out, what the files do have. */
const carried: readonly string[] = [
  ...['agent_team_id', 'media_types', 'max_total_raw_score', 'any_failed_kill_questions'],
  ...['agent_comments', 'conversation_end'],
];

export const silentFormQuestion = {
  parent_question_id: null,
  help_text: null,
  is_na_enabled: null,
  ...silentRules,
  is_critical: null,
} as const;

/** Calibrations are known by their type alone: the columns take no null, and the mark names none. */
export const unnamedCalibration = '';

const scorecard = [
  ...columnsOf(silentWorkflow).filter((column) => !carried.includes(column)),
  // Points have their weights in them, so that those before weights are not known.
  'max_total_raw_score',
  // Retracted ones are not shown; those that wait are not submitted.
  'status',
  'score_calculation_status',
  // The contact's or the recording's, where there is none.
  'conversation_id',
  // In words of another vendor.
  'media_types',
  // Told where it sets the total to zero.
  'any_failed_kill_questions',
  // Said while reviewing; other contracts have what is said of the evaluation.
  'agent_comments',
  // Counted here, dated there.
  'form_id',
  'form_version',
];

const answer = [
  ...['group_weight', 'is_critical', 'answer_id', 'answer_context_id', 'answer_value', 'selected_options'],
  ...['assisted_answer_id', 'ai_answer_id', 'ai_explanation', 'ai_failure_type', 'ai_marked_na'],
  // Ids of the form over all its versions.
  ...['question_id', 'question_group_id', 'form_id'],
  // With weights in them; null where nothing was scored.
  ...['score', 'max_score'],
  // That of a rating is a text here, and a comment is only what was answered to a free text.
  ...['answer_text', 'comments'],
  // As that of its evaluation.
  'conversation_id',
  // Told of questions that set the total to zero.
  ...['is_kill', 'failed_kill_question'],
  // `N/A` does not say whether a person or a condition marked it.
  ...['marked_na', 'system_marked_na'],
];

/** Columns by table that this contract leaves empty, fills only in part or in its own words. */
export const notCarried = {
  evaluations: scorecard,
  evaluation_group_scores: [
    ...['group_weight', 'total_critical_score', 'max_total_critical_score', 'question_group_id'],
    ...['total_score_unweighted', 'max_total_score_unweighted', 'marked_na', 'system_marked_na'],
  ],
  evaluation_answers: answer,
  calibration_evaluations: [...scorecard, 'calibration_id', 'is_scoring_index'],
  calibration_answers: [...answer, 'calibration_id'],
  self_assessments: scorecard,
  self_assessment_answers: answer,
  evaluation_history: ['answers', 'content_hash', 'status', 'form_id', 'released_at'],
  forms: [...columnsOf(silentForm), 'form_id', 'form_version', 'structure_hash'],
  form_questions: [
    ...columnsOf(silentFormQuestion),
    ...['form_id', 'question_id', 'question_group_id', 'group_weight', 'max_score'],
  ],
} as const satisfies Partial<Record<TableName, readonly string[]>>;
