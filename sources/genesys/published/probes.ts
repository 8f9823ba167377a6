/** Every permission that a stream needs, with the cheapest question that the vendor refuses without it. */
import { z } from 'zod';
import type { ApiClient, ApiRequest } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { aggregateResponseSchema } from './aggregateSchemas.js';
import { conversationsSchema } from './conversationSchemas.js';
import { dateRange } from './passes.js';
import { listingSchema, searchResponseSchema } from './schemas.js';

type Probe = (api: ApiClient, context: CallContext) => Promise<unknown>;

const anything = z.looseObject({});
/** A record that cannot exist: the vendor checks the permission before it looks. */
const nobody = '00000000-0000-4000-8000-000000000000';

const byId =
  (template: string): Probe =>
  (api, context) =>
    api.find({ ...read(template.replaceAll('{}', nobody), anything), template }, context);

const asked =
  <T>(request: () => ApiRequest<T>): Probe =>
  (api, context) =>
    api.call(request(), context);

const read = <T>(path: string, schema: z.ZodType<T>, query: ApiRequest<T>['query'] = {}): ApiRequest<T> => ({
  method: 'GET',
  path,
  query,
  schema,
  repeatable: true,
});

/** Of the last whole hour. */
const aggregate = (path: string, metric: string) => (): ApiRequest<unknown> => {
  const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  return {
    method: 'POST',
    path,
    body: {
      interval: `${new Date(now - 3_600_000).toISOString()}/${new Date(now).toISOString()}`,
      alternateTimeDimension: 'eventTime',
      metrics: [metric],
    },
    schema: aggregateResponseSchema,
    repeatable: true,
  };
};

export const probes: Readonly<Record<string, Probe>> = {
  'quality:evaluation:searchAny': asked(() => ({
    method: 'POST',
    path: '/api/v2/quality/evaluations/search',
    body: {
      query: [dateRange('submittedDate', Date.now() - 1_000, Date.now())],
      pageNumber: 1,
      pageSize: 1,
    },
    schema: searchResponseSchema,
    repeatable: true,
  })),
  'quality:evaluation:view': byId('/api/v2/quality/conversations/{}/evaluations/{}'),
  'quality:evaluationForm:view': asked(() =>
    read('/api/v2/quality/forms/evaluations', listingSchema, { pageSize: 1 }),
  ),
  'quality:calibration:view': byId('/api/v2/quality/calibrations/{}?conversationId={}'),
  'analytics:evaluationAggregate:view': asked(
    aggregate('/api/v2/analytics/evaluations/aggregates/query', 'nEvaluations'),
  ),
  'analytics:surveyAggregate:view': asked(
    aggregate('/api/v2/analytics/surveys/aggregates/query', 'nSurveyResponses'),
  ),
  'analytics:conversationDetail:view': asked(() =>
    read('/api/v2/analytics/conversations/details', conversationsSchema, { id: [nobody] }),
  ),
  'quality:survey:view': byId('/api/v2/quality/surveys/{}'),
  'quality:surveyForm:view': byId('/api/v2/quality/forms/surveys/{}'),
  'coaching:appointment:view': byId('/api/v2/coaching/appointments/{}'),
  'coaching:annotation:view': byId('/api/v2/coaching/appointments/{}/annotations'),
  'routing:queue:view': asked(() => read('/api/v2/routing/queues', listingSchema, { pageSize: 1 })),
};
