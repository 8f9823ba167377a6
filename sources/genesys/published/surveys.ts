/** Surveys, which the vendor lists nowhere: aggregates tell which something happened to, and each is read by id. */
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference } from '../../source.js';
import type { Enumeration } from './aggregateJobs.js';
import { countOf, type AggregateResult } from './aggregateSchemas.js';
import type { Counted } from './counts.js';
import { surveySchema } from './surveySchemas.js';

/** What is counted when a survey comes to be, changes or goes. */
const changes = {
  usual: [
    'nWebSurveys',
    'nVoiceSurveys',
    'nSurveysSent',
    'nSurveysStarted',
    'nSurveyPartialResponses',
    'nSurveyResponses',
    'nSurveysAbandoned',
    'nSurveysExpired',
    'nSurveyErrors',
    'nSurveysDeleted',
  ],
  plain: ['nSurveysSent', 'nSurveyResponses', 'nSurveysExpired', 'nSurveysDeleted'],
};

/** Surveys about conversations of some media, or of all. */
export const surveyEvents = (interactionTypes: readonly string[] | undefined): Enumeration => ({
  jobsPath: '/api/v2/analytics/surveys/aggregates/jobs',
  question: (plain) => ({
    groupBy: ['surveyId', 'conversationId'],
    metrics: plain ? changes.plain : changes.usual,
    // Else a window that reaches back over days would have all of them read again.
    ...(plain ? {} : { granularity: 'PT1H' }),
    ...(interactionTypes === undefined ? {} : { filter: ofMedia(interactionTypes) }),
  }),
  references: referencesOf,
});

const ofMedia = (mediaTypes: readonly string[]) => ({
  type: 'or',
  predicates: mediaTypes.map((value) => ({
    type: 'dimension',
    dimension: 'mediaType',
    operator: 'matches',
    value,
  })),
});

function referencesOf(result: AggregateResult, part: Interval): RecordReference[] {
  const { surveyId, conversationId } = result.group ?? {};
  if (!surveyId) return [];
  return [
    {
      kind: 'survey',
      id: surveyId,
      locator: conversationId ?? '',
      changedAt: readSince(result, part),
      isAutomated: null,
      reason: countOf(result, 'nSurveysDeleted') > 0 ? 'deleted-event' : 'event',
    },
  ];
}

const hourMillis = 3_600_000;
/**
 * When a survey is read after the last hour in which anything was counted. Once is not enough: a read may be older than
 * the count, and its conversation may be missing because it could not be read then. More would cost a read of each
 * survey with each run.
 */
const readAfterMillis = [0, hourMillis, 24 * hourMillis];

/** A copy read from then on is new enough. While the hour is still running, only one behind the part is. */
function readSince({ data }: AggregateResult, part: Interval): string {
  const ends = (data ?? []).flatMap(({ interval, metrics }) => {
    if (!metrics?.some(({ stats }) => (stats?.count ?? 0) > 0)) return [];
    const end = Date.parse(interval?.split('/')[1] ?? '');
    return [Number.isNaN(end) ? Infinity : end];
  });
  const last = ends.length === 0 ? Infinity : Math.max(...ends);
  const partEnd = toMillis(part.end);
  return toIso(
    readAfterMillis.map((millis) => last + millis).findLast((moment) => moment <= partEnd) ?? partEnd,
  );
}

/** One survey is sent and answered on different days, so that it may be counted twice. */
export const surveysByEvent: Counted = {
  path: '/api/v2/analytics/surveys/aggregates/query',
  metrics: ['nSurveysSent', 'nSurveyResponses'],
  alternateTimeDimension: 'eventTime',
};

export async function lookupSurvey(
  api: ApiClient,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const { data, raw, receivedAt } = await api.find(
    {
      method: 'GET',
      path: `/api/v2/quality/surveys/${encodeURIComponent(reference.id)}`,
      template: '/api/v2/quality/surveys/{surveyId}',
      schema: surveySchema,
      repeatable: true,
    },
    context,
  );
  if (data === null) return { outcome: 'gone', reference, extractedAt: receivedAt };
  const conversationId = data.conversation?.id ?? reference.locator;
  return {
    outcome: 'found',
    record: {
      kind: 'survey',
      id: data.id,
      locator: conversationId,
      ...(conversationId === '' ? {} : { conversationId }),
      // A survey carries no time of change: a copy is as new as its reading.
      changeStamp: receivedAt,
      formId: data.surveyForm?.id ?? null,
      isAutomated: null,
      extractedAt: receivedAt,
      body: raw,
    },
    references: [],
  };
}
