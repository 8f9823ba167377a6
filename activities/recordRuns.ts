import { withHeartbeat } from './activityCall.js';
import type { IntervalRun } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';

/** Writes what became of data intervals into interval_runs; writing it again changes nothing. */
export function createRecordRuns({ source, warehouse }: Pick<Dependencies, 'source' | 'warehouse'>) {
  return async function recordRuns(runs: IntervalRun[]): Promise<void> {
    return withHeartbeat(async () => {
      await warehouse.record(
        'interval_runs',
        runs.map((run) => ({ ...run, source_system: source(run.connection).vendor })),
      );
    });
  };
}
