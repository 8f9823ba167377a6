import type { Row } from '../../model/tables.js';
import type { Vendor } from '../../model/vendor.js';
import type { StampContext } from './stamps.js';

/** What rows of one evaluation have in common. */
export interface ItemContext extends StampContext {
  vendor: Vendor;
  evaluationMonth: string;
  evaluationId: string;
  formId: string | null;
  formContextId: string | null;
  conversationId: string | null;
  agentId: string | null;
}

/** What the contract says of one answer. */
export type SaidAnswer = Pick<
  Row<'evaluation_answers'>,
  | 'question_id'
  | 'question_group_id'
  | 'group_name'
  | 'group_weight'
  | 'question_index'
  | 'question_text'
  | 'question_type'
  | 'answer_id'
  | 'answer_text'
  | 'answer_value'
  | 'score'
  | 'max_score'
  | 'marked_na'
  | 'comments'
>;

/**
 * One answer with what short contracts leave out (silentAnswer). Spelled out instead of spread: a row that starts as a
 * copy is slow to build, and there are millions of these.
 */
export function answerRow(said: SaidAnswer, context: ItemContext): Row<'evaluation_answers'> {
  return {
    connection: context.connection,
    source_system: context.vendor,
    extracted_at: context.extractedAt,
    batch_id: context.batchId,
    evaluation_id: context.evaluationId,
    question_id: said.question_id,
    question_context_id: null,
    question_group_id: said.question_group_id,
    group_context_id: null,
    group_name: said.group_name,
    group_weight: said.group_weight,
    question_index: said.question_index,
    question_text: said.question_text,
    question_type: said.question_type,
    is_critical: null,
    is_kill: null,
    answer_id: said.answer_id,
    answer_context_id: null,
    answer_text: said.answer_text,
    answer_value: said.answer_value,
    selected_options: null,
    score: said.score,
    max_score: said.max_score,
    marked_na: said.marked_na,
    system_marked_na: false,
    failed_kill_question: false,
    comments: said.comments,
    assisted_answer_id: null,
    ai_answer_id: null,
    ai_explanation: null,
    ai_failure_type: null,
    ai_marked_na: null,
    form_id: context.formId,
    form_context_id: context.formContextId,
    conversation_id: context.conversationId,
    agent_id: context.agentId,
    evaluation_month: context.evaluationMonth,
  };
}
