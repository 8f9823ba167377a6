import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { countOf, longestAggregateMillis } from './events.js';
import { isRefusal } from './refusal.js';
import { aggregateResponseSchema } from './schemas.js';

const day = 86_400_000;

/**
 * Evaluations by UTC day, of the whole days a span touches. By `eventTime`, the default, those with an event: an
 * estimate for planning windows, never a check. Null when the client may not ask.
 */
export async function countByDay(
  api: ApiClient,
  span: Interval,
  context: CallContext,
  alternateTimeDimension: 'eventTime' | 'evaluationCreatedDate' = 'eventTime',
): Promise<{ day: string; records: number }[] | null> {
  const counts = new Map<string, number>();
  const end = Math.ceil(toMillis(span.end) / day) * day;
  for (
    let start = Math.floor(toMillis(span.start) / day) * day;
    start < end;
    start += longestAggregateMillis
  ) {
    const interval = `${toIso(start)}/${toIso(Math.min(end, start + longestAggregateMillis))}`;
    try {
      const { data } = await api.call(
        {
          method: 'POST',
          path: '/api/v2/analytics/evaluations/aggregates/query',
          body: {
            interval,
            granularity: 'P1D',
            timeZone: 'UTC',
            alternateTimeDimension,
            metrics: ['nEvaluations'],
          },
          schema: aggregateResponseSchema,
          repeatable: true,
        },
        context,
      );
      for (const result of data.results ?? []) {
        for (const bucket of result.data ?? []) {
          const name = bucket.interval?.slice(0, 10);
          if (name === undefined) continue;
          const records = countOf({ ...result, data: [bucket] }, 'nEvaluations');
          counts.set(name, (counts.get(name) ?? 0) + records);
        }
      }
    } catch (error) {
      if (isRefusal(error)) return null;
      throw error;
    }
  }
  return [...counts]
    .map(([name, records]) => ({ day: name, records }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}
