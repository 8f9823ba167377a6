/** What a customer answers: chosen at random, but always the same for the same survey. */
import { pickFrom, randomStream } from './random.js';
import type { SurveyAnswer, SurveyAnswerGroup } from './surveyState.js';
import type { SurveyForm, SurveyQuestion } from './vendorModels.js';

const remarks = [
  'Quick and friendly, thank you!',
  'I had to call three times before somebody knew what to do.',
  'Tout s’est très bien passé.',
  'The agent solved it, but the waiting music is dreadful 🙉',
  'Es hat lange gedauert; am Ende war alles gut.',
];

/** @param mood from 0 to 1: how likely a good answer is */
export function fillSurvey(form: SurveyForm, seed: number, mood: number): SurveyAnswerGroup[] {
  const random = randomStream(seed);
  return form.questionGroups.map(({ id, name, questions }) => ({
    id,
    name,
    questions: questions.map((question) => answer(question, random, mood)),
  }));
}

function answer(question: SurveyQuestion, random: () => number, mood: number): SurveyAnswer {
  const [luck, spread, skipped] = [random(), random(), random()];
  const { id, contextId, text, type } = question;
  const base = { id, contextId, text, type, markedNA: false };
  switch (type) {
    case 'multipleChoiceQuestion': {
      const maxScore = Math.max(...question.answerOptions.map(({ value }) => value));
      if (question.naEnabled && skipped < 0.03) return { ...base, maxScore, markedNA: true };
      const option = pickFrom(question.answerOptions, luck < mood ? 0.6 + 0.4 * spread : 0.6 * spread);
      const { id: answerId, contextId: answerContextId, text: answerText, value } = option;
      return { ...base, answerId, answerContextId, answerText, value, score: value, maxScore };
    }
    case 'npsQuestion':
      if (skipped < 0.08) return base;
      return { ...base, npsScore: luck < mood ? 7 + Math.floor(4 * spread) : Math.floor(7 * spread) };
    case 'freeTextQuestion':
      return skipped < 0.35 ? base : { ...base, freeText: pickFrom(remarks, spread) };
  }
}

/** Points given of those possible, in percent; undefined where no rating was given. */
export function surveyScore(groups: readonly SurveyAnswerGroup[]): number | undefined {
  const rated = groups
    .flatMap(({ questions }) => questions)
    .flatMap(({ score, maxScore }) =>
      score === undefined || maxScore === undefined ? [] : [{ score, maxScore }],
    );
  const possible = rated.reduce((sum, { maxScore }) => sum + maxScore, 0);
  return possible === 0 ? undefined : (100 * rated.reduce((sum, { score }) => sum + score, 0)) / possible;
}
