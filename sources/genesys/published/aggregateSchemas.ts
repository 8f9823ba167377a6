/** Aggregates of the vendor's analytics, those of evaluations and of surveys alike, and the jobs that make them. */
import { z } from 'zod';
import { id, number, text } from './fields.js';

const stats = z.looseObject({ count: number, sum: number, min: number, max: number }).nullish();
const aggregateResult = z.looseObject({
  group: z.record(z.string(), z.string()).nullish(),
  data: z
    .array(
      z.looseObject({
        interval: z.string().nullish(),
        metrics: z.array(z.looseObject({ metric: z.string(), stats })).nullish(),
        views: z.array(z.looseObject({ name: z.string(), stats })).nullish(),
      }),
    )
    .nullish(),
});
export type AggregateResult = z.output<typeof aggregateResult>;
export const aggregateResponseSchema = z.looseObject({ results: z.array(aggregateResult).nullish() });
export const aggregateJobResultsSchema = z.looseObject({
  results: z.array(aggregateResult).nullish(),
  cursor: text,
});
export const jobSchema = z.looseObject({ jobId: id });
export const jobStatusSchema = z.looseObject({
  state: z.enum(['QUEUED', 'PENDING', 'FAILED', 'CANCELLED', 'FULFILLED', 'EXPIRED']),
  errorMessage: text,
});

/** How often something was counted, over all the parts that a result has. */
export function countOf(result: AggregateResult, metric: string): number {
  return (result.data ?? [])
    .flatMap(({ metrics }) => metrics ?? [])
    .filter((each) => each.metric === metric)
    .reduce((sum, { stats: found }) => sum + (found?.count ?? 0), 0);
}
