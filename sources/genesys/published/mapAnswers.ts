/** Question groups and answers of a scorecard as canonical rows. */
import { jsonText } from '../../../model/jsonText.js';
import type { Row } from '../../../model/tables.js';
import type { ScoredQuestion } from '../../../model/score.js';
import type { StampContext } from '../stamps.js';
import { orNull } from '../../rows/parse.js';
import { scoredQuestion } from '../../rows/scoredPoints.js';
import type { PinnedForm, PinnedQuestion } from './pinnedForm.js';
import type { Evaluation, GroupScore, QuestionScore } from './schemas.js';

/** What rows of one evaluation have in common. */
export interface AnswerContext extends StampContext {
  evaluationMonth: string;
}

export interface MappedAnswers {
  groupScores: Row<'evaluation_group_scores'>[];
  answers: Row<'evaluation_answers'>[];
  scored: ScoredQuestion[];
}

export function mapAnswers(
  evaluation: Evaluation,
  pinned: PinnedForm | undefined,
  context: AnswerContext,
): MappedAnswers {
  const mapped: MappedAnswers = { groupScores: [], answers: [], scored: [] };
  for (const groupScore of evaluation.answers?.questionGroupScores ?? []) {
    mapped.groupScores.push(groupRow(evaluation, groupScore, pinned, context));
    const place = pinned?.groups.get(groupScore.questionGroupId);
    for (const score of groupScore.questionScores ?? []) {
      const question = pinned?.questions.get(score.questionId);
      const answer = answerRow(evaluation, groupScore, score, pinned, question, context);
      mapped.answers.push(answer);
      // The points of an option that was chosen are known, also where the vendor has not counted them yet.
      const points = {
        score: answer.score ?? answer.answer_value,
        maxScore: answer.max_score,
        weight: place?.weight,
      };
      const scored = scoredQuestion(points);
      mapped.scored.push({
        ...scored,
        notApplicable: scored.notApplicable || answer.marked_na || answer.system_marked_na,
      });
    }
  }
  return mapped;
}

function groupRow(
  evaluation: Evaluation,
  score: GroupScore,
  pinned: PinnedForm | undefined,
  context: AnswerContext,
): Row<'evaluation_group_scores'> {
  const place = pinned?.groups.get(score.questionGroupId);
  // Spelled out instead of spread: a row that starts as a copy is slow to build, and there are millions of these.
  return {
    connection: context.connection,
    source_system: 'genesys',
    extracted_at: context.extractedAt,
    batch_id: context.batchId,
    evaluation_id: evaluation.id,
    question_group_id: score.questionGroupId,
    group_context_id: orNull(place?.group.contextId),
    group_name: orNull(place?.group.name),
    group_index: orNull(place?.index),
    group_weight: orNull(place?.weight),
    total_score: orNull(score.totalScore),
    max_total_score: orNull(score.maxTotalScore),
    total_score_unweighted: orNull(score.totalScoreUnweighted),
    max_total_score_unweighted: orNull(score.maxTotalScoreUnweighted),
    total_critical_score: orNull(score.totalCriticalScore),
    max_total_critical_score: orNull(score.maxTotalCriticalScore),
    marked_na: score.markedNA === true,
    system_marked_na: score.systemMarkedNA === true,
    evaluation_month: context.evaluationMonth,
  };
}

function answerRow(
  evaluation: Evaluation,
  groupScore: GroupScore,
  score: QuestionScore,
  pinned: PinnedForm | undefined,
  found: PinnedQuestion | undefined,
  context: AnswerContext,
): Row<'evaluation_answers'> {
  const option = score.answerId ? found?.options.get(score.answerId) : undefined;
  const selected = found === undefined ? null : selectedOptions(found, score);
  return {
    connection: context.connection,
    source_system: 'genesys',
    extracted_at: context.extractedAt,
    batch_id: context.batchId,
    evaluation_id: evaluation.id,
    question_id: score.questionId,
    question_context_id: orNull(found?.question.contextId),
    question_group_id: groupScore.questionGroupId,
    group_context_id: orNull(found?.group.contextId),
    group_name: orNull(found?.group.name),
    group_weight: orNull(pinned?.groups.get(groupScore.questionGroupId)?.weight),
    question_index: orNull(found?.index),
    question_text: orNull(found?.question.text),
    question_type: orNull(found?.question.type),
    is_critical: orNull(found?.question.isCritical),
    is_kill: orNull(found?.question.isKill),
    answer_id: orNull(score.answerId),
    answer_context_id: orNull(option?.contextId),
    answer_text:
      selected === null ? orNull(option?.text) : selected.map(({ text }) => text).join('; ') || null,
    answer_value: orNull(option?.value),
    selected_options: selected === null ? null : jsonText(selected),
    score: orNull(score.score),
    max_score: orNull(found?.maxScore),
    // Of a group that does not apply the vendor need not say so of each question.
    marked_na: score.markedNA === true || groupScore.markedNA === true,
    system_marked_na: score.systemMarkedNA === true || groupScore.systemMarkedNA === true,
    failed_kill_question: score.failedKillQuestion === true,
    comments: orNull(score.comments),
    assisted_answer_id: orNull(score.assistedAnswerId),
    ai_answer_id: orNull(score.aiAnswer?.answerId),
    ai_explanation: orNull(score.aiAnswer?.explanation),
    ai_failure_type: orNull(score.aiAnswer?.failureType),
    ai_marked_na: orNull(score.aiAnswer?.markedNotApplicable),
    form_id: orNull(evaluation.evaluationForm?.id),
    form_context_id: orNull(pinned?.form.contextId ?? evaluation.evaluationForm?.contextId),
    conversation_id: orNull(evaluation.conversation?.id),
    agent_id: orNull(evaluation.agent?.id),
    evaluation_month: context.evaluationMonth,
  };
}

/** The options that were ticked, in the order of the form; null for any other type of question. */
function selectedOptions({ question }: PinnedQuestion, score: QuestionScore) {
  if (question.type !== 'multipleSelectQuestion') return null;
  const scores = new Map(
    (score.multipleSelectQuestionOptionScores ?? []).map((each) => [each.questionId, each]),
  );
  return (question.multipleSelectOptionQuestions ?? []).flatMap((option) => {
    const answerId = scores.get(option.id)?.answerId;
    const chosen = (option.answerOptions ?? []).find(({ id }) => id === answerId);
    if (chosen?.builtInType !== 'Selected') return [];
    return [
      {
        optionId: option.id,
        contextId: orNull(option.contextId),
        text: orNull(option.text),
        value: orNull(chosen.value),
      },
    ];
  });
}
