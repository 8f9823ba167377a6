/** Rows of the truth for evaluations and calibrations, in the words of a warehouse: what a perfect export holds of them. */
import type { CalibrationState, EvaluationState } from './organisation.js';
import { calibrationScores } from './render.js';
import { effectiveWeight, maxPoints } from './score.js';
import type { EvaluationForm, Question, QuestionGroup, QuestionScore, ScoringSet } from './vendorModels.js';

export type TruthRow = Record<string, unknown>;

const iso = (millis: number | undefined) => (millis === undefined ? null : new Date(millis).toISOString());
const sortedJson = (items: readonly string[]) => JSON.stringify([...items].sort());
const monthOf = (state: EvaluationState) =>
  `${new Date(state.conversationDate).toISOString().slice(0, 7)}-01`;

/** The vendor's formula without rounding and without a fatal question's effect; null when nothing was scored. */
function exactScore(form: EvaluationForm, scoring: ScoringSet): number | null {
  let reached = 0;
  let possible = 0;
  for (const group of form.questionGroups) {
    const score = scoring.questionGroupScores.find(({ questionGroupId }) => questionGroupId === group.id);
    if (score === undefined) continue;
    const weight = effectiveWeight(form, group);
    reached += score.totalScoreUnweighted * weight;
    possible += score.maxTotalScoreUnweighted * weight;
  }
  return possible === 0 ? null : (100 * reached) / possible;
}

export function scorecardRow(state: EvaluationState): TruthRow {
  const { scoring, form } = state;
  const exact = scoring === undefined ? null : exactScore(form, scoring);
  const total = scoring?.totalScore ?? null;
  return {
    evaluation_id: state.id,
    conversation_id: state.conversationId,
    evaluation_context_id: state.contextId,
    revision: state.version,
    retracted_evaluation_id: state.retractedEvaluationId ?? null,
    status: state.status,
    score_calculation_status: state.aiScoring?.pending === true ? 'pending' : 'final',
    is_automated: state.systemSubmitted,
    agent_id: state.agent.id,
    agent_name: state.agent.name,
    evaluator_id: state.evaluator?.id ?? null,
    evaluator_name: state.evaluator?.name ?? null,
    assignee_id: state.assignee?.id ?? null,
    queue_id: state.queue?.id ?? null,
    queue_name: state.queue?.name ?? null,
    division_ids: sortedJson(state.divisionIds),
    media_types: sortedJson(state.mediaType),
    form_id: form.id,
    form_context_id: form.contextId,
    form_name: form.name,
    form_version: form.modifiedDate,
    score_version_locked: true,
    total_score: total,
    total_critical_score: scoring?.totalCriticalScore ?? null,
    total_non_critical_score: scoring?.totalNonCriticalScore ?? null,
    max_total_raw_score: scoring?.maxTotalRawScore ?? null,
    max_total_raw_critical_score: scoring?.maxTotalRawCriticalScore ?? null,
    recomputed_score: exact,
    normalized_score: exact,
    score_parity: parity(form, scoring, exact),
    any_failed_kill_questions: scoring?.anyFailedKillQuestions ?? null,
    comments: scoring?.comments ?? null,
    private_comments: scoring?.privateComments ?? null,
    agent_comments: scoring?.agentComments ?? null,
    conversation_start: iso(state.conversationDate),
    conversation_end: iso(state.conversationEndDate),
    created_at: iso(state.createdDate),
    assigned_at: iso(state.assignedDate),
    assignee_changed_at: iso(state.assigneeChangedDate),
    submitted_at: iso(state.submittedDate),
    released_at: iso(state.releaseDate),
    changed_at: iso(state.changedDate),
    revision_created_at: iso(state.revisionCreatedDate),
    is_never_release: state.neverRelease,
    is_rescored: state.rescore,
    agent_has_read: state.agentHasRead,
    dispute_count: state.disputeCount,
    has_declined_review: false,
    evaluation_source_type: state.source.type,
    evaluation_source_id: state.source.id,
    evaluation_source_name: state.source.name,
    has_assistance_failed: state.hasAssistanceFailed,
    ai_failure_type: null,
    resource_type: state.resourceId === undefined ? null : 'EMAIL',
    resource_id: state.resourceId ?? null,
    evaluation_month: monthOf(state),
  };
}

function parity(form: EvaluationForm, scoring: ScoringSet | undefined, exact: number | null): string {
  if (scoring === undefined || exact === null) return 'not_scored';
  return scoring.anyFailedKillQuestions && form.fatalZeroesTotal && exact > 0.01 ? 'fatal_zero' : 'equal';
}

export function* groupScoreRows(state: EvaluationState): Generator<TruthRow> {
  const { form, scoring } = state;
  for (const [index, group] of form.questionGroups.entries()) {
    const score = scoring?.questionGroupScores.find(({ questionGroupId }) => questionGroupId === group.id);
    if (score === undefined) continue;
    yield {
      evaluation_id: state.id,
      question_group_id: group.id,
      group_context_id: group.contextId,
      group_name: group.name,
      group_index: index,
      group_weight: effectiveWeight(form, group),
      total_score: score.totalScore,
      max_total_score: score.maxTotalScore,
      total_score_unweighted: score.totalScoreUnweighted,
      max_total_score_unweighted: score.maxTotalScoreUnweighted,
      total_critical_score: score.totalCriticalScore,
      max_total_critical_score: score.maxTotalCriticalScore,
      marked_na: score.markedNA,
      system_marked_na: score.systemMarkedNA,
      evaluation_month: monthOf(state),
    };
  }
}

export function* answerRows(state: EvaluationState): Generator<TruthRow> {
  const { form, scoring } = state;
  if (scoring === undefined) return;
  for (const group of form.questionGroups) {
    const groupScore = scoring.questionGroupScores.find(
      ({ questionGroupId }) => questionGroupId === group.id,
    );
    for (const [index, question] of group.questions.entries()) {
      const score = groupScore?.questionScores.find(({ questionId }) => questionId === question.id);
      if (score !== undefined) yield answerRow(state, group, question, index, score);
    }
  }
}

function answerRow(
  state: EvaluationState,
  group: QuestionGroup,
  question: Question,
  index: number,
  score: QuestionScore,
): TruthRow {
  const option = question.answerOptions.find(({ id }) => id === score.answerId);
  const selected = selectedOptions(question, score);
  return {
    evaluation_id: state.id,
    question_id: question.id,
    question_context_id: question.contextId,
    question_group_id: group.id,
    group_context_id: group.contextId,
    group_name: group.name,
    group_weight: effectiveWeight(state.form, group),
    question_index: index,
    question_text: question.text,
    question_type: question.type,
    is_critical: question.isCritical,
    is_kill: question.isKill,
    answer_id: score.answerId ?? null,
    answer_context_id: option?.contextId ?? null,
    answer_text:
      selected === null ? (option?.text ?? null) : selected.map(({ text }) => text).join('; ') || null,
    answer_value: option?.value ?? null,
    selected_options: selected === null ? null : JSON.stringify(selected),
    score: score.score,
    max_score: maxPoints(question),
    marked_na: score.markedNA,
    system_marked_na: score.systemMarkedNA,
    failed_kill_question: score.failedKillQuestion,
    comments: score.comments ?? null,
    ai_answer_id: score.aiAnswer?.answerId ?? null,
    ai_explanation: score.aiAnswer?.explanation ?? null,
    ai_failure_type: null,
    ai_marked_na: score.aiAnswer?.markedNotApplicable ?? null,
    form_id: state.form.id,
    form_context_id: state.form.contextId,
    conversation_id: state.conversationId,
    agent_id: state.agent.id,
    evaluation_month: monthOf(state),
  };
}

function selectedOptions(question: Question, score: QuestionScore) {
  if (question.multipleSelectOptionQuestions === undefined) return null;
  return question.multipleSelectOptionQuestions.flatMap((option) => {
    const choice = score.multipleSelectQuestionOptionScores?.find(
      ({ questionId }) => questionId === option.id,
    );
    const chosen = option.answerOptions.find(({ id }) => id === choice?.answerId);
    if (chosen?.builtInType !== 'Selected') return [];
    return [{ optionId: option.id, contextId: option.contextId, text: option.text, value: chosen.value }];
  });
}

export function calibrationRow(calibration: CalibrationState): TruthRow {
  const totals = calibration.evaluations.flatMap(({ scoring }) =>
    scoring?.totalScore === undefined ? [] : [scoring.totalScore],
  );
  const scores = totals.length === 0 ? undefined : calibrationScores(totals);
  return {
    calibration_id: calibration.id,
    conversation_id: calibration.conversationId,
    calibrator_id: calibration.calibrator.id,
    agent_id: calibration.agent.id,
    expert_evaluator_id: calibration.expertEvaluator.id,
    scoring_index_evaluation_id:
      calibration.evaluations.find(({ isScoringIndex }) => isScoringIndex)?.id ?? null,
    form_id: calibration.form.id,
    form_context_id: calibration.form.contextId,
    average_score: scores?.averageScore ?? null,
    high_score: scores?.highScore ?? null,
    low_score: scores?.lowScore ?? null,
    evaluator_ids: sortedJson(calibration.evaluators.map(({ id }) => id)),
    created_at: iso(calibration.createdDate),
  };
}
