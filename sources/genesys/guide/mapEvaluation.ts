/** One evaluation of the guide contract as canonical rows: of an agent, or one that tests an evaluator. */
import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import { normalizedScore, scoreParity } from '../../../model/score.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { MappingContext, SourceForm, SourceRecord } from '../../source.js';
import { monthOf } from '../../rows/evaluationMonth.js';
import { historyRow } from '../../rows/historyRow.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody, sortedJson } from '../../rows/parse.js';
import { versionStamp } from '../../rows/versionStamp.js';
import type { ItemContext } from '../../rows/answerRow.js';
import { mapItems, type MappedItems } from './mapItems.js';
import { structureHash } from './mapTemplate.js';
import { silentScorecard, unnamedCalibration } from './notCarried.js';
import { pinTemplate, type PinnedTemplate } from './pinnedTemplate.js';
import type { EvaluationBody } from './recalculation.js';
import { evaluationSchema, type Evaluation } from './schemas.js';

export function mapEvaluation(
  record: SourceRecord,
  form: SourceForm | undefined,
  context: MappingContext,
): CanonicalRows {
  const { evaluation: body, recalculation } = record.body as EvaluationBody;
  const evaluation = parseBody(evaluationSchema, body, `evaluation ${record.id}`);
  const pinned = form === undefined ? undefined : pinTemplate(form);
  const itemContext: ItemContext = {
    ...context,
    vendor: 'genesys',
    extractedAt: record.extractedAt,
    // A later submission moves nothing: a warehouse keeps the month it was first loaded with.
    evaluationMonth: monthOf(evaluation.interactionDate ?? evaluation.submitDate ?? evaluation.dateModified),
    evaluationId: evaluation.id,
    formId: record.formId,
    formContextId: null,
    conversationId: evaluation.interactionId,
    agentId: orNull(personOf(evaluation, 'agent')?.id),
  };
  const mapped = mapItems(evaluation.sections ?? [], pinned, itemContext);
  const base = {
    ...stamps(itemContext),
    ...silentScorecard,
    evaluation_id: evaluation.id,
    ...scorecard(evaluation, record, pinned, mapped, itemContext),
    // What is not known to the source any more has nothing that is being worked out.
    score_calculation_status:
      recalculation === 'pending' || recalculation === 'recalculating'
        ? ('pending' as const)
        : ('final' as const),
    form_structure_hash: form === undefined ? null : structureHash(form),
    raw: jsonText(body),
    change_stamp: record.changeStamp,
  };
  const parts = [...mapped.groupScores, ...mapped.answers];
  if (evaluation.isCalibration === true) {
    const calibration = { calibration_id: unnamedCalibration };
    const row = { ...base, ...calibration, is_scoring_index: null };
    return {
      calibration_evaluations: [{ ...row, content_hash: contentHash(row, ...parts) }],
      calibration_answers: mapped.answers.map((answer) => ({ ...answer, ...calibration })),
    };
  }
  const row: Row<'evaluations'> = { ...base, content_hash: contentHash(base, ...parts) };
  return {
    evaluations: [row],
    evaluation_group_scores: mapped.groupScores,
    evaluation_answers: mapped.answers,
    evaluation_history: [historyRow(row, mapped.answers)],
  };
}

export const personOf = ({ users }: Evaluation, role: 'agent' | 'evaluator') =>
  users?.find((user) => user.role === role);

function scorecard(
  evaluation: Evaluation,
  record: SourceRecord,
  pinned: PinnedTemplate | undefined,
  { scored }: MappedItems,
  { agentId, evaluationMonth }: ItemContext,
) {
  const score = normalizedScore(scored);
  const total = orNull(evaluation.overallScore);
  const evaluator = personOf(evaluation, 'evaluator');
  return {
    conversation_id: evaluation.interactionId,
    status: evaluation.status,
    is_automated: record.isAutomated,
    agent_id: agentId,
    agent_name: orNull(personOf(evaluation, 'agent')?.name),
    evaluator_id: orNull(evaluation.evaluatorId ?? evaluator?.id),
    evaluator_name: orNull(evaluation.evaluatorName ?? evaluator?.name),
    division_ids: sortedJson(evaluation.divisionIds),
    form_id: record.formId,
    form_context_id: null,
    form_name: orNull(pinned?.template.name),
    form_version: pinned === undefined ? null : versionStamp(pinned.template.version),
    score_version_locked: pinned !== undefined,
    total_score: total,
    recomputed_score: score,
    normalized_score: score,
    score_parity: scoreParity(total, score, false),
    comments: orNull(evaluation.comments),
    conversation_start: orNull(evaluation.interactionDate),
    submitted_at: orNull(evaluation.submitDate),
    released_at: orNull(evaluation.releaseDate),
    changed_at: evaluation.dateModified,
    evaluation_month: evaluationMonth,
  };
}
