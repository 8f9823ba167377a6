/**
 * The vendor's published score formula: points times group weight over possible points times group weight, without
 * anything that is not applicable. Scores are 32-bit floats, as the vendor's are.
 */
import type { ChosenAnswer } from './organisation.js';
import type {
  AnswerOption,
  EvaluationForm,
  Question,
  QuestionGroup,
  QuestionGroupScore,
  QuestionScore,
  ScoringSet,
} from './vendorModels.js';

interface Points {
  reached: number;
  possible: number;
  criticalReached: number;
  criticalPossible: number;
}

const none = (): Points => ({ reached: 0, possible: 0, criticalReached: 0, criticalPossible: 0 });

const bestOf = (options: readonly AnswerOption[]) => Math.max(0, ...options.map(({ value }) => value));

/** Points possible on a question; null when it gives no points. */
export function maxPoints(question: Question): number | null {
  if (question.type === 'multipleChoiceQuestion') return bestOf(question.answerOptions);
  if (question.type === 'multipleSelectQuestion') {
    return (question.multipleSelectOptionQuestions ?? []).reduce(
      (sum, option) => sum + bestOf(option.answerOptions),
      0,
    );
  }
  return null;
}

export function effectiveWeight(form: EvaluationForm, group: QuestionGroup): number {
  return form.weightMode === 'SCALED' ? group.weight : 1;
}

/** Scores a sheet of answers on a form version. Groups in `naGroups` are not applicable as a whole. */
export function scoreSheet(
  form: EvaluationForm,
  chosen: readonly ChosenAnswer[],
  naGroups: ReadonlySet<string>,
  comments: Pick<ScoringSet, 'comments' | 'privateComments' | 'agentComments'> = {},
): ScoringSet {
  const answers = new Map(chosen.map((answer) => [answer.questionId, answer]));
  const weighted = none();
  const raw = none();
  let anyFailedKillQuestions = false;
  const groups = form.questionGroups.map((group) => {
    const groupNA = naGroups.has(group.id);
    const points = none();
    const questionScores: QuestionScore[] = [];
    for (const question of group.questions) {
      const answer = answers.get(question.id);
      if (answer === undefined) continue;
      const score = scoreQuestion(question, groupNA ? { ...answer, markedNA: true } : answer);
      anyFailedKillQuestions ||= score.failedKillQuestion;
      questionScores.push(score);
      const possible = maxPoints(question);
      if (possible === null || score.markedNA || score.systemMarkedNA) continue;
      points.reached += score.score;
      points.possible += possible;
      if (!question.isCritical) continue;
      points.criticalReached += score.score;
      points.criticalPossible += possible;
    }
    const weight = effectiveWeight(form, group);
    addPoints(raw, points, 1);
    addPoints(weighted, points, weight);
    return groupScore(group, points, weight, groupNA, questionScores);
  });
  const zeroed = anyFailedKillQuestions && form.fatalZeroesTotal;
  const total = percent(weighted.reached, weighted.possible);
  return {
    ...optional('totalScore', total === undefined ? undefined : zeroed ? 0 : total),
    ...optional('totalCriticalScore', percent(weighted.criticalReached, weighted.criticalPossible)),
    ...optional(
      'totalNonCriticalScore',
      percent(weighted.reached - weighted.criticalReached, weighted.possible - weighted.criticalPossible),
    ),
    maxTotalRawScore: raw.possible,
    maxTotalRawCriticalScore: raw.criticalPossible,
    questionGroupScores: groups,
    anyFailedKillQuestions,
    ...comments,
  };
}

function scoreQuestion(question: Question, answer: ChosenAnswer): QuestionScore {
  const applicable = !answer.markedNA && !answer.systemMarkedNA;
  const chosenOption = question.answerOptions.find(({ id }) => id === answer.answerId);
  const options = (question.multipleSelectOptionQuestions ?? []).map((option): QuestionScore => {
    const choice = answer.options?.find(({ questionId }) => questionId === option.id);
    const value = option.answerOptions.find(({ id }) => id === choice?.answerId)?.value ?? 0;
    return {
      questionId: option.id,
      ...optional('answerId', choice?.answerId),
      score: applicable ? value : 0,
      markedNA: false,
      systemMarkedNA: false,
      failedKillQuestion: false,
    };
  });
  const isSelect = question.type === 'multipleSelectQuestion';
  const points = isSelect ? options.reduce((sum, { score }) => sum + score, 0) : (chosenOption?.value ?? 0);
  return {
    questionId: answer.questionId,
    ...optional('answerId', applicable ? answer.answerId : undefined),
    score: applicable ? points : 0,
    markedNA: answer.markedNA,
    systemMarkedNA: answer.systemMarkedNA,
    failedKillQuestion: question.isKill && applicable && points < (maxPoints(question) ?? 0),
    ...optional('comments', answer.comments),
    ...optional('aiAnswer', answer.aiAnswer),
    ...(isSelect ? { multipleSelectQuestionOptionScores: options } : {}),
  };
}

function groupScore(
  group: QuestionGroup,
  points: Points,
  weight: number,
  markedNA: boolean,
  questionScores: QuestionScore[],
): QuestionGroupScore {
  const nonCritical = points.reached - points.criticalReached;
  const nonCriticalPossible = points.possible - points.criticalPossible;
  return {
    questionGroupId: group.id,
    totalScore: Math.fround(points.reached * weight),
    maxTotalScore: Math.fround(points.possible * weight),
    markedNA,
    systemMarkedNA: false,
    totalCriticalScore: Math.fround(points.criticalReached * weight),
    maxTotalCriticalScore: Math.fround(points.criticalPossible * weight),
    totalNonCriticalScore: Math.fround(nonCritical * weight),
    maxTotalNonCriticalScore: Math.fround(nonCriticalPossible * weight),
    totalScoreUnweighted: points.reached,
    maxTotalScoreUnweighted: points.possible,
    totalCriticalScoreUnweighted: points.criticalReached,
    maxTotalCriticalScoreUnweighted: points.criticalPossible,
    totalNonCriticalScoreUnweighted: nonCritical,
    maxTotalNonCriticalScoreUnweighted: nonCriticalPossible,
    questionScores,
  };
}

function addPoints(into: Points, points: Points, weight: number): void {
  into.reached += points.reached * weight;
  into.possible += points.possible * weight;
  into.criticalReached += points.criticalReached * weight;
  into.criticalPossible += points.criticalPossible * weight;
}

function percent(reached: number, possible: number): number | undefined {
  return possible === 0 ? undefined : Math.fround((100 * reached) / possible);
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
