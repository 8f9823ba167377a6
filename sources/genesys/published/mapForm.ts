import { contentHash } from '../../../model/contentHash.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import type { MappingContext, SourceForm } from '../../source.js';
import { stamps } from './mapAnswers.js';
import { instantOrNull, orNull } from './parse.js';
import { maxScoreOf, pinForm } from './pinnedForm.js';
import type { Form, OptionQuestion, Question, QuestionGroup } from './schemas.js';

interface PlacedQuestion {
  question: Question | OptionQuestion;
  index: number;
  parentId: string | null;
}

type Bare<R> = Omit<R, 'connection' | 'source_system' | 'extracted_at' | 'batch_id' | 'form_id'>;

interface FormStructure {
  questions: Bare<Row<'form_questions'>>[];
  options: Bare<Row<'form_answer_options'>>[];
}

/** One form version with its questions and options. */
export function mapForm(source: SourceForm, context: MappingContext): CanonicalRows {
  const { form } = pinForm(source);
  const stamped = { ...stamps({ ...context, extractedAt: source.extractedAt }), form_id: form.id };
  const { questions, options } = structureOf(form);
  const modifiedAt = instantOrNull(form.modifiedDate);
  const row = {
    ...stamped,
    form_context_id: orNull(form.contextId),
    name: form.name,
    form_version: modifiedAt,
    is_published: orNull(form.published),
    weight_mode: orNull(form.weightMode),
    structure_hash: structureHash(source),
    division_id: orNull(form.division?.id),
    modified_at: modifiedAt,
    raw: JSON.stringify(source.body),
    // A version is not meant to change, so the time it was modified stands for its content.
    change_stamp: modifiedAt ?? source.extractedAt,
  };
  return {
    forms: [{ ...row, content_hash: contentHash(row) }],
    form_questions: questions.map((question) => ({ ...stamped, ...question })),
    form_answer_options: options.map((option) => ({ ...stamped, ...option })),
  };
}

const hashes = new WeakMap<SourceForm, string>();

/**
 * SHA-256 over what rows of evaluations take from a form version: weights, questions and options. A version that is
 * published does not change by the vendor's rules; where it does, the rows made with it show another hash.
 */
export function structureHash(source: SourceForm): string {
  let hash = hashes.get(source);
  if (hash === undefined) {
    const { form } = pinForm(source);
    const { questions, options } = structureOf(form);
    hash = contentHash({ form: form.name, mode: form.weightMode ?? null }, ...questions, ...options);
    hashes.set(source, hash);
  }
  return hash;
}

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
