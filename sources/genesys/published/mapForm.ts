import { contentHash } from '../../../model/contentHash.js';
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows } from '../../../model/tables.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { formRows, type FormStructure } from '../../rows/formRows.js';
import { silentRules } from '../../rows/silent.js';
import { oncePerForm } from '../../rows/oncePerForm.js';
import { instantOrNull, orNull } from '../../rows/parse.js';
import { maxScoreOf, pinForm } from './pinnedForm.js';
import type { Form, OptionQuestion, Question, QuestionGroup } from './schemas.js';

interface PlacedQuestion {
  question: Question | OptionQuestion;
  index: number;
  parentId: string | null;
}

/** One form version with its questions and options. */
export function mapForm(source: SourceForm, context: MappingContext): CanonicalRows {
  const { form } = pinForm(source);
  const modifiedAt = instantOrNull(form.modifiedDate);
  const columns = {
    form_context_id: orNull(form.contextId),
    name: form.name,
    form_version: modifiedAt,
    is_published: orNull(form.published),
    weight_mode: orNull(form.weightMode),
    has_revisions: orNull(form.evaluationSettings?.revisionsEnabled),
    has_disputes: orNull(form.evaluationSettings?.disputesEnabled),
    structure_hash: structureHash(source),
    division_id: orNull(form.division?.id),
    modified_at: modifiedAt,
  };
  return formRows('genesys', source, form.id, columns, structureOf(form), context);
}

/**
 * SHA-256 over what rows of evaluations take from a form version: weights, questions and options. A version that is
 * published does not change by the vendor's rules; where it does, the rows made with it show another hash. How a
 * question is to be answered, and when it is shown, is in none of these rows.
 */
export const structureHash = oncePerForm((source) => {
  const { form } = pinForm(source);
  const { questions, options } = structureOf(form);
  const scored = questions.map((question) => ({ ...question, ...silentRules }));
  return contentHash({ form: form.name, mode: form.weightMode ?? null }, ...scored, ...options);
});

const conditionOf = ({ visibilityCondition }: Question | OptionQuestion | QuestionGroup) =>
  visibilityCondition ? jsonText(visibilityCondition) : null;

function structureOf(form: Form): FormStructure {
  const questions: FormStructure['questions'] = [];
  const options: FormStructure['options'] = [];
  for (const [groupIndex, group] of (form.questionGroups ?? []).entries()) {
    for (const { question, index, parentId } of placed(group)) {
      questions.push({
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
        is_comment_required: orNull(question.commentsRequired),
        visibility_condition: conditionOf(question),
        group_visibility_condition: conditionOf(group),
        is_critical: orNull(question.isCritical),
        is_kill: orNull(question.isKill),
      });
      for (const [optionIndex, option] of (question.answerOptions ?? []).entries()) {
        options.push({
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
  return { questions, options };
}

function* placed(group: QuestionGroup): Generator<PlacedQuestion> {
  for (const [index, question] of (group.questions ?? []).entries()) {
    yield { question, index, parentId: null };
    for (const [position, option] of (question.multipleSelectOptionQuestions ?? []).entries()) {
      yield { question: option, index: position, parentId: question.id };
    }
  }
}
