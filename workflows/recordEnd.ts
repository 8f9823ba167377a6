/** What became of a data interval, written into interval_runs for audits and for people. */
import { CancellationScope, log, workflowInfo } from '@temporalio/workflow';
import type { IntervalRun } from '../activities/auditContracts.js';
import { toIso } from '../model/interval.js';
import type { ActivityStubs } from './activityStubs.js';
import { nominalTime, scheduledBy } from './nominalTime.js';
import { isOwnCancellation } from './ownCancellation.js';
import { changedRows } from './totals.js';
import type { Run } from './exportRun.js';
import { whyFailed } from './whyFailed.js';

/** Ends of a run of exportStream; `error` when it did not end well. */
export async function recordEnd({ warehouse }: ActivityStubs, run: Run, error?: unknown): Promise<void> {
  const { workflowId, runId, startTime } = workflowInfo();
  const row: IntervalRun = {
    connection: run.input.connection,
    stream: run.input.stream,
    trigger: scheduledBy() === null ? 'run' : 'schedule',
    interval_start: run.span.start,
    interval_end: run.span.end,
    state: stateOf(run, error),
    loaded_through: run.mark,
    nominal_at: toIso(nominalTime()),
    started_at: startTime.toISOString(),
    ended_at: new Date().toISOString(),
    requests: run.totals.requests,
    changed_rows: changedRows(run.totals.rows),
    message: error === undefined ? null : whyFailed(error),
    workflow_id: workflowId,
    run_id: runId,
  };
  await recordIntervalRun({ warehouse }, row, error === undefined);
}

/**
 * A row that must be there fails the run without it. One about a failure is tried for a minute and then left out: the
 * warehouse may be what failed.
 */
export async function recordIntervalRun(
  { warehouse }: Pick<ActivityStubs, 'warehouse'>,
  row: IntervalRun,
  required: boolean,
): Promise<void> {
  const options = {
    summary: `${row.interval_start} to ${row.interval_end}: ${row.state}`,
    ...(required ? {} : { scheduleToCloseTimeout: '1 minute' as const }),
  };
  try {
    // Also when the run is being cancelled.
    await CancellationScope.nonCancellable(async () =>
      warehouse.recordRuns.executeWithOptions(options, [[row]]),
    );
  } catch (error) {
    if (required) throw error;
    log.warn('The failed attempt could not be recorded', { error: String(error) });
  }
}

function stateOf({ totals }: Run, error: unknown): IntervalRun['state'] {
  if (error === undefined) return totals.quarantined > 0 ? 'quarantined' : 'completed';
  return isOwnCancellation(error) ? 'cancelled' : 'failed';
}
