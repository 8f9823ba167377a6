/** Groups of an aggregate as readings; names come later. */
import { TidemarkError } from '../../../model/errors.js';
import type { MetricEntity, MetricReading, MetricsQuestion } from '../../metricsSource.js';
import type { AggregateResult } from './aggregateSchemas.js';

/** Analytics does not know evaluations by skill. */
const entityDimensions = {
  agent: 'userId',
  queue: 'queueId',
  form: 'formId',
  evaluator: 'evaluatorId',
} as const satisfies Partial<Record<MetricEntity, string>>;
export const measuredEntities = Object.keys(entityDimensions) as (keyof typeof entityDimensions)[];

/** @throws TidemarkError InvalidConfig for what the contract does not measure by. */
export function entityDimension(by: MetricEntity): string {
  const entity = measuredEntities.find((each) => each === by);
  if (entity !== undefined) return entityDimensions[entity];
  throw new TidemarkError('InvalidConfig', `The published API measures nothing by "${by}".`, {
    remedy: `Write some of ${measuredEntities.join(', ')} under streams.metrics.by.`,
  });
}

export const segmentDimensions = { form: 'formId', queue: 'queueId' } as const;
/** How many scores are at or above the passing one. */
export const passedView = 'passed';

interface Sums {
  entityId: string;
  segmentId: string;
  /** Evaluations of each team: whoever changes teams within the day is of the one that most are of. */
  teams: Map<string, number>;
  evaluations: number;
  scores: number;
  sum: number;
  passed: number;
  highest: number;
  lowest: number;
}

/** By entity and segment. What has neither a value for them is about nobody in particular and left out. */
export function readingsOf(
  results: readonly AggregateResult[],
  { by, segment }: Pick<MetricsQuestion, 'by' | 'segment'>,
): MetricReading[] {
  const found = new Map<string, Sums>();
  const dimension = entityDimension(by);
  for (const result of results) {
    const entityId = result.group?.[dimension];
    const segmentId = segment === 'all' ? '' : result.group?.[segmentDimensions[segment]];
    if (!entityId || segmentId === undefined) continue;
    const key = `${entityId}\n${segmentId}`;
    const sums = found.get(key) ?? nothing(entityId, segmentId);
    found.set(key, sums);
    add(sums, result);
  }
  return [...found.values()].map(toReading);
}

const nothing = (entityId: string, segmentId: string): Sums => ({
  entityId,
  segmentId,
  teams: new Map(),
  evaluations: 0,
  scores: 0,
  sum: 0,
  passed: 0,
  highest: -Infinity,
  lowest: Infinity,
});

function add(sums: Sums, { group, data }: AggregateResult): void {
  let evaluations = 0;
  for (const { metrics, views } of data ?? []) {
    for (const { metric, stats } of metrics ?? []) {
      if (metric === 'nEvaluations') evaluations += stats?.count ?? 0;
      if (metric !== 'oTotalScore') continue;
      sums.scores += stats?.count ?? 0;
      sums.sum += stats?.sum ?? 0;
      sums.highest = Math.max(sums.highest, stats?.max ?? -Infinity);
      sums.lowest = Math.min(sums.lowest, stats?.min ?? Infinity);
    }
    for (const { name, stats } of views ?? []) if (name === passedView) sums.passed += stats?.count ?? 0;
  }
  sums.evaluations += evaluations;
  const team = group?.['teamId'];
  if (team) sums.teams.set(team, (sums.teams.get(team) ?? 0) + evaluations);
}

function toReading(sums: Sums): MetricReading {
  const { entityId, segmentId, teams, evaluations, scores } = sums;
  // Scored again today, but submitted on another day: nothing of today's.
  const isScored = evaluations > 0 && scores > 0;
  const [team] = [...teams].sort(([a, less], [b, more]) => more - less || (a < b ? -1 : 1));
  return {
    entityId,
    entityName: null,
    segmentId,
    segmentName: null,
    teamId: team?.[0] ?? null,
    teamName: null,
    count: evaluations,
    averageScore: isScored ? sums.sum / scores : null,
    passRate: isScored ? (100 * sums.passed) / scores : null,
    highestScore: isScored && Number.isFinite(sums.highest) ? sums.highest : null,
    lowestScore: isScored && Number.isFinite(sums.lowest) ? sums.lowest : null,
  };
}
