/** The questions of a scored evaluation, joined with what its form version says of them. */
import type { EvaluationState } from './organisation.js';
import { effectiveWeight, maxPoints } from './score.js';
import type {
  EvaluationForm,
  Question,
  QuestionGroup,
  QuestionGroupScore,
  QuestionScore,
} from './vendorModels.js';

/** A question and what was answered. */
export interface ScoredItem {
  question: Question;
  answer: QuestionScore;
  /** Weight of its section; 1 where the form does not scale its sections. */
  weight: number;
  /** Points; null where nothing was scored. */
  score: number | null;
  /** Points possible; null where it gives none. */
  maxScore: number | null;
  /** Text of what was chosen, `N/A`, or null. */
  response: string | null;
}

/** A section and its questions. */
export interface ScoredSection {
  group: QuestionGroup;
  totals: QuestionGroupScore;
  weight: number;
  items: ScoredItem[];
}

/** The sections of an evaluation; undefined until it is scored. */
export function scoredSections({ form, scoring }: EvaluationState): ScoredSection[] | undefined {
  return scoring?.questionGroupScores.flatMap((totals) => {
    const group = form.questionGroups.find(({ id }) => id === totals.questionGroupId);
    return group === undefined ? [] : [scoredSection(form, group, totals)];
  });
}

function scoredSection(
  form: EvaluationForm,
  group: QuestionGroup,
  totals: QuestionGroupScore,
): ScoredSection {
  const weight = effectiveWeight(form, group);
  const items = totals.questionScores.flatMap((answer): ScoredItem[] => {
    const question = group.questions.find(({ id }) => id === answer.questionId);
    if (question === undefined) return [];
    const maxScore = maxPoints(question);
    const applies = !answer.markedNA && !answer.systemMarkedNA;
    const score = applies && maxScore !== null ? answer.score : null;
    const response = applies ? chosenText(question, answer) : 'N/A';
    return [{ question, answer, weight, score, maxScore, response }];
  });
  return { group, totals, weight, items };
}

function chosenText(question: Question, answer: QuestionScore): string | null {
  const chosen = (question.multipleSelectOptionQuestions ?? []).filter((option) => {
    const { answerId } =
      answer.multipleSelectQuestionOptionScores?.find(({ questionId }) => questionId === option.id) ?? {};
    return option.answerOptions.some(({ id, builtInType }) => id === answerId && builtInType === 'Selected');
  });
  if (chosen.length > 0) return chosen.map(({ text }) => text).join('; ');
  return question.answerOptions.find(({ id }) => id === answer.answerId)?.text ?? null;
}
