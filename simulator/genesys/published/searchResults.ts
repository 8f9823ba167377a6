import {
  visibility,
  type EvaluationState,
  type Organisation,
  type Viewer,
} from '../../organisation/organisation.js';
import { isReleased } from './render.js';
import { meets, searchDates, type FieldValue, type SearchDate, type SearchRequest } from './searchRequest.js';

/** The dates of an evaluation as the search knows them. */
const dateOf = (evaluation: EvaluationState, field: SearchDate) => evaluation[field];

/** All evaluations a search finds for a viewer, in order; lazy where the order is that of the range asked for. */
export function* findEvaluations(
  organisation: Organisation,
  request: SearchRequest,
  viewer: Viewer,
): Generator<EvaluationState> {
  const ranged = request.spans[request.sortBy] === undefined ? firstRanged(request) : request.sortBy;
  const span = request.spans[ranged];
  if (span === undefined || span.to <= span.from) return;
  const order = request.descending ? 'DESC' : 'ASC';
  const found = filter(
    organisation.evaluationsBy(ranged, span.from, span.to, order),
    organisation,
    request,
    viewer,
  );
  if (ranged === request.sortBy) yield* found;
  else yield* sort([...found], request);
}

function* filter(
  evaluations: Iterable<EvaluationState>,
  organisation: Organisation,
  request: SearchRequest,
  viewer: Viewer,
): Generator<EvaluationState> {
  const now = organisation.options.now();
  for (const evaluation of evaluations) {
    if (evaluation.systemSubmitted !== request.systemSubmitted) continue;
    if (visibility(evaluation, viewer) === 'hidden') continue;
    if (request.criteria.every((each) => meets(each, fieldValue(evaluation, each.field, now))))
      yield evaluation;
  }
}

function firstRanged(request: SearchRequest): SearchDate {
  return searchDates.find((field) => request.spans[field] !== undefined) ?? request.sortBy;
}

// Evaluations without the date come last, as missing values do in a search index.
function sort(evaluations: EvaluationState[], { sortBy, descending }: SearchRequest): EvaluationState[] {
  const missing = descending ? -Infinity : Infinity;
  const key = (evaluation: EvaluationState) => dateOf(evaluation, sortBy) ?? missing;
  return evaluations.sort((a, b) => {
    const difference = descending ? key(b) - key(a) : key(a) - key(b);
    return difference === 0 || Number.isNaN(difference) ? (a.id < b.id ? -1 : 1) : difference;
  });
}

/** The value a field of the search has in an evaluation. */
export function fieldValue(evaluation: EvaluationState, field: string, now: number): FieldValue {
  const read = fields[field];
  return read === undefined ? questionValue(evaluation, field) : read(evaluation, now);
}

const fields: Record<string, (evaluation: EvaluationState, now: number) => FieldValue> = {
  evaluationId: ({ id }) => id,
  conversationId: ({ conversationId }) => conversationId,
  contextId: ({ form }) => form.contextId,
  formId: ({ form }) => form.id,
  evaluationStatus: ({ status }) => status,
  queueId: ({ queue }) => queue?.id,
  agentTeamId: ({ team }) => team.id,
  divisionId: ({ divisionIds }) => divisionIds,
  agentId: ({ agent }) => agent.id,
  evaluatorId: ({ evaluator }) => evaluator?.id,
  assigneeId: ({ assignee }) => assignee?.id,
  totalScore: ({ scoring }) => scoring?.totalScore,
  totalCriticalScore: ({ scoring }) => scoring?.totalCriticalScore,
  conversationDate: ({ conversationDate }) => conversationDate,
  createdDate: ({ createdDate }) => createdDate,
  submittedDate: ({ submittedDate }) => submittedDate,
  releaseDate: ({ releaseDate }) => releaseDate,
  released: (evaluation, now) => isReleased(evaluation, now),
  mediaType: ({ mediaType }) => mediaType,
};

function questionValue({ scoring }: EvaluationState, field: string): FieldValue {
  const groups = scoring?.questionGroupScores ?? [];
  const questions = groups.flatMap((group) => group.questionScores);
  const percentage = (reached: number, possible: number) => (possible === 0 ? 0 : (100 * reached) / possible);
  switch (field) {
    case 'questionGroupId':
      return groups.map((group) => group.questionGroupId);
    case 'questionGroupMarkedNA':
      return groups.map((group) => group.markedNA);
    case 'questionGroupScore':
      return groups.map((group) => group.totalScore);
    case 'criticalQuestionGroupScore':
      return groups.map((group) => group.totalCriticalScore);
    case 'questionGroupScorePercentage':
      return groups.map((group) => percentage(group.totalScore, group.maxTotalScore));
    case 'criticalQuestionGroupScorePercentage':
      return groups.map((group) => percentage(group.totalCriticalScore, group.maxTotalCriticalScore));
    case 'questionId':
      return questions.map((question) => question.questionId);
    case 'questionAnswerId':
      return questions.flatMap((question) => question.answerId ?? []);
    case 'questionScore':
      return questions.map((question) => question.score);
    case 'questionMarkedNA':
      return questions.map((question) => question.markedNA);
    case 'failedKillQuestion':
      return questions.map((question) => question.failedKillQuestion);
    default:
      return undefined;
  }
}
