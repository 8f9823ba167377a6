/**
 * Scores by aggregates of the vendor's analytics, for everybody in one request.
 *
 * By `eventTime`, the time of the submission itself: a day's scores are those that were given that day. By creation
 * they would lack what was assigned before; by release, what is never released or not yet. What comes with it: who
 * scores an evaluation again counts once in `nEvaluations`, but both scores enter the average of the day that both are
 * of; and analytics knows whole percents only, so that 79.6 passes at 80.
 */
import { TidemarkError } from '../../../model/errors.js';
import { toIso, toMillis } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { MetricEntity, MetricSegment, MetricsQuestion, MetricsSource } from '../../metricsSource.js';
import type { CallContext } from '../../source.js';
import { aggregateResponseSchema } from './aggregateSchemas.js';
import { diagnose } from './diagnose.js';
import { entityDimensions, passedView, readingsOf, segmentDimensions } from './metricReadings.js';
import { createNames } from './names.js';
import { metricsPermissions } from './permissions.js';

const entities = ['agent', 'queue', 'form', 'evaluator'] as const satisfies readonly MetricEntity[];
const segments: readonly MetricSegment[] = ['all', 'form', 'queue'];

/** @param measured entities and segments that will be asked for; only they decide the permissions */
export function createPublishedMetrics(
  api: ApiClient,
  measured: readonly string[] = [...entities, ...segments],
): MetricsSource {
  const names = createNames(api);
  const permissions = metricsPermissions(measured);
  return {
    vendor: 'genesys',
    api: 'published',
    entities,
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
  const entity = entityDimensions[by];
  if (entity === undefined) {
    throw new TidemarkError('InvalidConfig', `The published API measures nothing by "${by}".`, {
      remedy: `Write some of ${entities.join(', ')} under streams.metrics.by.`,
    });
  }
  const { data, receivedAt } = await api.call(
    {
      method: 'POST',
      path: '/api/v2/analytics/evaluations/aggregates/query',
      body: {
        interval: `${toIso(toMillis(window.start))}/${toIso(toMillis(window.end))}`,
        alternateTimeDimension: 'eventTime',
        groupBy: [
          entity,
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
