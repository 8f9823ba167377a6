import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { longestAggregateMillis } from './aggregateJobs.js';
import { aggregateResponseSchema, countOf } from './aggregateSchemas.js';
import { isRefusal } from '../../http/refusal.js';

const day = 86_400_000;

/** What is counted: metrics of an aggregates endpoint, by one of its dates. */
export interface Counted {
  path: string;
  metrics: readonly string[];
  alternateTimeDimension: string;
}

/** By `eventTime` those with an event: an estimate for planning windows, never a check. */
export const evaluationsBy = (alternateTimeDimension: 'eventTime' | 'evaluationCreatedDate'): Counted => ({
  path: '/api/v2/analytics/evaluations/aggregates/query',
  metrics: ['nEvaluations'],
  alternateTimeDimension,
});

/** By UTC day, of the whole days a span touches. Null when the client may not ask. */
export async function countByDay(
  api: ApiClient,
  span: Interval,
  context: CallContext,
  { path, metrics, alternateTimeDimension }: Counted = evaluationsBy('eventTime'),
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
          path,
          body: {
            interval,
            granularity: 'P1D',
            timeZone: 'UTC',
            alternateTimeDimension,
            metrics,
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
          const records = metrics.reduce(
            (sum, metric) => sum + countOf({ ...result, data: [bucket] }, metric),
            0,
          );
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
