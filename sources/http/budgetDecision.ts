/** Whether a caller may send now, from what is known of the budget. Pure. */
import { peerCount, settlingMs, spare, type BudgetState, type Priority } from './budget.js';
import { isOver, overAt, type WindowView } from './budgetWindow.js';

/** `at`: ask again then, or at the next answer if that comes first; Infinity waits for an answer. */
export type Decision = { send: true } | { send: false; at: number };

/** Left by each priority while a more urgent one has been seen, until the window is nearly over. */
const reserveShare = 0.03;
const reserveReleasedShare = 0.1;
/** May a caller of this priority send now? */
export function decide(state: BudgetState, now: number, priority: Priority): Decision {
  if (now < state.blockedUntil) return { send: false, at: state.blockedUntil };
  if (state.stated === false) return decideByLog(state, now, priority);
  const view = state.view;
  if (view === undefined || isOver(view, now)) return singly(state, now);

  const left = state.allowed - view.used - state.inFlight - reserve(state, now, priority);
  const stopBelow = priority === 1 ? Math.min(3, stopRemainder(state)) : stopRemainder(state);
  if (left < stopBelow) return { send: false, at: nextChange(state, view, now) };
  if (now - state.lastAnsweredAt > patience(state)) return singly(state, now);
  if (state.inFlight < state.cap) return { send: true };
  return singly(state, now);
}

/** As many as the other processes may have in flight singly, and half again since they are an estimate. */
function stopRemainder(state: BudgetState): number {
  return Math.ceil(1 + (peerCount(state) - 1) * 1.5);
}

/** One request at a time; another one when the last has been under way for unusually long. */
function singly(state: BudgetState, now: number): Decision {
  if (state.inFlight === 0) return { send: true };
  const at = state.lastSentAt + patience(state);
  return now >= at ? { send: true } : { send: false, at };
}

function patience(state: BudgetState): number {
  return Math.max(1000, 2 * settlingMs(state));
}

function reserve(state: BudgetState, now: number, priority: Priority): number {
  if (priority === 1) return Math.ceil(state.caution);
  return reserveReleased(state, now) || !urgentSeen(state, now, priority)
    ? spare(state)
    : spare(state) + Math.ceil(state.allowed * reserveShare);
}

function urgentSeen(state: BudgetState, now: number, priority: Priority): boolean {
  return state.seenAt.slice(0, priority - 1).some((at) => now - at < 2 * state.rules.windowMs);
}

function reserveReleasedAt(state: BudgetState, view: WindowView): number {
  return view.endsAfter - state.rules.windowMs * reserveReleasedShare;
}

function reserveReleased(state: BudgetState, now: number): boolean {
  return state.view !== undefined && now >= reserveReleasedAt(state, state.view);
}

function nextChange(state: BudgetState, view: WindowView, now: number): number {
  const released = reserveReleasedAt(state, view);
  return now < released ? released : overAt(view);
}

/** Without the vendor's count: never more in any span of a window's length, so in no window wherever it starts. */
function decideByLog(state: BudgetState, now: number, priority: Priority): Decision {
  const since = now - state.rules.windowMs;
  const recent = state.log.filter((at) => at > since);
  const left = state.allowed - recent.length - state.inFlight - reserve(state, now, priority);
  if (left >= 1) return { send: true };
  const oldest = recent[0];
  return { send: false, at: oldest === undefined ? Infinity : oldest + state.rules.windowMs + 1 };
}
