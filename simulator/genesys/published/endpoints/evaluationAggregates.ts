import {
  visibility,
  type EvaluationState,
  type EventKind,
  type Viewer,
} from '../../../organisation/organisation.js';
import type { AggregateRequest, AggregateVocabulary } from '../aggregateRequest.js';
import type { Observation } from '../aggregation.js';
import { aggregateDimensions } from '../analyticsVocabulary.js';
import { aggregateEndpoints } from '../aggregateEndpoints.js';
import type { PublishedApi } from '../call.js';
import { enumOf } from '../contract/contract.js';

type TimeDimension = 'conversationStart' | 'evaluationCreatedDate' | 'evaluationReleaseDate' | 'eventTime';
type Metric = 'nEvaluations' | 'nEvaluationsDeleted' | 'nEvaluationsRescored';

const vocabulary: AggregateVocabulary<TimeDimension> = {
  metrics: enumOf('EvaluationAggregationView', 'target'),
  dimensions: [
    'assigneeApplicable',
    'assigneeId',
    'calibrationId',
    'contextId',
    'conversationId',
    'divisionId',
    'evaluationContextId',
    'evaluationId',
    'evaluatorId',
    'formId',
    'mediaType',
    'queueId',
    'released',
    'rescored',
    'systemSubmitted',
    'teamId',
    'userId',
  ],
  defaultTime: 'conversationStart',
};

/** Evaluation aggregates, at once and as jobs. */
export const evaluationAggregates = aggregateEndpoints({
  name: 'Evaluations',
  jobKind: 'evaluationsAggregates',
  vocabulary,
  observe,
});

function observe(
  api: PublishedApi,
  request: AggregateRequest<TimeDimension>,
  viewer: Viewer,
): Iterable<Observation> {
  return request.timeDimension === 'eventTime'
    ? observeEvents(api, request, viewer)
    : observeDates(api, request, viewer);
}

type Observed = Pick<AggregateRequest<TimeDimension>, 'metrics'>;

/** The events that count in the analytics. A release, a dispute or a sign-off changes no counted thing. */
const counted: Partial<Record<EventKind, Metric>> = {
  submitted: 'nEvaluations',
  rescored: 'nEvaluationsRescored',
  deleted: 'nEvaluationsDeleted',
};

function* observeEvents(
  api: PublishedApi,
  request: AggregateRequest<TimeDimension>,
  viewer: Viewer,
): Generator<Observation> {
  const now = api.clock.now();
  for (const event of api.organisation.events(request.interval.from, request.interval.to)) {
    const metric = counted[event.kind];
    if (metric === undefined || visibility(event.evaluation, viewer) === 'hidden') continue;
    yield {
      time: event.time,
      dimension: aggregateDimensions(event.evaluation, now),
      metrics: { [metric]: 1, ...(event.kind === 'deleted' ? {} : scores(request, event.evaluation)) },
    };
  }
}

function* observeDates(
  api: PublishedApi,
  request: AggregateRequest<TimeDimension>,
  viewer: Viewer,
): Generator<Observation> {
  const field = dateFields[request.timeDimension];
  const now = api.clock.now();
  const { from, to } = request.interval;
  for (const evaluation of api.organisation.evaluationsBy(field, from, to, 'ASC')) {
    const time = evaluation[field];
    if (time === undefined || visibility(evaluation, viewer) === 'hidden') continue;
    yield {
      time,
      dimension: aggregateDimensions(evaluation, now),
      metrics: {
        nEvaluations: 1,
        ...(evaluation.rescore ? { nEvaluationsRescored: 1 } : {}),
        ...scores(request, evaluation),
      },
    };
  }
}

const dateFields = {
  conversationStart: 'conversationDate',
  evaluationCreatedDate: 'createdDate',
  evaluationReleaseDate: 'releaseDate',
  eventTime: 'submittedDate',
} as const;

/** Only where they are asked for: scoring a sheet takes longer than all the rest. */
function scores({ metrics }: Observed, evaluation: EvaluationState): Record<string, number> {
  if (!metrics.some((metric) => metric.startsWith('o'))) return {};
  const { scoring } = evaluation;
  return {
    ...(scoring?.totalScore === undefined ? {} : { oTotalScore: Math.round(scoring.totalScore) }),
    ...(scoring?.totalCriticalScore === undefined
      ? {}
      : { oTotalCriticalScore: Math.round(scoring.totalCriticalScore) }),
  };
}
