/**
 * The API budget: how many requests may be sent now so that the allowance of each window is used up and never
 * exceeded, by this process and by others on the same client id. Pure: state and time in, decision out.
 *
 * Alone, the count the vendor states plus what is in flight is the most that can have been counted, so sending up
 * to the allowance is safe. With others, their requests in flight are unknown. The way to the limit is therefore
 * taken in stages: a stage lets every process have the same number of requests in flight and ends while the
 * remainder still holds all of those; then everybody sends singly until what was under way has been counted, and
 * the next, smaller stage starts from a count that hides nothing. With one request each in flight, n processes
 * that stop at a remainder below n cannot exceed the limit, however late their answers are.
 */
import { peers, unknownPeers, type PeerHistory } from './budgetPeers.js';
import type { WindowRules, WindowView } from './budgetWindow.js';
import type { Limits } from './limits.js';

export type Priority = 1 | 2 | 3 | 4;

/** Assumed until the vendor's headers say otherwise, and for good where it sends none. */
export interface BudgetDefaults {
  requests: number;
  windowSeconds: number;
}

export interface BudgetState {
  readonly defaults: BudgetDefaults;
  readonly allowed: number;
  readonly rules: WindowRules;
  /** Whether the vendor states its limits; undefined before the first answer. */
  readonly stated: boolean | undefined;
  readonly view: WindowView | undefined;
  /** The window before, to recognise its late answers. */
  readonly last: WindowView | undefined;
  readonly inFlight: number;
  readonly lastSentAt: number;
  readonly lastAnsweredAt: number;
  readonly answers: number;
  readonly history: PeerHistory;
  /** Requests this process may have in flight at this stage, and the most it had. */
  readonly cap: number;
  readonly peak: number;
  /** Everybody's requests of the stage before have been counted from this moment on. */
  readonly settledAt: number;
  readonly roundTripMs: number;
  readonly roundTripDeviationMs: number;
  /** No sends before this moment, after a 429. */
  readonly blockedUntil: number;
  /** Requests left unused because of a 429; halved with each window. */
  readonly caution: number;
  /** When a caller of each priority was last seen, by priority - 1. */
  readonly seenAt: readonly number[];
  /** Answer times of the last window's length, where the vendor states no limits. */
  readonly log: readonly number[];
}

/** What became of a request. A request that failed on the way has no limits and may have been counted. */
export interface Outcome {
  sentAt: number;
  limits: Limits | undefined;
  /** An HTTP answer came back. */
  answered: boolean;
  /** Set when the vendor answered 429. */
  refusedForSeconds: number | undefined;
}

export function newBudget(defaults: BudgetDefaults): BudgetState {
  return {
    defaults,
    allowed: defaults.requests,
    rules: { windowMs: defaults.windowSeconds * 1000, lengthStated: false, roundingMs: 0 },
    stated: undefined,
    view: undefined,
    last: undefined,
    inFlight: 0,
    lastSentAt: -Infinity,
    lastAnsweredAt: -Infinity,
    answers: 0,
    history: unknownPeers,
    cap: 1,
    peak: 0,
    settledAt: -Infinity,
    roundTripMs: 250,
    roundTripDeviationMs: 60,
    blockedUntil: -Infinity,
    caution: 0,
    seenAt: [-Infinity, -Infinity, -Infinity, -Infinity],
    log: [],
  };
}

/** The allowance as it is known; null before the vendor has stated one. */
export function statedAllowance(state: BudgetState): { requests: number; windowSeconds: number } | null {
  return state.stated === true
    ? { requests: state.allowed, windowSeconds: state.rules.windowMs / 1000 }
    : null;
}

/** Seconds until sending is allowed again after a 429 or the window ends, at most; undefined when unknown. */
export function secondsToReset(state: BudgetState, now: number): number | undefined {
  const end = Math.max(state.blockedUntil, state.view?.endsBefore ?? -Infinity);
  return end > now ? (end - now) / 1000 : undefined;
}

/** This process and its equals on the client id, see budgetPeers. */
export function peerCount(state: BudgetState): number {
  return peers(state.history, state.view, state.inFlight);
}

/** After this long all requests sent before have almost surely been counted. */
export function settlingMs(state: BudgetState): number {
  return state.roundTripMs + 4 * state.roundTripDeviationMs;
}

/** Left for processes that are just starting and for the most urgent callers, whatever the others do. */
const spareShare = 0.015;

export function spare(state: BudgetState): number {
  const least = peerCount(state) > 1 ? 2 : 0;
  return Math.max(least, Math.floor(state.allowed * spareShare)) + Math.ceil(state.caution);
}
