/** A submission as the vendor knows it: a workflow of one of three types. */
import { effectiveWeight, maxPoints } from '../../organisation/score.js';
import type { EvaluationState, Submission } from '../../organisation/organisation.js';
import type { Question, QuestionGroup, QuestionScore } from '../../organisation/vendorModels.js';

export const workflowTypes = {
  evaluation: 'Evaluation',
  selfAssessment: 'Self Assessment',
  calibration: 'Calibration',
} as const;

export interface Workflow {
  submission: Submission;
  state: EvaluationState;
  type: (typeof workflowTypes)[Submission['kind']];
  status: 'Completed' | 'Deleted' | 'Replaced';
  workflowState: 'Submitted' | 'Acknowledged' | 'In Dispute';
  /** Counts the versions of the form, the oldest being 1. */
  formVersion: number;
  /** Points with their weights; the total of somebody who failed a critical question is nothing. */
  score: number | undefined;
  maxScore: number | undefined;
  percentage: number | undefined;
  failedCritical: boolean;
  /** Milliseconds. */
  lastUpdated: number;
}

/** A question with what was answered. */
export interface AnsweredQuestion {
  group: QuestionGroup;
  question: Question;
  /** Position among the questions of its group. */
  index: number;
  /** `<group>.<question>`, both counted from 1. */
  number: string;
  /** What the answer says, `N/A` where there is none to give; empty where nothing is asked. */
  answer: string;
  options: string;
  score: number | undefined;
  maxScore: number | undefined;
  critical: boolean;
  failedCritical: boolean;
  scorable: boolean;
  /** Percent of the points of its group; undefined where there are none. */
  sectionPercentage: number | undefined;
}

/** @param formVersion the number of a form version by its id */
export function workflowOf(
  submission: Submission,
  formVersion: (state: EvaluationState) => number,
): Workflow {
  const { state, deletedAt, kind } = submission;
  const { scoring, form } = state;
  const groups = form.questionGroups.map((group) => ({
    weight: effectiveWeight(form, group),
    score: scoring?.questionGroupScores.find(({ questionGroupId }) => questionGroupId === group.id),
  }));
  const sum = (points: 'totalScoreUnweighted' | 'maxTotalScoreUnweighted') =>
    groups.reduce((total, { weight, score }) => total + weight * (score?.[points] ?? 0), 0);
  const failedCritical = scoring?.anyFailedKillQuestions === true && form.fatalZeroesTotal;
  const isScored = scoring?.totalScore !== undefined;
  return {
    submission,
    state,
    type: workflowTypes[kind],
    status: deletedAt === undefined ? (state.status === 'RETRACTED' ? 'Replaced' : 'Completed') : 'Deleted',
    workflowState:
      state.status === 'INREVIEW' ? 'In Dispute' : state.agentHasRead ? 'Acknowledged' : 'Submitted',
    formVersion: formVersion(state),
    score: isScored ? (failedCritical ? 0 : sum('totalScoreUnweighted')) : undefined,
    maxScore: isScored ? sum('maxTotalScoreUnweighted') : undefined,
    percentage: scoring?.totalScore === undefined ? undefined : rounded(scoring.totalScore),
    failedCritical,
    lastUpdated: deletedAt ?? state.changedDate,
  };
}

/** All questions of the form, in its order. */
export function* answeredQuestions({ state }: Workflow): Generator<AnsweredQuestion> {
  const { scoring, form } = state;
  for (const [groupIndex, group] of form.questionGroups.entries()) {
    const groupScore = scoring?.questionGroupScores.find(
      ({ questionGroupId }) => questionGroupId === group.id,
    );
    const weight = effectiveWeight(form, group);
    const possible = groupScore?.maxTotalScoreUnweighted ?? 0;
    const sectionPercentage =
      possible === 0 ? undefined : rounded((100 * (groupScore?.totalScoreUnweighted ?? 0)) / possible);
    for (const [index, question] of group.questions.entries()) {
      const score = groupScore?.questionScores.find(({ questionId }) => questionId === question.id);
      const points = maxPoints(question);
      const isLeftOut = score !== undefined && (score.markedNA || score.systemMarkedNA);
      const critical = question.isKill && form.fatalZeroesTotal;
      yield {
        group,
        question,
        index,
        number: `${groupIndex + 1}.${index + 1}`,
        answer: isLeftOut ? 'N/A' : answerText(question, score),
        options: optionsText(question),
        score: points === null || score === undefined || isLeftOut ? undefined : score.score * weight,
        maxScore: points === null ? undefined : points * weight,
        critical,
        failedCritical: critical && score?.failedKillQuestion === true,
        scorable: points !== null,
        sectionPercentage,
      };
    }
  }
}

function answerText(question: Question, score: QuestionScore | undefined): string {
  if (question.type === 'multipleSelectQuestion') {
    const chosen = (question.multipleSelectOptionQuestions ?? []).filter((option) => {
      const choice = score?.multipleSelectQuestionOptionScores?.find(
        ({ questionId }) => questionId === option.id,
      );
      return option.answerOptions.find(({ id }) => id === choice?.answerId)?.builtInType === 'Selected';
    });
    return chosen.map(({ text }) => text).join('; ');
  }
  if (question.type !== 'multipleChoiceQuestion') return score?.comments ?? '';
  return question.answerOptions.find(({ id }) => id === score?.answerId)?.text ?? '';
}

function optionsText({ answerOptions, multipleSelectOptionQuestions }: Question): string {
  return (multipleSelectOptionQuestions ?? answerOptions).map(({ text }) => text).join('; ');
}

const rounded = (percent: number) => Math.round(percent * 100) / 100;
