import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { stamps } from './mapAnswers.js';
import { instantOrNull, orNull } from './parse.js';
import { maxScoreOf, pinForm } from './pinnedForm.js';
import type { OptionQuestion, Question, QuestionGroup } from './schemas.js';

interface PlacedQuestion {
  question: Question | OptionQuestion;
  index: number;
  parentId: string | null;
}

/** One form version with its questions and options. */
export function mapForm(source: SourceForm, context: MappingContext): CanonicalRows {
  const { form } = pinForm(source);
  const stamped = { ...stamps({ ...context, extractedAt: source.extractedAt }), form_id: form.id };
  const questions: Row<'form_questions'>[] = [];
  const options: Row<'form_answer_options'>[] = [];
  for (const [groupIndex, group] of (form.questionGroups ?? []).entries()) {
    for (const { question, index, parentId } of placed(group)) {
      questions.push({
        ...stamped,
        question_id: question.id,
        question_context_id: orNull(question.contextId),
        parent_question_id: parentId,
        form_context_id: orNull(form.contextId),
        question_group_id: group.id,
        group_context_id: orNull(group.contextId),
        group_name: orNull(group.name),
        group_index: groupIndex,
        group_weight: orNull(group.weight),
        question_index: index,
        text: orNull(question.text),
        help_text: orNull(question.helpText),
        type: orNull(question.type),
        max_score: maxScoreOf(question),
        is_na_enabled: orNull(question.naEnabled),
        is_critical: orNull(question.isCritical),
        is_kill: orNull(question.isKill),
      });
      for (const [optionIndex, option] of (question.answerOptions ?? []).entries()) {
        options.push({
          ...stamped,
          question_id: question.id,
          answer_id: option.id,
          answer_context_id: orNull(option.contextId),
          option_index: optionIndex,
          text: orNull(option.text),
          value: orNull(option.value),
          built_in_type: orNull(option.builtInType),
        });
      }
    }
  }
  const modifiedAt = instantOrNull(form.modifiedDate);
  const row = {
    ...stamped,
    form_context_id: orNull(form.contextId),
    name: form.name,
    form_version: modifiedAt,
    is_published: orNull(form.published),
    weight_mode: orNull(form.weightMode),
    division_id: orNull(form.division?.id),
    modified_at: modifiedAt,
    raw: JSON.stringify(source.body),
    // A version never changes, so the time it was modified stands for its content.
    change_stamp: modifiedAt ?? source.extractedAt,
  };
  return {
    forms: [{ ...row, content_hash: contentHash(row, ...questions, ...options) }],
    form_questions: questions,
    form_answer_options: options,
  };
}

function* placed(group: QuestionGroup): Generator<PlacedQuestion> {
  for (const [index, question] of (group.questions ?? []).entries()) {
    yield { question, index, parentId: null };
    for (const [position, option] of (question.multipleSelectOptionQuestions ?? []).entries()) {
      yield { question: option, index: position, parentId: question.id };
    }
  }
}
