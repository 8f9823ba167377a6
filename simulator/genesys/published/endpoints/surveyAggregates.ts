import {
  visibility,
  type SurveyEventKind,
  type SurveyState,
  type Viewer,
} from '../../../organisation/organisation.js';
import type { AggregateRequest, AggregateVocabulary } from '../aggregateRequest.js';
import type { Observation } from '../aggregation.js';
import { aggregateEndpoints } from '../aggregateEndpoints.js';
import type { PublishedApi } from '../call.js';
import { enumOf } from '../contract/contract.js';
import { surveyDimensions } from '../surveyVocabulary.js';

type TimeDimension = 'eventTime' | 'surveyCreatedDate';

const vocabulary: AggregateVocabulary<TimeDimension> = {
  metrics: enumOf('SurveyAggregationView', 'target'),
  dimensions: enumOf('SurveyAggregateQueryPredicate', 'dimension').filter(
    (dimension) => dimension !== 'surveyCreatedDate',
  ),
  defaultTime: 'surveyCreatedDate',
};

/** Survey aggregates, at once and as jobs. */
export const surveyAggregates = aggregateEndpoints({
  name: 'Surveys',
  jobKind: 'surveysAggregates',
  vocabulary,
  observe,
});

/** By event time each event counts when it happens; by creation all that happened to a survey by now counts then. */
function* observe(
  api: PublishedApi,
  request: AggregateRequest<TimeDimension>,
  viewer: Viewer,
): Generator<Observation> {
  const { from, to } = request.interval;
  for (const event of api.organisation.surveyEvents(from, to)) {
    const { survey, time } = event;
    if (visibility(survey, viewer) === 'hidden') continue;
    if (request.timeDimension === 'eventTime') yield* observeEvent(survey, event.kind, time);
    else if (event.kind === 'created') {
      for (const happened of survey.happened) yield* observeEvent(survey, happened, time);
    }
  }
}

function* observeEvent(survey: SurveyState, event: SurveyEventKind, time: number): Generator<Observation> {
  const metrics = metricsOf[event](survey);
  if (Object.keys(metrics).length > 0) yield { time, dimension: surveyDimensions(survey), metrics };
  if (event !== 'finished') return;
  for (const group of survey.groups) {
    const answered = group.questions.filter(({ score }) => score !== undefined);
    yield {
      time,
      dimension: surveyDimensions(survey, { group }),
      metrics: {
        nSurveyQuestionGroupResponses: 1,
        ...(answered.length === 0
          ? {}
          : { oSurveyQuestionGroupScore: answered.reduce((sum, { score }) => sum + (score ?? 0), 0) }),
      },
    };
    for (const question of group.questions) {
      yield {
        time,
        dimension: surveyDimensions(survey, { group, question }),
        metrics: {
          nSurveyQuestionResponses: 1,
          ...(question.score === undefined ? {} : { oSurveyQuestionScore: question.score }),
        },
      };
    }
  }
}

/** What an event of a survey counts as. Whoever opts out or lets it expire after having begun abandons it. */
const metricsOf: Record<SurveyEventKind, (survey: SurveyState) => Record<string, number>> = {
  created: ({ type }) => (type === 'Voice' ? { nVoiceSurveys: 1 } : { nWebSurveys: 1 }),
  sent: () => ({ nSurveysSent: 1 }),
  started: () => ({ nSurveysStarted: 1 }),
  finished: ({ totalScore, npsScore }) => ({
    nSurveyResponses: 1,
    nSurveyFullResponses: 1,
    ...(totalScore === undefined ? {} : { oSurveyTotalScore: Math.round(totalScore) }),
    ...(npsScore === undefined ? {} : { nSurveyNpsResponses: 1 }),
    ...(npsScore !== undefined && npsScore >= 9 ? { nSurveyNpsPromoters: 1 } : {}),
    ...(npsScore !== undefined && npsScore <= 6 ? { nSurveyNpsDetractors: 1 } : {}),
  }),
  optedOut: () => ({ nSurveysAbandoned: 1 }),
  failed: () => ({ nSurveyErrors: 1 }),
  expired: ({ happened }) => ({
    nSurveysExpired: 1,
    ...(happened.includes('started') ? { nSurveysAbandoned: 1 } : {}),
  }),
  deleted: () => ({ nSurveysDeleted: 1 }),
};
