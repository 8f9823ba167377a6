/** Readings as the polling workflow writes them, and a warehouse to write them into. */
import { join } from 'node:path';
import type { Row } from '../../model/tables.js';
import { createFileStore } from '../../staging/fileStore.js';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import type { Warehouse } from '../../warehouses/warehouse.js';

export type Reading = Row<'agent_metrics'>;

export const day = '2026-11-20';
/** Midnight in Berlin. */
export const dayBegin = '2026-11-19T23:00:00.000Z';
/** A moment of the day in UTC: 14:45 in Berlin is at('13:45'). */
export const at = (time: string) => `${day}T${time}:00.000Z`;

/** A reading of an agent; the source answers a minute after the end of what it was asked for. */
export function reading(values: Partial<Reading> & Pick<Reading, 'entity_id' | 'window_end'>): Reading {
  const polledAt = new Date(Date.parse(values.window_end) + 60_000).toISOString();
  return {
    connection: 'acme',
    source_system: 'genesys',
    business_day: day,
    time_zone: 'Europe/Berlin',
    entity_type: 'agent',
    entity_name: `Name of ${values.entity_id}`,
    segment_type: 'all',
    segment_id: '',
    segment_name: null,
    team_id: null,
    team_name: null,
    window_start: dayBegin,
    evaluation_count: 5,
    average_score: 80,
    pass_rate: 60,
    highest_score: 90,
    lowest_score: 70,
    is_below_threshold: false,
    polled_at: polledAt,
    ...values,
  };
}

/** The record of a poll that covered the day up to a moment and ended a minute later. */
export function poll(end: string, values: Partial<Row<'interval_runs'>> = {}): Row<'interval_runs'> {
  const ended = new Date(Date.parse(end) + 60_000).toISOString();
  return {
    connection: 'acme',
    source_system: 'genesys',
    stream: 'metrics',
    trigger: 'schedule',
    interval_start: dayBegin,
    interval_end: end,
    state: 'completed',
    loaded_through: end,
    nominal_at: end,
    started_at: end,
    ended_at: ended,
    requests: 1,
    changed_rows: 0,
    message: null,
    workflow_id: `metrics-${end}`,
    run_id: 'run-1',
    ...values,
  };
}

export async function duckdbIn(directory: string): Promise<{ path: string; warehouse: Warehouse }> {
  const path = join(directory, 'warehouse.duckdb');
  const staging = createFileStore(directory, 'file:none');
  return { path, warehouse: await openWarehouse({ kind: 'duckdb', path }, staging) };
}

type Step = [end: string, count: number, score: number | null];

/** Readings of one agent in the course of the day. */
export function agent(
  id: string,
  name: string,
  team: string,
  steps: readonly Step[],
  [segment_type, segment_id, segment_name]: readonly [Reading['segment_type'], string, string | null] = [
    'all',
    '',
    null,
  ],
): Reading[] {
  return steps.map(([end, count, score]) =>
    reading({
      entity_id: id,
      entity_name: name,
      team_id: team,
      team_name: `Team ${team}`,
      segment_type,
      segment_id,
      segment_name,
      window_end: at(end),
      evaluation_count: count,
      average_score: score,
      pass_rate: score,
      highest_score: score,
      lowest_score: score,
      is_below_threshold: count < 3,
    }),
  );
}
