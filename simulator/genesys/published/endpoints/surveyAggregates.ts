import {
  visibility,
  type SurveyEventKind,
  type SurveyState,
  type Viewer,
} from '../../organisation/organisation.js';
import {
  readAggregateRequest,
  type AggregateRequest,
  type AggregateVocabulary,
} from '../aggregateRequest.js';
import { aggregate, type Observation } from '../aggregation.js';
import { Reply, type Handlers, type PublishedApi } from '../call.js';
import { enumOf } from '../contract/contract.js';
import { surveyDimensions } from '../surveyVocabulary.js';

const kind = 'surveysAggregates';

type TimeDimension = 'eventTime' | 'surveyCreatedDate';

const vocabulary: AggregateVocabulary<TimeDimension> = {
  metrics: enumOf('SurveyAggregationView', 'target'),
  dimensions: enumOf('SurveyAggregateQueryPredicate', 'dimension').filter(
    (dimension) => dimension !== 'surveyCreatedDate',
  ),
  defaultTime: 'surveyCreatedDate',
};

/** Survey aggregates, at once and as jobs. */
export const surveyAggregates: Handlers = {
  postAnalyticsSurveysAggregatesQuery: ({ api, body, viewer }) => {
    const request = readAggregateRequest(body, vocabulary);
    return { results: aggregate(request, observe(api, request, viewer)) };
  },

  postAnalyticsSurveysAggregatesJobs: ({ api, body, client, viewer }) => {
    const request = readAggregateRequest(body, vocabulary);
    const run = () => aggregate(request, observe(api, request, viewer));
    return new Reply(202, api.jobs.submit(client.clientId, kind, request.pageSize, run));
  },

  getAnalyticsSurveysAggregatesJob: ({ api, client, path }) =>
    api.jobs.status(client.clientId, kind, path('jobId')),

  deleteAnalyticsSurveysAggregatesJob: ({ api, client, path }) => {
    api.jobs.cancel(client.clientId, kind, path('jobId'));
    return new Reply(204);
  },

  getAnalyticsSurveysAggregatesJobResults: ({ api, client, path, query }) => {
    const cursor = query.text('cursor');
    const { items, ...next } = api.jobs.results(client.clientId, kind, path('jobId'), cursor);
    return { results: items, ...next };
  },
};

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
};
