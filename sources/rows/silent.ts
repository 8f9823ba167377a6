/** What short contracts do not say of evaluations and forms, and what rows hold in its place. */
import { jsonText } from '../../model/jsonText.js';

/** Of a scorecard. */
export const silentScorecard = {
  evaluation_context_id: null,
  revision: null,
  retracted_evaluation_id: null,
  agent_team_id: null,
  assignee_id: null,
  queue_name: null,
  // The column takes no null.
  media_types: jsonText([]),
  total_critical_score: null,
  total_non_critical_score: null,
  max_total_raw_score: null,
  max_total_raw_critical_score: null,
  any_failed_kill_questions: null,
  private_comments: null,
  agent_comments: null,
  conversation_end: null,
  assigned_at: null,
  revision_created_at: null,
  is_never_release: null,
  is_rescored: null,
  agent_has_read: null,
  dispute_count: null,
  has_declined_review: null,
  evaluation_source_type: null,
  ai_failure_type: null,
  resource_type: null,
} as const;

/** See answerRow. */
export const silentAnswer = {
  question_context_id: null,
  group_context_id: null,
  is_critical: null,
  is_kill: null,
  answer_context_id: null,
  selected_options: null,
  // The columns take no null.
  system_marked_na: false,
  failed_kill_question: false,
  assisted_answer_id: null,
  ai_answer_id: null,
  ai_explanation: null,
  ai_failure_type: null,
} as const;

/** Of a version of a form. */
export const silentForm = {
  is_published: null,
  weight_mode: null,
  division_id: null,
  // It does not change and has no date.
  modified_at: null,
} as const;

export const silentFormQuestion = {
  question_context_id: null,
  parent_question_id: null,
  group_context_id: null,
  help_text: null,
  is_na_enabled: null,
  is_critical: null,
  is_kill: null,
} as const;

export const columnsOf = (...silent: readonly object[]): string[] =>
  silent.flatMap((each) => Object.keys(each));
