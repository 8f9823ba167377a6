/**
 * What the guide contract does not say: what rows hold in its place, and, with the columns that rows fill only in part,
 * the list by which two contracts are compared.
 */
import type { TableName } from '../../../model/tables.js';
import {
  columnsOf,
  silentAnswer,
  silentCoaching,
  silentForm,
  silentFormQuestion,
  silentScorecard,
} from '../../rows/silent.js';

export const silentAssessment = {
  ...silentScorecard,
  agent_name: null,
  evaluator_name: null,
  conversation_start: null,
  submitted_at: null,
  released_at: null,
} as const;

export const silentFeedback = {
  parent_id: null,
  is_private: null,
  external_reference: null,
  ...silentCoaching,
} as const;

/** Columns by table that the guide contract leaves empty or fills only in part. */
export const notCarried = {
  evaluations: [
    ...columnsOf(silentAssessment),
    // The contract does not tie the versions of a rubric together.
    'form_context_id',
    // Scored or not: it tells no more.
    'status',
    // Told nowhere: what has a score is final.
    'score_calculation_status',
    // Known of what was scored without an evaluator.
    'is_automated',
    // One site.
    'division_ids',
    // Counted here, dated there.
    'form_version',
    // It says nothing of fatal questions, so that a total set to zero by one is a difference.
    'score_parity',
    // That of the creation.
    'evaluation_month',
  ],
  evaluation_answers: [
    ...columnsOf(silentAnswer),
    ...['form_context_id', 'question_type', 'answer_id', 'answer_value', 'evaluation_month'],
    // Sections are titles, and weights are by question.
    'question_group_id',
    // `N/A` does not say whether a person or a condition marked it.
    'marked_na',
    // Null where nothing was scored, which other contracts state as no points.
    'score',
  ],
  evaluation_history: ['answers', 'content_hash', 'status', 'released_at', 'evaluation_month'],
  forms: [...columnsOf(silentForm), 'form_context_id', 'form_version'],
  form_questions: [
    ...columnsOf(silentFormQuestion),
    ...['form_context_id', 'question_group_id', 'group_weight', 'type'],
  ],
  feedback: [
    ...columnsOf(silentFeedback),
    // One category.
    'tags',
    // Entries that are drafts or deleted are not shown.
    'status',
    'is_archived',
  ],
} as const satisfies Partial<Record<TableName, readonly string[]>>;
