/** Business days as the warehouse last showed them: one reader for everybody who asks. */
import { businessDayAt } from '../model/businessDay.js';
import { toIso } from '../model/interval.js';
import { TidemarkError } from '../model/errors.js';
import type { Warehouse } from '../warehouses/warehouse.js';
import { candidateDays, type BusinessDays } from './candidateDays.js';
import { dayOverview, isStale, type DayOverview, type Reading } from './dayOverview.js';

/** What the dashboard must know of a connection. */
export interface DashboardConnection {
  name: string;
  /** Whether the configuration has the stream that polls scores. */
  isPolled: boolean;
  /** Its business days where the configuration has them; otherwise the readings tell their zone. */
  days: BusinessDays | null;
  /** Entities with fewer evaluations are too few to judge by. */
  countThreshold: number;
  /** Minutes between polls. */
  pollMinutes: number;
}

export interface DaySnapshot {
  connection: DashboardConnection;
  /** YYYY-MM-DD */
  day: string;
  isCurrentDay: boolean;
  overview: DayOverview;
  /** When this was read, where the warehouse could not be read since; null when it is what the warehouse holds. */
  heldFrom: string | null;
}

export interface SnapshotSettings {
  /** What was read less than this ago is not read again, in milliseconds. */
  keepFor: number;
  /** A day is stale when its last poll is older, in milliseconds. */
  staleAfter: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Told once for each new reason why the warehouse cannot be read. */
  onProblem: (error: unknown) => void;
}

type Reads = Pick<Warehouse, 'agentMetrics' | 'intervalRuns'>;

interface Kept {
  readAt: number;
  /** When the warehouse was last asked, in vain or not, by a clock that nobody sets. */
  askedAt: number;
  snapshot: DaySnapshot;
}

/** Days kept for those who ask again; who asks for more has them read again. */
const mostKept = 32;

export class DaySnapshots {
  readonly #warehouse: Reads;
  readonly #settings: SnapshotSettings;
  readonly #kept = new Map<string, Kept>();
  readonly #underway = new Map<string, Promise<DaySnapshot>>();
  /** Business days that readings told of, by connection. */
  readonly #learned = new Map<string, BusinessDays>();
  #lastProblem = '';

  constructor(warehouse: Reads, settings: SnapshotSettings) {
    this.#warehouse = warehouse;
    this.#settings = settings;
  }

  /**
   * A day of a connection; without a day the current one, or the one before until the first reading of it. While the
   * warehouse cannot be read, what it said before; throws its error where there is nothing to fall back on.
   */
  async read(connection: DashboardConnection, day?: string): Promise<DaySnapshot> {
    const key = `${connection.name}\n${day ?? ''}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && performance.now() - kept.askedAt < this.#settings.keepFor) {
      return kept.snapshot;
    }
    const underway = this.#underway.get(key) ?? this.#readAgain(key, connection, day);
    this.#underway.set(key, underway);
    try {
      return await underway;
    } finally {
      this.#underway.delete(key);
    }
  }

  async #readAgain(key: string, connection: DashboardConnection, day: string | undefined) {
    const readAt = this.#settings.now();
    try {
      const snapshot = await this.#snapshot(connection, day);
      this.#lastProblem = '';
      this.#keep(key, { readAt, askedAt: performance.now(), snapshot });
      return snapshot;
    } catch (error) {
      this.#report(error);
      const kept = this.#kept.get(key);
      if (kept === undefined) throw error;
      const snapshot = this.#held(kept);
      this.#keep(key, { ...kept, askedAt: performance.now(), snapshot });
      return snapshot;
    }
  }

  async #snapshot(connection: DashboardConnection, day: string | undefined): Promise<DaySnapshot> {
    const now = this.#settings.now();
    const days = connection.days ?? this.#learned.get(connection.name) ?? null;
    const found = await this.#newestDay(
      connection.name,
      day === undefined ? candidateDays(days, now) : [day],
    );
    const timeZone = found.rows[0]?.time_zone;
    const known = days ?? { timeZone: timeZone ?? 'UTC', dayStart: '00:00' };
    if (timeZone !== undefined) this.#learned.set(connection.name, known);
    const today = businessDayAt(now, known.timeZone, known.dayStart).day;
    // Without any reading it is the current day that has none.
    const shown = found.rows.length > 0 ? found.day : (day ?? today);
    const polls = await this.#polls(connection.name, found.rows, now);
    const settings = { countThreshold: connection.countThreshold, staleAfter: this.#settings.staleAfter };
    return {
      connection,
      day: shown,
      isCurrentDay: shown === today,
      overview: dayOverview(found.rows, polls, now, settings),
      heldFrom: null,
    };
  }

  async #newestDay(connection: string, days: readonly string[]): Promise<{ day: string; rows: Reading[] }> {
    for (const day of days) {
      const rows = await this.#warehouse.agentMetrics(connection, day);
      if (rows.length > 0) return { day, rows };
    }
    return { day: days[0] ?? '', rows: [] };
  }

  /** Polls of the business day of the readings; without any, those of the last day. */
  async #polls(connection: string, rows: readonly Reading[], now: number) {
    const start = rows[0] === undefined ? now - dayMillis : Date.parse(rows[0].window_start);
    // A day of a change to summer time is that much shorter, and polls of the next one are not of this one.
    const end = start + dayMillis - hourMillis;
    return this.#warehouse.intervalRuns(connection, 'metrics', { start: toIso(start), end: toIso(end) });
  }

  /** What was read before, with its age as of now. */
  #held({ readAt, snapshot }: Kept): DaySnapshot {
    const { overview } = snapshot;
    const stale = isStale(overview.polledAt, this.#settings.now(), this.#settings);
    return { ...snapshot, overview: { ...overview, isStale: stale }, heldFrom: toIso(readAt) };
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) return;
      this.#kept.delete(oldest);
    }
  }

  #report(error: unknown): void {
    const message = error instanceof TidemarkError ? error.message : String(error);
    if (message === this.#lastProblem) return;
    this.#lastProblem = message;
    this.#settings.onProblem(error);
  }
}

const hourMillis = 3_600_000;
const dayMillis = 24 * hourMillis;
