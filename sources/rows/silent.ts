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
  assignee_changed_at: null,
  revision_created_at: null,
  is_never_release: null,
  is_rescored: null,
  agent_has_read: null,
  dispute_count: null,
  has_declined_review: null,
  evaluation_source_type: null,
  evaluation_source_id: null,
  evaluation_source_name: null,
  has_assistance_failed: null,
  ai_failure_type: null,
  resource_type: null,
  resource_id: null,
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
  ai_marked_na: null,
} as const;

/** What a form lets people do with its evaluations. */
export const silentSettings = { has_revisions: null, has_disputes: null } as const;

/** Of a version of a form. */
export const silentForm = {
  is_published: null,
  weight_mode: null,
  ...silentSettings,
  division_id: null,
  // It does not change and has no date.
  modified_at: null,
} as const;

/** How a question is to be answered, and when it is shown. */
export const silentRules = {
  is_comment_required: null,
  visibility_condition: null,
  group_visibility_condition: null,
} as const;

export const silentFormQuestion = {
  question_context_id: null,
  parent_question_id: null,
  group_context_id: null,
  help_text: null,
  is_na_enabled: null,
  ...silentRules,
  is_critical: null,
  is_kill: null,
} as const;

/** Of feedback that is no coaching. */
export const silentCoaching = {
  editor_id: null,
  facilitator_id: null,
  title: null,
  scheduled_at: null,
  scheduled_minutes: null,
  completed_at: null,
} as const;

export const columnsOf = (...silent: readonly object[]): string[] =>
  silent.flatMap((each) => Object.keys(each));
