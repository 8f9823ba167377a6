/** The windows of a reconciliation whose figures its result keeps. Pure. */
import type { Interval } from './interval.js';
import { keepNotable } from './keepNotable.js';
import type { ReconciliationSums } from './reconciliation.js';

export interface ReconciledWindow extends ReconciliationSums {
  window: Interval;
  /** In divisions the client may not see. */
  hidden: number;
  breakerTripped: boolean;
  /** Of all of its pages. */
  isComplete: boolean;
}

/** Of many, those in which something differs stay. */
export function keepWindow(windows: ReconciledWindow[], window: ReconciledWindow): void {
  keepNotable(windows, window, isNotable);
}

const isNotable = ({ missing, stale, different, absent, hidden, ...window }: ReconciledWindow): boolean =>
  missing + stale + different + absent + hidden > 0 || window.breakerTripped || !window.isComplete;
