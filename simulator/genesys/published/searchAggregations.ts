import type { EvaluationState } from '../../organisation/organisation.js';
import { ApiError } from '../../common/apiError.js';
import { formatInstant } from '../../common/instants.js';
import { fieldValue } from './searchResults.js';

/** An aggregation a search asked for. */
export interface SearchAggregation {
  name: string;
  field: string;
  type: 'TERM' | 'STATS' | 'SUM' | 'COUNT' | 'AVERAGE' | 'RANGE' | 'DATE_HISTOGRAM';
  size?: number | null;
}

/** The vendor returns at most this many buckets. */
const maxBuckets = 100;

/** Sums found evaluations up, by aggregation name. */
export function aggregateFound(
  aggregations: readonly SearchAggregation[],
  found: readonly EvaluationState[],
  now: number,
): Record<string, unknown> {
  return Object.fromEntries(
    aggregations.map((aggregation) => [
      aggregation.name,
      summarise(aggregation, valuesOf(aggregation, found, now)),
    ]),
  );
}

function valuesOf({ field }: SearchAggregation, found: readonly EvaluationState[], now: number) {
  return found.flatMap((evaluation) => fieldValue(evaluation, field, now) ?? []);
}

function summarise(aggregation: SearchAggregation, values: (string | number | boolean)[]) {
  const numbers = values.map(Number);
  const sum = numbers.reduce((total, value) => total + value, 0);
  const average = numbers.length === 0 ? {} : { average: sum / numbers.length };
  switch (aggregation.type) {
    case 'TERM':
      return terms(values, Math.min(aggregation.size ?? 10, maxBuckets));
    case 'STATS': {
      let [minimum, maximum] = [Infinity, -Infinity];
      for (const value of numbers) {
        minimum = Math.min(minimum, value);
        maximum = Math.max(maximum, value);
      }
      return { count: numbers.length, sum, ...average, ...(numbers.length > 0 ? { minimum, maximum } : {}) };
    }
    case 'SUM':
      return { value: sum, sum };
    case 'COUNT':
      return { value: numbers.length, count: numbers.length };
    case 'AVERAGE':
      return { ...average };
    case 'DATE_HISTOGRAM':
      return byDay(numbers);
    default:
      throw new ApiError(
        400,
        'bad.request',
        `Aggregations of the type [${aggregation.type}] are not served.`,
      );
  }
}

function terms(values: readonly (string | number | boolean)[], size: number) {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  const buckets = [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([key, documentCount]) => ({ key, documentCount }));
  const left = buckets.slice(size).reduce((total, { documentCount }) => total + documentCount, 0);
  return { buckets: buckets.slice(0, size), documentCountErrorUpperBound: 0, sumOtherDocumentCount: left };
}

function byDay(instants: readonly number[]) {
  const counts = new Map<string, number>();
  for (const instant of instants) {
    const day = formatInstant(instant).slice(0, 10);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const buckets = [...counts]
    .sort()
    .map(([key, documentCount]) => ({ key, keyAsString: key, documentCount }));
  return { buckets };
}
