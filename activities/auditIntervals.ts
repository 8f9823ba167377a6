import { TidemarkError } from '../model/errors.js';
import { toMillis } from '../model/interval.js';
import {
  auditIntervals as judge,
  countStates,
  dueIntervals,
  toAttempt,
  type DueInterval,
} from '../model/intervalAudit.js';
import { findGaps } from '../model/intervalGaps.js';
import { withHeartbeat } from './activityCall.js';
import type { AuditedIntervals, AuditIntervalsInput } from './auditContracts.js';
import type { Dependencies } from './dependencies.js';

/** The result of an activity has to stay small; what is left out is found once the first ones are repaired. */
const maxGaps = 1_000;

/**
 * Holds the intervals that the schedule should have loaded against what the warehouse's audit shows and what is under
 * way; reads only.
 */
export function createAuditIntervals({
  warehouse,
  underWay: spansUnderWay,
}: Pick<Dependencies, 'warehouse' | 'underWay'>) {
  return async function auditIntervals(input: AuditIntervalsInput): Promise<AuditedIntervals> {
    return withHeartbeat(async () => {
      const { connection, stream, span, everyMillis, startFrom } = input;
      const now = toMillis(input.now);
      const due = dueOrRefused(input, now);
      // Before the warehouse is read: of a run that ends in between, that has all.
      const underWay = await spansUnderWay(connection, stream);
      const windows = await warehouse.loadedWindows(connection, stream);
      const runs = await warehouse.intervalRuns(connection, stream, span);
      const attempts = runs.map(toAttempt);
      const audited = judge(due, { everyMillis, windows, attempts, underWay, now });
      const { gaps, leftOut } = findGaps({ audited, attempts, startFrom, everyMillis, now }, maxGaps);
      return { counts: countStates(audited), gaps, gapsLeftOut: leftOut };
    });
  };
}

function dueOrRefused({ span, ...schedule }: AuditIntervalsInput, now: number): DueInterval[] {
  try {
    return dueIntervals(schedule, span, now);
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', (cause as RangeError).message, { cause });
  }
}
