import { dataIntervals, isReprocessed, stateOf } from '../model/backfillPlan.js';
import { TidemarkError } from '../model/errors.js';
import { toIso, toMillis, type Interval } from '../model/interval.js';
import { toAttempt, undoneBy } from '../model/intervalAudit.js';
import { withHeartbeat } from './activityCall.js';
import type { PlanBackfillInput, PlannedBackfill } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';

/** Cuts the span into data intervals and leaves those that the warehouse's audit does not settle. */
export function createPlanBackfill({ warehouse }: Pick<Dependencies, 'warehouse'>) {
  return async function planBackfill(input: PlanBackfillInput): Promise<PlannedBackfill> {
    return withHeartbeat(async () => {
      const { connection, stream, span } = input;
      const loaded = await warehouse.loadedWindows(connection, stream);
      const runs = await warehouse.intervalRuns(connection, stream, span);
      const unfinished = undoneBy(runs.map(toAttempt)).map(({ start, end }) => ({
        start: toIso(start),
        end: toIso(end),
      }));
      const planned: PlannedBackfill = { starts: [], before: { completed: 0, failed: 0, none: 0 } };
      for (const interval of intervalsOf(input)) {
        const state = stateOf(interval, loaded, unfinished);
        planned.before[state] += 1;
        if (isReprocessed(state, input.reprocess)) planned.starts.push(toMillis(interval.start));
      }
      if (input.reverse) planned.starts.reverse();
      return planned;
    });
  };
}

function intervalsOf({ span, intervalMillis }: PlanBackfillInput): Interval[] {
  try {
    return dataIntervals(span, intervalMillis);
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', (cause as RangeError).message, { cause });
  }
}
