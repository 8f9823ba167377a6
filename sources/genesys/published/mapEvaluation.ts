/** One evaluation as canonical rows: of an agent, or inside a calibration, where it tests the evaluator. */
import { contentHash } from '../../../model/contentHash.js';
import { toIso } from '../../../model/interval.js';
import { normalizedScore, scoreParity } from '../../../model/score.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { MappingContext, SourceForm, SourceRecord } from '../../source.js';
import { historyRow } from '../../rows/historyRow.js';
import { mapAnswers, type AnswerContext, type MappedAnswers } from './mapAnswers.js';
import { structureHash } from './mapForm.js';
import { instantOrNull, orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';
import { pinForm, type PinnedForm } from './pinnedForm.js';
import { evaluationSchema, type Evaluation } from './schemas.js';

export function mapEvaluation(
  record: SourceRecord,
  form: SourceForm | undefined,
  context: MappingContext,
): CanonicalRows {
  const evaluation = parseBody(evaluationSchema, record.body, `evaluation ${record.id}`);
  const pinned = form === undefined ? undefined : pinForm(form);
  const answerContext: AnswerContext = {
    ...context,
    extractedAt: record.extractedAt,
    evaluationMonth: monthOf(evaluation),
  };
  const mapped = mapAnswers(evaluation, pinned, answerContext);
  const row = scorecard(evaluation, record, form, pinned, mapped, answerContext);
  const parts = [...mapped.groupScores, ...mapped.answers];
  if (evaluation.calibration) {
    const calibrationId = evaluation.calibration.id;
    const scorecardRow = {
      ...row,
      calibration_id: calibrationId,
      is_scoring_index: orNull(evaluation.isScoringIndex),
    };
    return {
      calibration_evaluations: [{ ...scorecardRow, content_hash: contentHash(scorecardRow, ...parts) }],
      calibration_answers: mapped.answers.map((answer) => ({ ...answer, calibration_id: calibrationId })),
    };
  }
  row.content_hash = contentHash(row, ...parts);
  return {
    evaluations: [row],
    evaluation_group_scores: mapped.groupScores,
    evaluation_answers: mapped.answers,
    evaluation_history: [historyRow(row, mapped.answers)],
  };
}

/**
 * Immutable: the month of the conversation, else of creation, else one for all that have neither. A month that could
 * change, as any made of a time of change, would split a key in two.
 */
function monthOf(evaluation: Evaluation): string {
  const moment = evaluation.conversationDate ?? evaluation.createdDate ?? toIso(0);
  return `${new Date(moment).toISOString().slice(0, 7)}-01`;
}

/** Without its hash, which is over its parts too. Spelled out instead of spread, as rows of answers are. */
function scorecard(
  evaluation: Evaluation,
  record: SourceRecord,
  form: SourceForm | undefined,
  pinned: PinnedForm | undefined,
  mapped: MappedAnswers,
  context: AnswerContext,
): Row<'evaluations'> {
  const { answers } = evaluation;
  const score = pinned === undefined ? null : normalizedScore(mapped.scored);
  const total = orNull(answers?.totalScore);
  // In progress the source need not have made a total yet.
  const isComparable = pinned !== undefined && (total !== null || evaluation.status !== 'INPROGRESS');
  return {
    connection: context.connection,
    source_system: 'genesys',
    extracted_at: context.extractedAt,
    batch_id: context.batchId,
    evaluation_id: evaluation.id,
    conversation_id: orNull(evaluation.conversation?.id),
    evaluation_context_id: orNull(evaluation.evaluationContextId),
    revision: orNull(evaluation.version),
    retracted_evaluation_id: orNull(evaluation.retractedEvaluation?.id),
    status: evaluation.status,
    score_calculation_status: calculationStatus(evaluation),
    is_automated: record.isAutomated,
    agent_id: orNull(evaluation.agent?.id),
    agent_name: orNull(evaluation.agent?.name),
    agent_team_id: orNull(evaluation.agentTeam?.id),
    evaluator_id: orNull(evaluation.evaluator?.id),
    evaluator_name: orNull(evaluation.evaluator?.name),
    assignee_id: orNull(evaluation.assignee?.id),
    queue_id: orNull(evaluation.queue?.id),
    queue_name: orNull(evaluation.queue?.name),
    division_ids: sortedJson(evaluation.divisionIds),
    media_types: sortedJson(evaluation.mediaType),
    form_id: orNull(evaluation.evaluationForm?.id),
    form_context_id: orNull(pinned?.form.contextId ?? evaluation.evaluationForm?.contextId),
    form_name: orNull(pinned?.form.name),
    form_version: instantOrNull(pinned?.form.modifiedDate),
    score_version_locked: pinned !== undefined,
    total_score: total,
    total_critical_score: orNull(answers?.totalCriticalScore),
    total_non_critical_score: orNull(answers?.totalNonCriticalScore),
    max_total_raw_score: orNull(answers?.maxTotalRawScore),
    max_total_raw_critical_score: orNull(answers?.maxTotalRawCriticalScore),
    recomputed_score: score,
    normalized_score: score,
    score_parity: isComparable
      ? scoreParity(total, score, answers?.anyFailedKillQuestions === true)
      : 'not_scored',
    any_failed_kill_questions: orNull(answers?.anyFailedKillQuestions),
    comments: orNull(answers?.comments),
    private_comments: orNull(answers?.privateComments),
    agent_comments: orNull(answers?.agentComments),
    conversation_start: instantOrNull(evaluation.conversationDate),
    conversation_end: instantOrNull(evaluation.conversationEndDate),
    created_at: instantOrNull(evaluation.createdDate),
    assigned_at: instantOrNull(evaluation.assignedDate),
    assignee_changed_at: instantOrNull(evaluation.dateAssigneeChanged),
    submitted_at: instantOrNull(evaluation.submittedDate),
    released_at: instantOrNull(evaluation.releaseDate),
    changed_at: instantOrNull(evaluation.changedDate),
    revision_created_at: instantOrNull(evaluation.revisionCreatedDate),
    is_never_release: orNull(evaluation.neverRelease),
    is_rescored: orNull(evaluation.rescore),
    agent_has_read: orNull(evaluation.agentHasRead),
    dispute_count: orNull(evaluation.disputeCount),
    has_declined_review: orNull(evaluation.declinedReview),
    evaluation_source_type: orNull(evaluation.evaluationSource?.type),
    evaluation_source_id: orNull(evaluation.evaluationSource?.id),
    evaluation_source_name: orNull(evaluation.evaluationSource?.name),
    has_assistance_failed: orNull(evaluation.hasAssistanceFailed),
    ai_failure_type: orNull(evaluation.aiScoring?.failureType),
    resource_type: orNull(evaluation.resourceType),
    resource_id: orNull(evaluation.resourceId),
    evaluation_month: context.evaluationMonth,
    form_structure_hash: form === undefined ? null : structureHash(form),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
    content_hash: '',
  };
}

function calculationStatus({ aiScoring }: Evaluation): 'final' | 'pending' | 'failed' {
  if (aiScoring?.pending === true) return 'pending';
  return aiScoring?.failureType ? 'failed' : 'final';
}
