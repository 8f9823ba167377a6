import type { AggregateRequest } from './aggregateRequest.js';
import { formatInstant } from '../../common/instants.js';
import type { DimensionReader } from '../../common/filters.js';

/** Something that happened, as the analytics count it. */
export interface Observation {
  time: number;
  dimension: DimensionReader;
  /** Values of metrics by their names. */
  metrics: Readonly<Record<string, number>>;
}

interface Summary {
  count: number;
  sum: number;
  min: number;
  max: number;
}

interface Bucket {
  summaries: Map<string, Summary>;
  views: Map<string, number>;
}

interface Group {
  group: Record<string, string>;
  buckets: Map<number, Bucket>;
}

/** Sums observations up into the vendor's data containers, all kinds of which are alike. */
export function aggregate(request: AggregateRequest, observations: Iterable<Observation>) {
  const groups = new Map<string, Group>();
  for (const observation of observations) {
    const { time } = observation;
    if (time < request.interval.from || time >= request.interval.to) continue;
    if (!request.accepts(observation.dimension)) continue;
    for (const group of groupsOf(request, observation)) {
      const key = JSON.stringify(group);
      let known = groups.get(key);
      if (known === undefined) {
        known = { group, buckets: new Map() };
        groups.set(key, known);
      }
      add(request, known, observation);
    }
  }
  return [...groups.values()]
    .filter((group) => group.buckets.size > 0)
    .map((group) => ({
      group: group.group,
      data: [...group.buckets]
        .sort(([a], [b]) => a - b)
        .map(([start, bucket]) => describe(request, start, bucket)),
    }));
}

// A dimension without a value is missing from the group, not null; one with several makes several groups.
function groupsOf(request: AggregateRequest, observation: Observation): Record<string, string>[] {
  let groups: Record<string, string>[] = [{}];
  for (const name of request.groupBy) {
    const value = observation.dimension(name);
    if (value === undefined) continue;
    const values = typeof value === 'object' ? value : [String(value)];
    if (values.length === 0) continue;
    groups = groups.flatMap((group) => values.map((each) => ({ ...group, [name]: each })));
  }
  return groups;
}

function add(request: AggregateRequest, group: Group, observation: Observation): void {
  const start = bucketStart(request, observation.time);
  for (const metric of request.metrics) {
    const value = observation.metrics[metric];
    if (value === undefined) continue;
    let bucket = group.buckets.get(start);
    if (bucket === undefined) {
      bucket = { summaries: new Map(), views: new Map() };
      group.buckets.set(start, bucket);
    }
    const known = bucket.summaries.get(metric) ?? { count: 0, sum: 0, min: Infinity, max: -Infinity };
    bucket.summaries.set(metric, {
      count: known.count + 1,
      sum: known.sum + value,
      min: Math.min(known.min, value),
      max: Math.max(known.max, value),
    });
    for (const view of request.views) {
      if (view.target !== metric) continue;
      bucket.views.set(view.name, (bucket.views.get(view.name) ?? 0) + (view.inRange(value) ? 1 : 0));
    }
  }
}

function bucketStart(request: AggregateRequest, time: number): number {
  const { interval, granularityMs } = request;
  if (granularityMs === undefined) return interval.from;
  return interval.from + Math.floor((time - interval.from) / granularityMs) * granularityMs;
}

function describe(request: AggregateRequest, start: number, bucket: Bucket) {
  const end = request.granularityMs === undefined ? request.interval.to : start + request.granularityMs;
  const views = [...bucket.views].map(([name, count]) => ({ name, stats: { count } }));
  return {
    interval: `${formatInstant(start)}/${formatInstant(end)}`,
    metrics: [...bucket.summaries].map(([metric, summary]) => ({
      metric,
      // Counters have a count only; observations have their spread.
      stats: metric.startsWith('n') ? { count: summary.sum } : summary,
    })),
    ...(views.length > 0 ? { views } : {}),
  };
}
