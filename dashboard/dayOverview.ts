/** What the readings of one business day say: the latest of each entity, how it came about, and what to filter by. */
import { toMillis } from '../model/interval.js';
import type { Row } from '../model/tables.js';

export type Reading = Row<'agent_metrics'>;
/** An ended attempt to poll the source. */
export type Poll = Pick<Row<'interval_runs'>, 'state' | 'ended_at'>;

export interface OverviewSettings {
  /** Entities with fewer evaluations are too few to judge by. */
  countThreshold: number;
  /** The day is stale when the last poll is older, in milliseconds. */
  staleAfter: number;
}

export interface TrendPoint {
  /** End of what the reading covers, ISO 8601 UTC. */
  at: string;
  /** Percent; null without evaluations. */
  averageScore: number | null;
  count: number;
}

/** The latest reading of one entity in one segment. Scores and rates are percent, times ISO 8601 UTC. */
export interface EntityScore {
  entityType: string;
  entityId: string;
  entityName: string | null;
  teamId: string | null;
  teamName: string | null;
  segmentType: string;
  segmentId: string;
  segmentName: string | null;
  count: number;
  averageScore: number | null;
  passRate: number | null;
  highestScore: number | null;
  lowestScore: number | null;
  /** No evaluation yet: there is no score, which is not the same as a score of 0. */
  noData: boolean;
  isBelowThreshold: boolean;
  /** When the source first answered with these values. */
  updatedAt: string;
  /** In the order of time. */
  trend: TrendPoint[];
}

export interface Named {
  id: string;
  name: string;
}

export interface DayOverview {
  /** Zone that the business day is of; null while there is no reading. */
  timeZone: string | null;
  /** Begin of the business day. */
  windowStart: string | null;
  /** Last change of any score. */
  updatedAt: string | null;
  /** Last time that the source answered, changed or not. */
  polledAt: string | null;
  isStale: boolean;
  /** By segment, name and id. */
  scores: EntityScore[];
  teams: Named[];
  forms: Named[];
  queues: Named[];
}

/** @param now milliseconds since the epoch */
export function dayOverview(
  rows: readonly Reading[],
  polls: readonly Poll[],
  now: number,
  settings: OverviewSettings,
): DayOverview {
  const readings = [...rows].sort(by(({ window_end: end, polled_at: polled }) => `${end} ${polled}`));
  const newest = readings.at(-1);
  const polledAt = lastPoll(readings, polls);
  const names = newestValues(readings, entityOf, ({ entity_name: name }) => name);
  const teams = newestValues(readings, entityOf, (row) =>
    row.team_id === null ? null : { id: row.team_id, name: row.team_name ?? row.team_id },
  );
  const teamNames = newestValues(
    readings,
    ({ team_id: id }) => id ?? '',
    ({ team_name: name }) => name,
  );
  const segmentNames = newestValues(readings, segmentOf, ({ segment_name: name }) => name);

  const series = new Map<string, Reading[]>();
  for (const row of readings) {
    const of = key(entityOf(row), segmentOf(row));
    const earlier = series.get(of);
    if (earlier === undefined) series.set(of, [row]);
    else earlier.push(row);
  }
  const scores = [...series.values()].flatMap((ofOne) => {
    const latest = ofOne.at(-1);
    if (latest === undefined) return [];
    const team = teams.get(entityOf(latest));
    return [
      {
        entityType: latest.entity_type,
        entityId: latest.entity_id,
        entityName: names.get(entityOf(latest)) ?? null,
        teamId: team?.id ?? null,
        teamName: team === undefined ? null : (teamNames.get(team.id) ?? team.name),
        segmentType: latest.segment_type,
        segmentId: latest.segment_id,
        segmentName: segmentNames.get(segmentOf(latest)) ?? null,
        ...measured(latest),
        isBelowThreshold: latest.evaluation_count < settings.countThreshold,
        updatedAt: latest.polled_at,
        trend: ofOne.map((row) => ({
          at: row.window_end,
          averageScore: row.evaluation_count === 0 ? null : row.average_score,
          count: row.evaluation_count,
        })),
      },
    ];
  });
  return {
    timeZone: newest?.time_zone ?? null,
    windowStart: newest?.window_start ?? null,
    updatedAt: readings.reduce<string | null>((last, { polled_at: at }) => later(last, at), null),
    polledAt,
    isStale: isStale(polledAt, now, settings),
    scores: scores.sort(
      by((score) =>
        key(
          score.entityType,
          score.segmentType,
          score.segmentName ?? score.segmentId,
          score.segmentId,
          score.entityName ?? score.entityId,
          score.entityId,
        ),
      ),
    ),
    teams: named([...teams.values()].map(({ id, name }) => ({ id, name: teamNames.get(id) ?? name }))),
    forms: segments(readings, 'form', segmentNames),
    queues: segments(readings, 'queue', segmentNames),
  };
}

/** Whether the last poll is too old to speak of scores of now; without any poll, too. */
export function isStale(
  polledAt: string | null,
  now: number,
  { staleAfter }: Pick<OverviewSettings, 'staleAfter'>,
): boolean {
  return polledAt === null || now - toMillis(polledAt) > staleAfter;
}

/** Sources may answer with 0 where nothing was evaluated, and that is no score. */
function measured(row: Reading) {
  const noData = row.evaluation_count === 0;
  const unlessEmpty = (value: number | null) => (noData ? null : value);
  return {
    count: row.evaluation_count,
    averageScore: unlessEmpty(row.average_score),
    passRate: unlessEmpty(row.pass_rate),
    highestScore: unlessEmpty(row.highest_score),
    lowestScore: unlessEmpty(row.lowest_score),
    noData,
  };
}

/** A poll that changed nothing writes no reading, and a reading may be there before the record of its poll. */
function lastPoll(readings: readonly Reading[], polls: readonly Poll[]): string | null {
  const completed = polls.flatMap(({ state, ended_at: at }) => (state === 'completed' ? [at] : []));
  return [...completed, ...readings.map(({ polled_at: at }) => at)].reduce<string | null>(later, null);
}

const later = (a: string | null, b: string) => (a !== null && a > b ? a : b);

/** The newest value of each thing that has one; readings in the order of time. */
function newestValues<T>(
  readings: readonly Reading[],
  keyOf: (row: Reading) => string,
  valueOf: (row: Reading) => T | null,
): Map<string, T> {
  const values = new Map<string, T>();
  for (const row of readings) {
    const value = valueOf(row);
    if (value !== null) values.set(keyOf(row), value);
  }
  return values;
}

function segments(readings: readonly Reading[], type: string, names: ReadonlyMap<string, string>): Named[] {
  return named(
    readings
      .filter((row) => row.segment_type === type)
      .map((row) => ({ id: row.segment_id, name: names.get(segmentOf(row)) ?? row.segment_id })),
  );
}

/** Each id once, by name. */
const named = (all: readonly Named[]): Named[] =>
  [...new Map(all.map((each) => [each.id, each])).values()].sort(by(({ id, name }) => key(name, id)));

const key = (...parts: string[]) => parts.join('\n');
const entityOf = (row: Reading) => key(row.entity_type, row.entity_id);
const segmentOf = (row: Reading) => key(row.segment_type, row.segment_id);

const by =
  <T>(textOf: (each: T) => string) =>
  (a: T, b: T) => {
    const [left, right] = [textOf(a), textOf(b)];
    return left < right ? -1 : Number(left > right);
  };
