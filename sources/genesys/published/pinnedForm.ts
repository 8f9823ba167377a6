/** A form version prepared for mapping: every question, group and option found by id. */
import {
  formSchema,
  type AnswerOption,
  type Form,
  type OptionQuestion,
  type Question,
  type QuestionGroup,
} from './schemas.js';
import { parseBody } from '../../rows/parse.js';
import { oncePerForm } from '../../rows/oncePerForm.js';

export interface PinnedQuestion {
  question: Question;
  group: QuestionGroup;
  /** Position in its group, from 0. */
  index: number;
  /** Points possible; null for questions that give none. */
  maxScore: number | null;
  options: ReadonlyMap<string, AnswerOption>;
}

export interface PinnedForm {
  form: Form;
  groups: ReadonlyMap<string, { group: QuestionGroup; index: number; weight: number }>;
  questions: ReadonlyMap<string, PinnedQuestion>;
}

/** Prepares a form version once, however many evaluations were scored on it. */
export const pinForm = oncePerForm((source) =>
  prepare(parseBody(formSchema, source.body, `form version ${source.formId}`)),
);

function prepare(form: Form): PinnedForm {
  const groups = new Map<string, { group: QuestionGroup; index: number; weight: number }>();
  const questions = new Map<string, PinnedQuestion>();
  for (const [index, group] of (form.questionGroups ?? []).entries()) {
    // Switched off, every point counts the same, whatever weight the group still carries. A form that does not say is
    // scored by its weights, as the vendor's formula has it.
    groups.set(group.id, { group, index, weight: form.weightMode === 'OFF' ? 1 : (group.weight ?? 1) });
    for (const [position, question] of (group.questions ?? []).entries()) {
      questions.set(question.id, {
        question,
        group,
        index: position,
        maxScore: maxScoreOf(question),
        options: new Map((question.answerOptions ?? []).map((option) => [option.id, option])),
      });
    }
  }
  return { form, groups, questions };
}

/**
 * The best option of a choice; for multiple select the best of each of its options together. Null where a form does not
 * tell these, as forms of surveys do not.
 */
export function maxScoreOf(question: Question | OptionQuestion): number | null {
  if (question.type === 'multipleChoiceQuestion') return best(question.answerOptions);
  if (question.type === 'multipleSelectQuestion') {
    const options = (question as Question).multipleSelectOptionQuestions ?? [];
    if (options.length === 0) return null;
    return options.reduce((sum, option) => sum + best(option.answerOptions), 0);
  }
  return null;
}

function best(options: readonly AnswerOption[] | null | undefined): number {
  return Math.max(0, ...(options ?? []).map(({ value }) => value ?? 0));
}
