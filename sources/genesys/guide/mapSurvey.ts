import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { MappingContext, RelatedReads, SourceRecord } from '../../source.js';
import type { CsatStream } from '../streams.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody, rawOf } from '../../rows/parse.js';
import { mediaTypeOf, parseConversation } from './mapConversation.js';
import { personOf } from './mapEvaluation.js';
import { evaluationSchema, type Conversation, type Evaluation } from './schemas.js';
import { answersOf, type CustomerAnswer } from './surveys.js';

/** One survey for each evaluation that carries answers of a customer. */
export function mapSurvey(
  record: SourceRecord,
  stream: CsatStream,
  related: RelatedReads,
  context: MappingContext,
): CanonicalRows {
  const evaluation = parseBody(evaluationSchema, record.body, `evaluation ${record.id}`);
  const conversation =
    related.conversation === undefined ? undefined : parseConversation(related.conversation);
  const common = stamps({ ...context, extractedAt: record.extractedAt });
  const answers = answersOf(evaluation, stream);
  const rows = answers.map((answer): Row<'survey_answers'> => ({
    ...common,
    survey_id: evaluation.id,
    ...answerOf(answer),
  }));
  const row = {
    ...common,
    survey_id: evaluation.id,
    ...surveyOf(evaluation, answers),
    ...enrichmentOf(evaluation, conversation),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return { surveys: [{ ...row, content_hash: contentHash(row, ...rows) }], survey_answers: rows };
}

function surveyOf(evaluation: Evaluation, answers: readonly CustomerAnswer[]) {
  const evaluator = personOf(evaluation, 'evaluator');
  return {
    conversation_id: evaluation.interactionId,
    evaluation_id: evaluation.id,
    survey_type: null,
    // That of the evaluation: what was retracted with it does not count.
    status: evaluation.status,
    agent_team_id: null,
    evaluator_id: orNull(evaluation.evaluatorId ?? evaluator?.id),
    evaluator_name: orNull(evaluation.evaluatorName ?? evaluator?.name),
    form_id: orNull(evaluation.evaluationTemplateId),
    form_name: null,
    // None of it is in the contract.
    form_context_id: null,
    language: null,
    error_reason: null,
    is_missing_required_answer: null,
    // The contract states points of single answers, not out of how many.
    total_score: null,
    csat_value: meanOf(answers, 'rating'),
    nps_score: meanOf(answers, 'nps'),
    completed_at: orNull(evaluation.submitDate),
  };
}

/** What the conversation adds; the evaluation's own word on the agent and the begin comes first. */
function enrichmentOf(evaluation: Evaluation, conversation: Conversation | undefined) {
  const agent = personOf(evaluation, 'agent');
  const attributes = conversation?.toAttributes;
  return {
    external_reference: orNull(conversation?.externalReferenceId),
    agent_id: orNull(agent?.id ?? attributes?.agent_id),
    agent_name: orNull(agent?.name ?? attributes?.agent_name),
    queue_id: orNull(attributes?.queue_id),
    queue_name: orNull(attributes?.queue_name),
    media_type: conversation === undefined ? null : mediaTypeOf(conversation),
    conversation_start: orNull(evaluation.interactionDate ?? conversation?.conversationStart),
    conversation_seconds: orNull(attributes?.duration_seconds),
    is_enriched: conversation !== undefined,
  };
}

/** Mean of the numbers given to questions of a type; null where none was. */
function meanOf(answers: readonly CustomerAnswer[], type: string): number | null {
  const values = answers.flatMap(({ item }) =>
    item.type?.toLowerCase() === type && typeof item.value === 'number' ? [item.value] : [],
  );
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function answerOf({ scorecard, item }: CustomerAnswer) {
  return {
    question_id: item.id,
    question_context_id: null,
    group_id: scorecard.id,
    group_name: orNull(scorecard.label),
    question_text: orNull(item.label),
    question_type: orNull(item.type),
    answer_id: null,
    answer_context_id: null,
    answer_value: orNull(item.value),
    answer_text: orNull(item.text),
    score: orNull(item.score),
    max_score: null,
    // Not in the contract, which has no value and no text then; the column takes no null.
    marked_na: false,
  };
}
