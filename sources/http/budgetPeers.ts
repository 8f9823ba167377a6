/**
 * How much of the allowance other processes on the same client id use. Pure. Nobody tells us how many there are:
 * the vendor's count grows faster than our own requests explain, and the rest is theirs.
 */
import type { WindowView } from './budgetWindow.js';

/** Requests of past windows, older ones counting half as much for each window since. */
export interface PeerHistory {
  own: number;
  others: number;
}

/** Before anything is known, four equal processes are assumed: too many costs a little time, too few a 429. */
export const unknownPeers: PeerHistory = { own: 1, others: 3 };

/** Below this many of their requests, halved window by window, the client id counts as ours alone. */
const forgotten = 0.5;
const mostPeers = 16;

/**
 * This process and its equals on the client id: 1 when alone, 3 when two others send as much as this one does.
 * Answers overtake each other, so what is still in flight is taken as counted: others are never imagined.
 */
export function peers(history: PeerHistory, view: WindowView | undefined, inFlight: number): number {
  const seen = view === undefined ? 0 : Math.max(0, view.used - view.answered - inFlight);
  const others = history.others + seen;
  if (others < forgotten) return 1;
  const own = history.own + (view === undefined ? 0 : view.used - seen);
  return Math.min(mostPeers, 1 + others / Math.max(1, own));
}

export function closeWindow(history: PeerHistory, view: WindowView, inFlight: number): PeerHistory {
  const others = Math.max(0, view.used - view.answered - inFlight);
  return { own: history.own / 2 + view.used - others, others: history.others / 2 + others };
}
