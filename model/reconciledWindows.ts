/** The windows of a reconciliation whose figures its result keeps. Pure. */
import type { Interval } from './interval.js';
import type { ReconciliationSums } from './reconciliation.js';

export interface ReconciledWindow extends ReconciliationSums {
  window: Interval;
  /** In divisions the client may not see. */
  hidden: number;
  breakerTripped: boolean;
  /** Of all of its pages. */
  isComplete: boolean;
}

/** Temporal takes results of up to 2 MB, and a month of a large tenant has thousands of windows. */
export const mostWindows = 500;

/**
 * Adds the window, which is later than all others. Once there are too many, the earliest in which nothing differs makes
 * room, and the earliest of all when something differs in each.
 */
export function keepWindow(windows: ReconciledWindow[], window: ReconciledWindow): void {
  windows.push(window);
  if (windows.length <= mostWindows) return;
  const dull = windows.findIndex((each) => !isNotable(each));
  windows.splice(Math.max(dull, 0), 1);
}

const isNotable = ({ missing, stale, different, absent, hidden, ...window }: ReconciledWindow): boolean =>
  missing + stale + different + absent + hidden > 0 || window.breakerTripped || !window.isComplete;
