/**
 * What can be known of the vendor's current window from answers alone. Pure; times are milliseconds of any
 * steady clock of this process.
 */
import type { Limits } from './limits.js';

/** A request with what its answer said. */
export interface LimitReport {
  sentAt: number;
  answeredAt: number;
  /** Requests of the window counted by the vendor, this one included. */
  used: number;
  resetSeconds: number | undefined;
}

export interface WindowView {
  /** Highest count seen. */
  used: number;
  /** When that count was known here. */
  usedKnownAt: number;
  /** Own requests among the counted ones. */
  answered: number;
  /** The window ends between these two moments. */
  endsAfter: number;
  endsBefore: number;
}

export interface WindowRules {
  windowMs: number;
  /** The vendor stated the length; before that it is the configured one. */
  lengthStated: boolean;
  /** Added to the latest end once a vendor has been found not to round the seconds up. */
  roundingMs: number;
}

/** Timers and clocks are whole milliseconds in places: never count on the exact one. */
const clockGuardMs = 5;

export function isOver(view: WindowView, now: number): boolean {
  return now >= view.endsBefore + clockGuardMs;
}

export function overAt(view: WindowView): number {
  return view.endsBefore + clockGuardMs;
}

export type Placement = 'current' | 'next' | 'earlier';

/** Tells to which window an answer belongs: answers overtake each other, and windows turn while they travel. */
export function place(view: WindowView, report: LimitReport, rules: WindowRules): Placement {
  const end = endOf(report, rules);
  if (end.after >= view.endsBefore) return 'next';
  if (end.before < view.endsAfter) return 'earlier';
  // Counts only grow within a window. Half, because a vendor's counters may be a little behind each other.
  const fell = report.sentAt >= view.usedKnownAt && report.used <= view.used / 2;
  return fell ? 'next' : 'current';
}

export function openWindow(report: LimitReport, rules: WindowRules): WindowView {
  const end = endOf(report, rules);
  return {
    used: report.used,
    usedKnownAt: report.answeredAt,
    answered: 1,
    endsAfter: end.after,
    endsBefore: end.before,
  };
}

/** Adds an answer of the same window: each one narrows when the window can end. */
export function extendWindow(view: WindowView, report: LimitReport, rules: WindowRules): WindowView {
  const end = endOf(report, rules);
  const endsAfter = Math.max(view.endsAfter, end.after);
  const endsBefore = Math.min(view.endsBefore, end.before);
  const grew = report.used > view.used;
  return {
    used: grew ? report.used : view.used,
    usedKnownAt: grew ? report.answeredAt : view.usedKnownAt,
    answered: view.answered + 1,
    endsAfter: Math.min(endsAfter, endsBefore),
    endsBefore,
  };
}

/** The vendor counted at some moment between sending and answering, and said whole seconds, rounded up. */
function endOf(report: LimitReport, rules: WindowRules): { after: number; before: number } {
  if (report.resetSeconds === undefined) {
    return { after: report.sentAt, before: report.answeredAt + rules.windowMs };
  }
  const reset = report.resetSeconds * 1000;
  return { after: report.sentAt + reset - 1000, before: report.answeredAt + reset + rules.roundingMs };
}

/** Used requests as a vendor states them, by whichever of its headers there are; undefined when it says nothing. */
export function usedOf(limits: Limits | undefined, allowed: number): number | undefined {
  if (limits?.used !== undefined) return limits.used;
  return limits?.remaining === undefined ? undefined : Math.max(0, allowed - limits.remaining);
}
