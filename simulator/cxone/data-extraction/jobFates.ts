/** What becomes of jobs when somebody says so. */
import { dayMs } from '../../common/instants.js';
import type { JobRequest } from './jobRequest.js';

export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'expired' | 'lost';

export interface Fate {
  outcome: Outcome;
  /** What the vendor says of a failure. */
  errorMessage?: string | undefined;
}

/** Whose fate it is. */
export interface FateScope {
  entityName?: string | undefined;
  /** Jobs over at least so many days. */
  minDays?: number | undefined;
  /** Jobs whose first day is at least so many days ago. */
  minAgeDays?: number | undefined;
}

export interface FatePlan extends Fate {
  where: FateScope;
  /** How many jobs it decides about; all without it. */
  times?: number | undefined;
  /** How many it has decided about. */
  decided: number;
}

/** The first plan that fits decides, and is used up by it. */
export function fateOf(plans: readonly FatePlan[], request: JobRequest, now: number): Fate {
  const plan = plans.find(
    ({ where, times = Infinity, decided }) => decided < times && isWithin(where, request, now),
  );
  if (plan === undefined) return { outcome: 'succeeded' };
  plan.decided += 1;
  return { outcome: plan.outcome, errorMessage: plan.errorMessage };
}

function isWithin(
  { entityName, minDays = 0, minAgeDays = -Infinity }: FateScope,
  request: JobRequest,
  now: number,
): boolean {
  const { from, to } = request.span;
  return (
    (entityName === undefined || entityName === request.entityName) &&
    to - from >= minDays * dayMs &&
    now - from >= minAgeDays * dayMs
  );
}
