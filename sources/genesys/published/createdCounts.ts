import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { longestAggregateMillis } from './aggregateJobs.js';
import { aggregateResponseSchema, countOf } from './aggregateSchemas.js';
import { isRefusal } from '../../http/refusal.js';

/** Evaluations by UTC day of creation and division, from analytics; null when the client may not ask. */
export async function countCreated(
  api: ApiClient,
  span: Interval,
  context: CallContext,
): Promise<{ day: string; divisionId: string; records: number }[] | null> {
  const counts: { day: string; divisionId: string; records: number }[] = [];
  const end = toMillis(span.end);
  for (let start = toMillis(span.start); start < end; start += longestAggregateMillis) {
    try {
      const { data } = await api.call(
        {
          method: 'POST',
          path: '/api/v2/analytics/evaluations/aggregates/query',
          body: {
            interval: `${toIso(start)}/${toIso(Math.min(end, start + longestAggregateMillis))}`,
            granularity: 'P1D',
            timeZone: 'UTC',
            alternateTimeDimension: 'evaluationCreatedDate',
            groupBy: ['divisionId'],
            metrics: ['nEvaluations'],
          },
          schema: aggregateResponseSchema,
          repeatable: true,
        },
        context,
      );
      for (const result of data.results ?? []) {
        for (const bucket of result.data ?? []) {
          const day = bucket.interval?.slice(0, 10);
          const records = countOf({ ...result, data: [bucket] }, 'nEvaluations');
          // A group without a value lacks the dimension.
          if (day !== undefined)
            counts.push({ day, divisionId: result.group?.['divisionId'] ?? '', records });
        }
      }
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }
  return counts;
}
