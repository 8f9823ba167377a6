/** Answers of the feed: flat rows, as tools for dashboards read them without a transformation. */
import type { Vendor } from '../model/vendor.js';
import { etagOf } from './conditional.js';
import type { DaySnapshot } from './daySnapshots.js';
import type { EntityScore, Named } from './dayOverview.js';
import type { ScoresQuery } from './parameters.js';

/** An entity's latest reading; percent, times in UTC. */
export type ScoreRow = Omit<EntityScore, 'trend'>;

/** One reading of an entity in the course of the day. */
export interface TrendRow {
  entityId: string;
  entityName: string | null;
  at: string;
  averageScore: number | null;
  count: number;
}

export interface ScoresAnswer {
  connection: string;
  /** Vendor of the connection. */
  sourceSystem: Vendor;
  /** Whether the configuration has the stream that polls them. */
  isPolled: boolean;
  businessDay: string;
  /** Today in the time zone of the business; readings of an earlier day change no more. */
  isCurrentDay: boolean;
  timeZone: string | null;
  windowStart: string | null;
  countThreshold: number;
  pollMinutes: number;
  updatedAt: string | null;
  polledAt: string | null;
  isStale: boolean;
  /** The warehouse cannot be read now: everything here is of that moment. */
  heldFrom: string | null;
  teams: Named[];
  forms: Named[];
  queues: Named[];
  rows: ScoreRow[];
  trend: TrendRow[];
}

/** What is asked of a day. */
export function scoresAnswer(snapshot: DaySnapshot, query: ScoresQuery): ScoresAnswer {
  const { connection, overview } = snapshot;
  const [segmentType, segmentId] =
    query.form !== undefined
      ? ['form', query.form]
      : query.queue !== undefined
        ? ['queue', query.queue]
        : ['all', ''];
  const scores = overview.scores.filter(
    (score) =>
      score.entityType === query.entity &&
      score.segmentType === segmentType &&
      score.segmentId === segmentId &&
      (query.team === undefined || score.teamId === query.team) &&
      score.count >= query.minCount,
  );
  return {
    connection: connection.name,
    sourceSystem: connection.sourceSystem,
    isPolled: connection.isPolled,
    businessDay: snapshot.day,
    isCurrentDay: snapshot.isCurrentDay,
    timeZone: overview.timeZone ?? connection.days?.timeZone ?? null,
    windowStart: overview.windowStart,
    countThreshold: connection.countThreshold,
    pollMinutes: connection.pollMinutes,
    updatedAt: overview.updatedAt,
    polledAt: overview.polledAt,
    isStale: snapshot.isCurrentDay && overview.isStale,
    heldFrom: snapshot.heldFrom,
    teams: overview.teams,
    forms: overview.forms,
    queues: overview.queues,
    rows: scores.map(({ trend: _trend, ...row }) => row),
    trend: scores.flatMap(({ entityId, entityName, trend }) =>
      trend.map(({ at, averageScore, count }) => ({ entityId, entityName, at, averageScore, count })),
    ),
  };
}

const csvColumns = [
  'entityType',
  'entityId',
  'entityName',
  'teamId',
  'teamName',
  'segmentType',
  'segmentId',
  'segmentName',
  'count',
  'averageScore',
  'passRate',
  'highestScore',
  'lowestScore',
  'noData',
  'isBelowThreshold',
  'updatedAt',
] as const satisfies readonly (keyof ScoreRow)[];

/** The rows as CSV (RFC 4180), each with connection, vendor and business day; what is null is empty. */
export function toCsv({ connection, sourceSystem, businessDay, timeZone, rows }: ScoresAnswer): string {
  const lines = rows.map((row) => [
    connection,
    sourceSystem,
    businessDay,
    timeZone,
    ...csvColumns.map((name) => row[name]),
  ]);
  return [['connection', 'sourceSystem', 'businessDay', 'timeZone', ...csvColumns], ...lines]
    .map((line) => `${line.map(csvField).join(',')}\r\n`)
    .join('');
}

function csvField(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface Answer {
  body: string;
  contentType: string;
  /** Strong, with its quotes. */
  etag: string;
}

/** The answer as bytes, with the ETag that they alone decide. */
export function renderScores(snapshot: DaySnapshot, query: ScoresQuery): Answer {
  const answer = scoresAnswer(snapshot, query);
  return query.format === 'csv'
    ? withEtag(toCsv(answer), 'text/csv; charset=utf-8; header=present')
    : withEtag(JSON.stringify(answer), 'application/json; charset=utf-8');
}

function withEtag(body: string, contentType: string): Answer {
  return { body, contentType, etag: etagOf(body) };
}
