/** Business days as the warehouse last showed them: one reader for everybody who asks. */
import { businessDayAt } from '../model/businessDay.js';
import { toIso } from '../model/interval.js';
import { TidemarkError } from '../model/errors.js';
import type { Vendor } from '../model/vendor.js';
import type { Warehouse } from '../warehouses/warehouse.js';
import { candidateDays, type BusinessDays } from './candidateDays.js';
import { dayOverview, isStale, type DayOverview, type Reading } from './dayOverview.js';

/** What the dashboard must know of a connection. */
export interface DashboardConnection {
  name: string;
  sourceSystem: Vendor;
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
  /** Readings are read again after this long though no poll has ended since, in milliseconds. */
  readInFullEvery: number;
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
  /** When all readings were read, by the same clock, and which polls had ended by then. */
  readInFullAt: number;
  recentPolls: string;
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
    const kept = this.#kept.get(key);
    try {
      const current = await this.#current(kept, connection, day);
      this.#lastProblem = '';
      this.#keep(key, { ...current, readAt, askedAt: performance.now() });
      return current.snapshot;
    } catch (error) {
      this.#report(error);
      if (kept === undefined) throw error;
      const snapshot = { ...this.#aged(kept.snapshot), heldFrom: toIso(kept.readAt) };
      this.#keep(key, { ...kept, askedAt: performance.now(), snapshot });
      return snapshot;
    }
  }

  /** Readings of a day are many, and change only with a poll: while none has ended, those kept are still right. */
  async #current(kept: Kept | undefined, connection: DashboardConnection, day: string | undefined) {
    const recentPolls = await this.#recentPolls(connection.name);
    const isRight =
      kept !== undefined &&
      kept.recentPolls === recentPolls &&
      kept.snapshot.overview.timeZone !== null &&
      performance.now() - kept.readInFullAt < this.#settings.readInFullEvery;
    if (isRight) return { ...kept, snapshot: { ...this.#aged(kept.snapshot), heldFrom: null } };
    const readInFullAt = performance.now();
    return { recentPolls, readInFullAt, snapshot: await this.#snapshot(connection, day) };
  }

  async #recentPolls(connection: string): Promise<string> {
    const now = this.#settings.now();
    const span = { start: toIso(now - hourMillis), end: toIso(now + hourMillis) };
    const polls = await this.#warehouse.intervalRuns(connection, 'metrics', span);
    return polls.map(({ workflow_id: workflow, run_id: run }) => `${workflow} ${run}`).join('\n');
  }

  async #snapshot(connection: DashboardConnection, day: string | undefined): Promise<DaySnapshot> {
    const now = this.#settings.now();
    const days = this.#daysOf(connection);
    const found = await this.#newestDay(
      connection.name,
      day === undefined ? candidateDays(days, now) : [day],
    );
    const timeZone = found.rows[0]?.time_zone;
    if (timeZone !== undefined) this.#learned.set(connection.name, days ?? { timeZone, dayStart: '00:00' });
    const today = this.#today(this.#daysOf(connection), now);
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

  /** What was read before, as of now. */
  #aged(snapshot: DaySnapshot): DaySnapshot {
    const { connection, day, overview } = snapshot;
    const now = this.#settings.now();
    return {
      ...snapshot,
      isCurrentDay: day === this.#today(this.#daysOf(connection), now),
      overview: { ...overview, isStale: isStale(overview.polledAt, now, this.#settings) },
    };
  }

  #daysOf({ name, days }: DashboardConnection): BusinessDays | null {
    return days ?? this.#learned.get(name) ?? null;
  }

  #today(days: BusinessDays | null, now: number): string {
    return businessDayAt(now, days?.timeZone ?? 'UTC', days?.dayStart ?? '00:00').day;
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
