/** How many evaluations a search finds, without reading them. */
import { TidemarkError } from '../../../model/errors.js';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { dateRange, type Criterion } from './passes.js';
import { searchAggregationsSchema, searchResponseSchema } from './schemas.js';
import { searchPageSize } from './search.js';

const path = '/api/v2/quality/evaluations/search';
/** A span this short is not cut further: what is beyond the pages the vendor gives is not counted. */
const shortestSpanMillis = 60_000;

export interface CountedSearch {
  systemSubmitted: boolean;
  /** Criteria besides the range of creation. */
  narrow: (created: Interval) => readonly Criterion[];
}

export interface FoundCount {
  total: number;
  /** By UTC day of creation; null when only the total could be had. */
  byDay: ReadonlyMap<string, number> | null;
}

/**
 * Evaluations created in a span of at most three months that a search finds. Aggregations tell it in one request;
 * where the vendor refuses them, the last page is looked for.
 */
export async function countFound(
  api: ApiClient,
  created: Interval,
  search: CountedSearch,
  context: CallContext,
): Promise<FoundCount> {
  const byDay = await countDays(api, created, search, context);
  if (byDay === null) return { total: await countPages(api, created, search, context), byDay: null };
  return { total: [...byDay.values()].reduce((sum, count) => sum + count, 0), byDay };
}

/** Null when the vendor refuses, or answers in a shape that says no days. */
async function countDays(
  api: ApiClient,
  created: Interval,
  { systemSubmitted, narrow }: CountedSearch,
  context: CallContext,
): Promise<Map<string, number> | null> {
  const [start, end] = [toMillis(created.start), toMillis(created.end)];
  try {
    const { data } = await api.call(
      {
        method: 'POST',
        path,
        body: {
          // A millisecond wider, as the vendor does not say whether the begin counts.
          query: [dateRange('createdDate', start - 1, end), ...narrow(created)],
          pageNumber: 1,
          systemSubmitted,
          aggregations: [
            {
              name: 'days',
              field: 'createdDate',
              type: 'DATE_HISTOGRAM',
              calendarInterval: 'day',
              format: 'yyyy-MM-dd',
            },
          ],
        },
        schema: searchAggregationsSchema,
        repeatable: true,
      },
      context,
    );
    const buckets = data.aggregations?.['days']?.buckets;
    if (!buckets) return null;
    const days = new Map<string, number>();
    for (const { key, keyAsString, documentCount } of buckets) {
      const day = dayOf(keyAsString ?? key);
      if (day === null) return null;
      const begin = toMillis(day);
      if (begin >= start && begin < end) days.set(day, (days.get(day) ?? 0) + (documentCount ?? 0));
    }
    return days;
  } catch (error) {
    if (isInvalid(error)) return null;
    throw error;
  }
}

/** A bucket's day: a date, a time, or milliseconds since the epoch. */
function dayOf(key: string | number | null | undefined): string | null {
  if (key === null || key === undefined) return null;
  const millis = /^\d{6,}$/u.test(String(key)) ? Number(key) : Date.parse(String(key));
  return Number.isNaN(millis) ? null : toIso(millis).slice(0, 10);
}

/** Looks for the last page by doubling and halving; where the vendor gives no page so far back, by half the span. */
async function countPages(
  api: ApiClient,
  created: Interval,
  search: CountedSearch,
  context: CallContext,
): Promise<number> {
  let full = 0;
  let beyond = Infinity;
  let isRefused = false;
  while (beyond - full > 1) {
    const page = beyond === Infinity ? Math.max(1, full * 2) : Math.floor((full + beyond) / 2);
    const found = await itemsOn(api, created, search, page, context);
    if (found !== null && found > 0 && found < searchPageSize) return (page - 1) * searchPageSize + found;
    if (found === searchPageSize) full = page;
    else [beyond, isRefused] = [page, found === null];
  }
  const [start, end] = [toMillis(created.start), toMillis(created.end)];
  if (!isRefused || end - start <= shortestSpanMillis) return full * searchPageSize;
  const middle = toIso(start + Math.floor((end - start) / 2));
  const before = await countPages(api, { start: created.start, end: middle }, search, context);
  return before + (await countPages(api, { start: middle, end: created.end }, search, context));
}

/** Null when the vendor refuses a page so far back. */
async function itemsOn(
  api: ApiClient,
  created: Interval,
  { systemSubmitted, narrow }: CountedSearch,
  pageNumber: number,
  context: CallContext,
): Promise<number | null> {
  try {
    const { data } = await api.call(
      {
        method: 'POST',
        path,
        body: {
          query: [
            dateRange('createdDate', toMillis(created.start), toMillis(created.end)),
            ...narrow(created),
          ],
          pageNumber,
          pageSize: searchPageSize,
          sortBy: 'createdDate',
          sortOrder: 'ASC',
          systemSubmitted,
        },
        schema: searchResponseSchema,
        repeatable: true,
      },
      context,
    );
    return (data.results ?? []).length;
  } catch (error) {
    if (pageNumber > 1 && isInvalid(error)) return null;
    throw error;
  }
}

const isInvalid = (error: unknown) => error instanceof TidemarkError && error.kind === 'InvalidRequest';
