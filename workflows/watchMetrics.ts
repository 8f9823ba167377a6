import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { IntervalRun } from '../activities/auditContracts.js';
import type { MetricsSettings } from '../activities/metricsContracts.js';
import { toIso, type Interval } from '../model/interval.js';
import { runDirectoryOf } from '../model/runDirectory.js';
import { activityStubs, type ActivityStubs } from './activityStubs.js';
import { nominalTime, scheduledBy } from './nominalTime.js';
import { isOwnCancellation } from './ownCancellation.js';
import { recordIntervalRun } from './recordEnd.js';
import { searchAttributes } from './searchAttributes.js';
import { whyFailed } from './whyFailed.js';

export type { MetricsSettings };

export interface WatchMetricsInput {
  connection: string;
  settings: MetricsSettings;
}

export interface WatchMetricsResult {
  businessDay: string;
  window: Interval;
  readings: number;
  /** Those that differ from the last ones. */
  changed: number;
  requests: number;
}

const stream = 'metrics';

/**
 * One poll of the intraday scores: reads what the source says of the business day until now and keeps what has changed
 * since the poll before. A poll that fails leaves nothing behind to resume: the next one asks for the whole day.
 */
export async function watchMetrics(input: WatchMetricsInput): Promise<WatchMetricsResult> {
  const stubs = activityStubs(1, input.settings.outageTolerance);
  const at = toIso(nominalTime());
  try {
    const result = await poll(stubs, input, at);
    // Also when nothing has changed: the page says when it was looked last.
    await recordIntervalRun(stubs, runOf(input, at, result.window, result), true);
    return result;
  } catch (error) {
    const state = isOwnCancellation(error) ? 'cancelled' : 'failed';
    const outcome = { state, message: whyFailed(error) } as const;
    await recordIntervalRun(stubs, runOf(input, at, { start: at, end: at }, outcome), false);
    throw error;
  }
}

async function poll(
  { api, warehouse }: ActivityStubs,
  { connection, settings }: WatchMetricsInput,
  at: string,
): Promise<WatchMetricsResult> {
  const runDirectory = runDirectoryOf(connection, stream, workflowInfo().runId);
  const read = await api.readMetrics.executeWithOptions({ summary: `business day until ${at}` }, [
    { connection, at, runDirectory, settings },
  ]);
  const { businessDay, window, readings, requests } = read;
  upsertSearchAttributes([{ key: searchAttributes.intervalStart, value: new Date(window.start) }]);
  const recorded = await warehouse.recordMetrics.executeWithOptions(
    { summary: `readings of ${businessDay}` },
    [{ connection, businessDay, readings }],
  );
  setCurrentDetails(
    [
      `**${businessDay}** in ${settings.timeZone}, ${window.start} to ${window.end}`,
      '',
      `${recorded.readings} readings, ${recorded.changed} changed since the poll before; ${requests} requests.`,
    ].join('\n'),
  );
  return { businessDay, window, ...recorded, requests };
}

function runOf(
  { connection }: WatchMetricsInput,
  at: string,
  window: Interval,
  outcome: Partial<Pick<WatchMetricsResult, 'requests' | 'changed'>> &
    Partial<Pick<IntervalRun, 'state' | 'message'>>,
): IntervalRun {
  const { workflowId, runId, startTime } = workflowInfo();
  const { state = 'completed', message = null } = outcome;
  return {
    connection,
    stream,
    trigger: scheduledBy() === null ? 'run' : 'schedule',
    interval_start: window.start,
    interval_end: window.end,
    state,
    loaded_through: state === 'completed' ? window.end : null,
    nominal_at: at,
    started_at: startTime.toISOString(),
    ended_at: new Date().toISOString(),
    requests: outcome.requests ?? 0,
    changed_rows: outcome.changed ?? 0,
    message,
    workflow_id: workflowId,
    run_id: runId,
  };
}
