/** A dashboard that listens, over a DuckDB warehouse of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DashboardConnection } from '../../dashboard/daySnapshots.js';
import { startDashboard, type Dashboard, type DashboardOptions } from '../../dashboard/server.js';
import type { Row } from '../../model/tables.js';
import type { Warehouse } from '../../warehouses/warehouse.js';
import { agent, at, duckdbIn, poll, type Reading } from './readings.js';

export interface Served extends Dashboard {
  path: string;
  warehouse: Warehouse;
  /** Time of the dashboard, milliseconds since the epoch; to be moved by tests. */
  clock: { now: number };
  /** What the dashboard told its operator. */
  problems: string[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

export const acme: DashboardConnection = {
  name: 'acme',
  sourceSystem: 'genesys',
  isPolled: true,
  days: { timeZone: 'Europe/Berlin', dayStart: '00:00' },
  countThreshold: 3,
  pollMinutes: 15,
};

export interface Held {
  readings?: readonly Reading[];
  polls?: readonly Row<'interval_runs'>[];
}

/** Serves what is held at 14:00 in Berlin; what is read is not kept, unless options say so. */
export async function serve(held: Held = {}, options: Partial<DashboardOptions> = {}): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-dashboard-'));
  const { path, warehouse } = await duckdbIn(directory);
  await warehouse.record('agent_metrics', held.readings ?? []);
  await warehouse.record('interval_runs', held.polls ?? []);
  const clock = { now: Date.parse(at('13:00')) };
  const problems: string[] = [];
  const dashboard = await startDashboard({
    warehouse,
    connections: [acme],
    port: 0,
    refreshEvery: 0,
    now: () => clock.now,
    onProblem: (error) => problems.push(String(error)),
    ...options,
  });
  return {
    ...dashboard,
    path,
    warehouse,
    clock,
    problems,
    get: async (asked, headers = {}) => fetch(new URL(asked, dashboard.url), { headers }),
    close: async () => {
      await dashboard.close();
      await warehouse.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Agents of two teams, measured over everything, by form and by queue. */
export const someDay: Held = {
  readings: [
    ...agent('ann', 'Ann "Ace" Archer, Dr.', 'north', [
      ['08:00', 1, 70],
      ['09:00', 4, 82.5],
      ['12:30', 9, 91.25],
    ]),
    ...agent('bob', 'Bob Baker', 'south', [
      ['08:00', 3, 64],
      ['11:00', 7, 58],
    ]),
    ...agent('cyd', 'Cyd Cole', 'north', [['10:00', 2, 100]]),
    ...agent('dee', 'Dee Diaz', 'south', [['08:00', 0, null]]),
    ...agent('ann', 'Ann "Ace" Archer, Dr.', 'north', [['12:30', 5, 95]], ['form', 'sales', 'Sales']),
    ...agent('bob', 'Bob Baker', 'south', [['11:00', 4, 50]], ['form', 'support', 'Support']),
    ...agent('bob', 'Bob Baker', 'south', [['11:00', 7, 58]], ['queue', 'q1', 'Hotline']),
  ],
  polls: [poll(at('12:30')), poll(at('12:45'))],
};
