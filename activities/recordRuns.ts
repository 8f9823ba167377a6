import { Context } from '@temporalio/activity';
import { runDirectoryOf } from '../model/runDirectory.js';
import { withHeartbeat } from './activityCall.js';
import type { IntervalRun } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';
import { countRuns } from './runMetrics.js';

/**
 * Writes what became of data intervals into interval_runs, and removes what their runs had in staging beside their
 * windows: personal data that nothing goes back to. Doing it again changes nothing but the metrics.
 */
export function createRecordRuns({
  vendor,
  staging,
  warehouse,
}: Pick<Dependencies, 'vendor' | 'staging' | 'warehouse'>) {
  return async function recordRuns(runs: IntervalRun[]): Promise<void> {
    return withHeartbeat(async () => {
      await warehouse.record(
        'interval_runs',
        runs.map((run) => ({ ...run, source_system: vendor(run.connection) })),
      );
      countRuns(Context.current().metricMeter, runs);
      for (const { connection, stream, run_id: runId, trigger } of runs) {
        // Other intervals of a backfill still go back to what its run has there.
        if (trigger === 'backfill') continue;
        await staging.remove(`${runDirectoryOf(connection, stream, runId)}/`);
      }
    });
  };
}
