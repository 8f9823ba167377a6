/** What runs did, as metrics that a worker serves with those of Temporal's SDK. */
import type { MetricMeter } from '@temporalio/common';
import type { IntervalRun } from './auditContracts.js';

/**
 * Counts runs that are recorded now. One that is recorded twice, because the answer to the first attempt was lost, is
 * counted twice.
 */
export function countRuns(meter: MetricMeter, runs: readonly IntervalRun[]): void {
  const ended = meter.createCounter(
    'tidemark_runs_total',
    'runs',
    'Runs, and intervals of backfills, by their ends',
  );
  const requests = meter.createCounter(
    'tidemark_requests_total',
    'requests',
    'API requests of runs and intervals',
  );
  const rows = meter.createCounter(
    'tidemark_changed_rows_total',
    'rows',
    'Rows that runs and intervals inserted, updated or deleted',
  );
  const mark = meter.createGauge(
    'tidemark_high_water_mark_seconds',
    'float',
    's',
    'Where the next run of the schedule begins, in seconds since 1970 UTC',
  );
  for (const run of runs) {
    const { connection, stream, trigger, state } = run;
    ended.add(1, { connection, stream, trigger, state });
    requests.add(run.requests, { connection, stream, trigger });
    rows.add(run.changed_rows, { connection, stream, trigger });
    // Others load spans of their own.
    if (trigger !== 'schedule' || run.loaded_through === null) continue;
    mark.set(Date.parse(run.loaded_through) / 1_000, { connection, stream });
  }
}
