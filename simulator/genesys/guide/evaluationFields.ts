/** An evaluation in the words of the contract, field by field. */
import type { EvaluationState, Organisation } from '../../organisation/organisation.js';
import { formatInstant } from '../../common/instants.js';
import { scoredSections, type ScoredItem } from '../../organisation/scoredItems.js';
import { scorecardsOf } from './scorecards.js';
import { statuses } from './vocabulary.js';

/** Where fields that are not the evaluation's own come from. */
interface Source {
  organisation: Organisation;
  now: number;
}

/** Gives a field; undefined leaves it out. */
type Field = (evaluation: EvaluationState, source: Source) => unknown;

const fields = {
  id: ({ id }) => id,
  status: ({ status }) => statuses[status],
  interactionId: ({ conversationId }) => conversationId,
  evaluationTemplateId: ({ form }) => form.id,
  overallScore: ({ scoring }) => scoring?.totalScore ?? null,
  score: ({ scoring }) =>
    scoring?.questionGroupScores.reduce((sum, group) => sum + group.totalScoreUnweighted, 0) ?? null,
  dateModified: ({ changedDate }) => formatInstant(changedDate),
  submitDate: ({ submittedDate }) => (submittedDate === undefined ? undefined : formatInstant(submittedDate)),
  releaseDate: ({ releaseDate, neverRelease }, { now }) =>
    neverRelease || releaseDate === undefined || releaseDate > now ? undefined : formatInstant(releaseDate),
  evaluatorId: ({ evaluator }) => evaluator?.id,
  evaluatorName: ({ evaluator }) => evaluator?.name,
  interactionDate: ({ conversationDate }) => formatInstant(conversationDate),
  users: ({ evaluator, agent }) => [
    ...(evaluator === undefined ? [] : [{ id: evaluator.id, name: evaluator.name, role: 'evaluator' }]),
    { id: agent.id, name: agent.name, role: 'agent' },
  ],
  isCalibration: ({ calibrationId }) => calibrationId !== undefined,
  divisionIds: ({ divisionIds }) => divisionIds,
  comments: ({ scoring }) => scoring?.comments,
  sections: (evaluation) =>
    scoredSections(evaluation)?.map(({ group, weight, items }) => ({
      id: group.id,
      name: group.name,
      weight,
      items: items.map(renderItem),
    })) ?? null,
  scorecards: (evaluation, { organisation }) => scorecardsOf(evaluation, organisation),
} satisfies Record<string, Field>;

/** A field of an evaluation. */
export type EvaluationField = keyof typeof fields;

/** Every field, in the order they are shown. */
export const evaluationFields = Object.keys(fields) as EvaluationField[];

/** An evaluation with some of its fields. */
export function renderEvaluation(
  evaluation: EvaluationState,
  source: Source,
  shown: readonly EvaluationField[] = evaluationFields,
): Record<string, unknown> {
  return Object.fromEntries(shown.map((name) => [name, (fields[name] as Field)(evaluation, source)]));
}

function renderItem({ question, answer, weight, score, maxScore, response }: ScoredItem) {
  return {
    id: question.id,
    questionText: question.text,
    weight,
    score,
    maxScore,
    agentResponse: response,
    comments: answer.comments,
  };
}
