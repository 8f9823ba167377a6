import { invalidValue, missingValue } from '../../common/apiError.js';
import { dayMs, parseInterval, type Span } from '../../common/instants.js';
import { readFilter, type DimensionReader } from '../../common/filters.js';

/** What aggregates of one kind of thing know. */
export interface AggregateVocabulary<T extends string> {
  metrics: readonly string[];
  /** Dimensions to group by. */
  dimensions: readonly string[];
  /** The time an aggregate goes by where the request names none. */
  defaultTime: T;
}

/** A view: how many observations of a metric lie in a range. */
export interface View {
  target: string;
  name: string;
  inRange: (value: number) => boolean;
}

/** An aggregate query, read and checked. */
export interface AggregateRequest<T extends string = string> {
  interval: Span;
  /** Length of a bucket in milliseconds; absent: one bucket for the interval. */
  granularityMs?: number;
  groupBy: string[];
  metrics: string[];
  views: View[];
  timeDimension: T;
  flatten: boolean;
  accepts: (read: DimensionReader) => boolean;
  /** Of the asynchronous form only. */
  pageSize: number;
}

/** The longest interval taken. The vendor's bound is not published; this one only stops mistakes. */
const maxDays = 366;
/** Largest page of a job's results; the vendor's bound is not published. */
const maxPageSize = 10_000;

/** Reads an aggregate query whose shape has been checked, by the rules the model cannot express. */
export function readAggregateRequest<T extends string>(
  body: Record<string, unknown>,
  vocabulary: AggregateVocabulary<T>,
): AggregateRequest<T> {
  const granularity = body['granularity'] as string | null | undefined;
  const granularityMs = granularity == null ? undefined : readPeriod(granularity);
  const pageSize = (body['pageSize'] as number | null | undefined) ?? 1000;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
    throw invalidValue('pageSize', pageSize, `It must be a whole number from 1 to ${maxPageSize}.`);
  }
  const metrics = readNames('metrics', body['metrics'], vocabulary.metrics);
  if (metrics.length === 0) throw missingValue('metrics', 'must name at least one metric');
  return {
    interval: parseInterval(body['interval'] as string, maxDays),
    ...(granularityMs === undefined ? {} : { granularityMs }),
    groupBy: readNames('groupBy', body['groupBy'], vocabulary.dimensions),
    metrics,
    views: ((body['views'] as RawView[] | null | undefined) ?? []).map(readView),
    timeDimension: (body['alternateTimeDimension'] as T | null | undefined) ?? vocabulary.defaultTime,
    flatten: body['flattenMultivaluedDimensions'] === true,
    accepts: readFilter(body['filter']),
    pageSize,
  };
}

interface RawView {
  target: string;
  name: string;
  range?: Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number>>;
}

function readView(view: RawView): View {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = view.range ?? {};
  return {
    target: view.target,
    name: view.name,
    inRange: (value) => value > gt && value >= gte && value < lt && value <= lte,
  };
}

function readNames(field: string, value: unknown, allowed: readonly string[]): string[] {
  const names = (value as string[] | null | undefined) ?? [];
  for (const name of names) {
    if (!allowed.includes(name)) throw invalidValue(field, name, `It must be one of ${allowed.join(', ')}.`);
  }
  return names;
}

/** Reads an ISO 8601 period of weeks, days, hours and minutes. */
function readPeriod(text: string): number {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  const [weeks, days, hours, minutes] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  const milliseconds =
    ((weeks ?? 0) * 7 + (days ?? 0)) * dayMs + (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000;
  if (match === null || milliseconds === 0) {
    throw invalidValue('granularity', text, 'It must be an ISO 8601 period such as PT15M, PT1H or P1D.');
  }
  return milliseconds;
}
