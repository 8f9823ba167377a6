/** Rows of the truth for forms, in the words of a warehouse: one version with its questions and their options. */
import { maxPoints } from './score.js';
import type { TruthRow } from './truthRows.js';
import type { EvaluationForm, Question, QuestionGroup } from './vendorModels.js';

export function formRow(form: EvaluationForm): TruthRow {
  return {
    form_id: form.id,
    form_context_id: form.contextId,
    name: form.name,
    form_version: form.modifiedDate,
    is_published: form.published,
    weight_mode: form.weightMode,
    has_revisions: form.evaluationSettings.revisionsEnabled,
    has_disputes: form.evaluationSettings.disputesEnabled,
    division_id: form.division.id,
    modified_at: form.modifiedDate,
  };
}

const conditionOf = ({ visibilityCondition }: Question | QuestionGroup) =>
  visibilityCondition === undefined ? null : JSON.stringify(visibilityCondition);

export function* formQuestionRows(form: EvaluationForm): Generator<TruthRow> {
  for (const [groupIndex, group] of form.questionGroups.entries()) {
    const inGroup = {
      form_id: form.id,
      form_context_id: form.contextId,
      question_group_id: group.id,
      group_context_id: group.contextId,
      group_name: group.name,
      group_index: groupIndex,
      group_weight: group.weight,
      group_visibility_condition: conditionOf(group),
    };
    for (const { question, index, parent } of questionsOf(group)) {
      yield {
        ...inGroup,
        question_id: question.id,
        question_context_id: question.contextId,
        parent_question_id: parent,
        question_index: index,
        text: question.text,
        type: question.type,
        max_score: maxPoints(question),
        is_na_enabled: question.naEnabled,
        is_comment_required: question.commentsRequired,
        visibility_condition: conditionOf(question),
        is_critical: question.isCritical,
        is_kill: question.isKill,
      };
    }
  }
}

export function* formOptionRows(form: EvaluationForm): Generator<TruthRow> {
  for (const group of form.questionGroups) {
    for (const { question } of questionsOf(group)) {
      for (const [index, option] of question.answerOptions.entries()) {
        yield {
          form_id: form.id,
          question_id: question.id,
          answer_id: option.id,
          answer_context_id: option.contextId,
          option_index: index,
          text: option.text,
          value: option.value,
          built_in_type: option.builtInType ?? null,
        };
      }
    }
  }
}

function* questionsOf(
  group: QuestionGroup,
): Generator<{ question: Question; index: number; parent: string | null }> {
  for (const [index, question] of group.questions.entries()) {
    yield { question, index, parent: null };
    for (const [position, option] of (question.multipleSelectOptionQuestions ?? []).entries()) {
      yield { question: option, index: position, parent: question.id };
    }
  }
}
