/** One assessment as canonical rows: an evaluation without groups, its weights those of the form version. */
import { normalizedScore, scoreParity } from '../../../model/score.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceForm, SourceRecord } from '../../source.js';
import { evaluationRows } from '../../rows/evaluationRows.js';
import { stamps } from '../stamps.js';
import { orNull, parseBody, rawOf, sortedJson } from '../../rows/parse.js';
import { monthOf } from '../../rows/evaluationMonth.js';
import { isNotApplicable, scoredQuestion } from '../../rows/scoredPoints.js';
import { versionStamp } from '../../rows/versionStamp.js';
import type { SaidAnswer } from '../../rows/answerRow.js';
import { formVersionHash, parseFormVersion } from './mapFormVersion.js';
import { silentAssessment, silentScorecard, unnamedGroup } from './notCarried.js';
import { assessmentSchema, type Assessment, type FormVersion } from './schemas.js';

type Question = NonNullable<Assessment['questions']>[number];
type Pin = FormVersion['weightDistribution'][number];

interface Weighed {
  question: Question;
  index: number;
  /** What the form version says of the question; undefined where it is unknown. */
  pin: Pin | undefined;
}

export function mapAssessment(
  record: SourceRecord,
  form: SourceForm | undefined,
  context: MappingContext,
): CanonicalRows {
  const assessment = parseBody(assessmentSchema, record.body, `assessment ${record.id}`);
  const version = form === undefined ? undefined : parseFormVersion(form);
  const pins = new Map(version?.weightDistribution.map((pin) => [pin.questionId, pin]));
  const weighed = (assessment.questions ?? []).map((question, index): Weighed => ({
    question,
    index,
    pin: pins.get(question.id),
  }));
  const base = {
    ...stamps({ ...context, extractedAt: record.extractedAt }),
    ...silentScorecard,
    ...silentAssessment,
    evaluation_id: assessment.id,
    ...scorecard(assessment, record, version, weighed),
    form_structure_hash: form === undefined ? null : formVersionHash(form),
    raw: rawOf(record),
    change_stamp: record.changeStamp,
  };
  return evaluationRows('genesys', base, weighed.map(saidIn));
}

function scorecard(
  assessment: Assessment,
  record: SourceRecord,
  version: FormVersion | undefined,
  weighed: readonly Weighed[],
) {
  const score = normalizedScore(weighed.map(scoredOf));
  const total = orNull(assessment.score);
  return {
    conversation_id: orNull(assessment.interactionId),
    status: assessment.status,
    score_calculation_status: 'final' as const,
    is_automated: record.isAutomated,
    agent_id: orNull(assessment.agentId),
    evaluator_id: orNull(assessment.evaluatorId),
    division_ids: sortedJson(assessment.divisionId ? [assessment.divisionId] : []),
    form_id: record.formId,
    form_context_id: orNull(version?.formId),
    form_name: orNull(version?.name),
    form_version: version === undefined ? null : versionStamp(version.version),
    // A question that the version does not have is weighed as the assessment says, which nothing pins.
    score_version_locked: version !== undefined && weighed.every(isPinned),
    total_score: total,
    recomputed_score: score,
    normalized_score: score,
    score_parity: scoreParity(total, score, false),
    comments: orNull(assessment.comments),
    submitted_at: orNull(assessment.dateSubmitted),
    changed_at: assessment.dateModified,
    // Not that of the conversation, which lists do not state. A warehouse keeps the month it was first loaded with.
    evaluation_month: monthOf(assessment.dateSubmitted ?? assessment.dateModified),
  };
}

/** A question without points, such as free text, has no weight to pin. */
const isPinned = ({ question, pin }: Weighed) => pin !== undefined || !question.maxScore;

/** Points of the assessment, weights and possible points of the form version. */
const scoredOf = ({ question, pin }: Weighed) =>
  scoredQuestion({
    score: question.score,
    maxScore: pin?.maxScore ?? question.maxScore,
    weight: pin?.weight ?? question.weight,
  });

function saidIn({ question, index, pin }: Weighed): SaidAnswer {
  const markedNa = isNotApplicable(question.answer, question.score);
  return {
    question_id: question.id,
    question_group_id: unnamedGroup,
    group_name: null,
    // Here each question has a weight of its own; views weigh answers by this column.
    group_weight: orNull(pin?.weight ?? question.weight),
    question_index: index,
    question_text: orNull(question.text),
    question_type: null,
    answer_id: null,
    answer_text: markedNa ? null : orNull(question.answer),
    answer_value: null,
    score: orNull(question.score),
    max_score: orNull(pin?.maxScore ?? question.maxScore),
    marked_na: markedNa,
    comments: orNull(question.comments),
  };
}
