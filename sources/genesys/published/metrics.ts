/**
 * Scores by aggregates of the vendor's analytics, for everybody in one request.
 *
 * By `eventTime`, the time of the submission itself: a day's scores are those that were given that day. By creation
 * they would lack what was assigned before; by release, what is never released or not yet. What comes with it: who
 * scores an evaluation again counts once in `nEvaluations`, but both scores enter the average of the day that both are
 * of; and analytics knows whole percents only, so that 79.6 passes at 80.
 */
import { toIso, toMillis } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { MetricEntity, MetricSegment, MetricsQuestion, MetricsSource } from '../../metricsSource.js';
import type { CallContext } from '../../source.js';
import { aggregateResponseSchema } from './aggregateSchemas.js';
import { diagnose } from './diagnose.js';
import {
  entityDimension,
  measuredEntities,
  passedView,
  readingsOf,
  segmentDimensions,
} from './metricReadings.js';
import { createNames } from './names.js';
import { metricsPermissions } from './permissions.js';

const segments: readonly MetricSegment[] = ['all', 'form', 'queue'];

/** What scores are wanted of, as the configuration has it. */
export interface Measured {
  by: readonly MetricEntity[];
  segments: readonly MetricSegment[];
}

/**
 * @param measured what will be asked for: it decides the permissions
 * @throws TidemarkError InvalidConfig for one that the contract does not have
 */
export function createPublishedMetrics(
  api: ApiClient,
  measured: Measured = { by: measuredEntities, segments },
): MetricsSource {
  for (const by of measured.by) entityDimension(by);
  const names = createNames(api);
  const permissions = metricsPermissions([...measured.by, ...measured.segments]);
  return {
    vendor: 'genesys',
    api: 'published',
    entities: measuredEntities,
    segments,
    permissions,
    readMetrics: async (question, context) => {
      const { results, readAt } = await ask(api, question, context);
      const sums = readingsOf(results, question);
      return { readings: await names.give(sums, question, context), readAt };
    },
    diagnose: (context, asked = permissions) => diagnose(api, context, asked),
  };
}

async function ask(
  api: ApiClient,
  { window, by, segment, passScore }: MetricsQuestion,
  context: CallContext,
) {
  const { data, receivedAt } = await api.call(
    {
      method: 'POST',
      path: '/api/v2/analytics/evaluations/aggregates/query',
      body: {
        interval: `${toIso(toMillis(window.start))}/${toIso(toMillis(window.end))}`,
        alternateTimeDimension: 'eventTime',
        groupBy: [
          entityDimension(by),
          ...(segment === 'all' ? [] : [segmentDimensions[segment]]),
          ...(by === 'agent' ? ['teamId'] : []),
        ],
        // Scorecards of calibrations test evaluators, not agents.
        filter: {
          type: 'and',
          predicates: [{ type: 'dimension', dimension: 'calibrationId', operator: 'notExists' }],
        },
        metrics: ['nEvaluations', 'oTotalScore'],
        views: [
          { target: 'oTotalScore', name: passedView, function: 'rangeBound', range: { gte: passScore } },
        ],
      },
      schema: aggregateResponseSchema,
      repeatable: true,
    },
    context,
  );
  return { results: data.results ?? [], readAt: receivedAt };
}
