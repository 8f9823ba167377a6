/** One assessment as canonical rows: an evaluation whose texts, weights and possible points are those of its rubric. */
import { normalizedScore, scoreParity } from '../../../model/score.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { SaidAnswer } from '../../rows/answerRow.js';
import { monthOf } from '../../rows/evaluationMonth.js';
import { evaluationRows } from '../../rows/evaluationRows.js';
import { orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';
import { isNotApplicable, scoredQuestion } from '../../rows/scoredPoints.js';
import type { MappingContext, SourceForm, SourceRecord } from '../../source.js';
import { stamps } from '../stamps.js';
import { isScored } from './assessments.js';
import { groupIdOf, pinRubric, rubricHash, type PinnedRubric } from './mapRubric.js';
import { silentAssessment } from './notCarried.js';
import { assessmentSchema, type Assessment } from './schemas.js';

type Answer = NonNullable<Assessment['answers']>[number];

interface Weighed {
  answer: Answer;
  /** What the rubric says of the question; undefined where it is unknown. */
  asked: ReturnType<PinnedRubric['questions']['get']>;
}

export function mapAssessment(
  record: SourceRecord,
  form: SourceForm | undefined,
  context: MappingContext,
): CanonicalRows {
  const assessment = parseBody(assessmentSchema, record.body, `assessment ${record.id}`);
  const pinned = form === undefined ? undefined : pinRubric(form);
  const weighed = (assessment.answers ?? []).map((answer): Weighed => ({
    answer,
    asked: pinned?.questions.get(answer.questionId),
  }));
  const base = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    ...silentAssessment,
    evaluation_id: assessment.id,
    ...scorecard(assessment, record, pinned, weighed),
    form_structure_hash: form === undefined ? null : rubricHash(form),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return evaluationRows('cxone', base, weighed.map(saidIn));
}

function scorecard(
  assessment: Assessment,
  record: SourceRecord,
  pinned: PinnedRubric | undefined,
  weighed: readonly Weighed[],
) {
  const score = normalizedScore(weighed.map(scoredOf));
  const total = orNull(assessment.qualityScore);
  return {
    conversation_id: orNull(assessment.interactionId),
    status: isScored(assessment) ? 'FINISHED' : 'INPROGRESS',
    score_calculation_status: 'final' as const,
    is_automated: record.isAutomated,
    agent_id: orNull(assessment.agentId),
    evaluator_id: orNull(assessment.evaluatorId),
    queue_id: orNull(assessment.queueId),
    division_ids: sortedJson(assessment.siteId ? [assessment.siteId] : []),
    form_id: record.formId,
    form_context_id: null,
    form_name: orNull(pinned?.rubric.name),
    form_version: orNull(pinned?.stamp),
    // A question that the rubric does not have has no weight.
    score_version_locked: pinned !== undefined && weighed.every(isPinned),
    total_score: total,
    recomputed_score: score,
    normalized_score: score,
    score_parity: scoreParity(total, score, false),
    comments: orNull(assessment.comments),
    created_at: assessment.createdAt,
    changed_at: assessment.updatedAt,
    evaluation_month: monthOf(assessment.createdAt),
  };
}

/** Where nothing was scored there is no weight to pin. */
const isPinned = ({ answer, asked }: Weighed) =>
  asked !== undefined || answer.score === null || answer.score === undefined;

/** Points of the assessment, weights and possible points of its rubric. */
const scoredOf = ({ answer, asked }: Weighed) =>
  scoredQuestion({
    score: answer.score,
    maxScore: asked?.question.maxScore,
    weight: asked?.question.weight,
  });

function saidIn({ answer, asked }: Weighed): SaidAnswer {
  const markedNa = isNotApplicable(answer.answer, answer.score);
  return {
    question_id: answer.questionId,
    question_group_id: groupIdOf(asked?.question),
    group_name: orNull(asked?.question.section),
    // Here each question has a weight of its own; views weigh answers by this column.
    group_weight: orNull(asked?.question.weight),
    question_index: orNull(asked?.index),
    question_text: orNull(asked?.question.text),
    question_type: null,
    answer_id: null,
    answer_text: markedNa ? null : orNull(answer.answer),
    answer_value: null,
    score: orNull(answer.score),
    max_score: orNull(asked?.question.maxScore),
    marked_na: markedNa,
    comments: orNull(answer.comments),
  };
}
