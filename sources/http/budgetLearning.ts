/** What each request and its answer teach about the budget. Pure. */
import { peerCount, settlingMs, spare, type BudgetState, type Outcome, type Priority } from './budget.js';
import { closeWindow } from './budgetPeers.js';
import {
  extendWindow,
  isOver,
  openWindow,
  place,
  usedOf,
  type LimitReport,
  type WindowRules,
} from './budgetWindow.js';

/** A stage starts with at most this part of the remainder in flight, over all processes. */
const stageShare = 1 / 4;
/** A stage ends when the remainder falls below this many times what all processes may have in flight. */
const stageFloor = 1.25;

export function noteSent(state: BudgetState, now: number): BudgetState {
  const inFlight = state.inFlight + 1;
  const turned = turnWindow(state, now);
  return { ...turned, inFlight, lastSentAt: now, peak: Math.max(turned.peak, inFlight) };
}

/** A permitted request that was not sent after all. */
export function noteUnsent(state: BudgetState): BudgetState {
  return { ...state, inFlight: Math.max(0, state.inFlight - 1) };
}

export function noteCaller(state: BudgetState, now: number, priority: Priority): BudgetState {
  return { ...state, seenAt: state.seenAt.map((at, index) => (index === priority - 1 ? now : at)) };
}

export function noteOutcome(before: BudgetState, now: number, outcome: Outcome): BudgetState {
  const inFlight = Math.max(0, before.inFlight - 1);
  const state = { ...turnWindow(before, now), inFlight };
  if (!outcome.answered) return countFailed(state, now);

  const allowed = outcome.limits?.allowed ?? state.allowed;
  const used = usedOf(outcome.limits, allowed);
  const measured = measureRoundTrip({ ...state, allowed, answers: state.answers + 1 }, now - outcome.sentAt);
  const known = { ...measured, lastAnsweredAt: now, log: extendLog(state, now) };
  const informed =
    used === undefined
      ? { ...known, stated: known.stated ?? false }
      : learn(
          { ...known, stated: true },
          { used, sentAt: outcome.sentAt, answeredAt: now, resetSeconds: outcome.limits?.resetSeconds },
        );
  return outcome.refusedForSeconds === undefined
    ? informed
    : refuse(informed, now, outcome.refusedForSeconds);
}

/** Closes a window whose end has surely passed, so that its requests count as history. */
function turnWindow(state: BudgetState, now: number): BudgetState {
  return state.view === undefined || !isOver(state.view, now) ? state : close(state, state.view);
}

function close(state: BudgetState, view: NonNullable<BudgetState['view']>): BudgetState {
  return {
    ...state,
    view: undefined,
    last: view,
    history: closeWindow(state.history, view, state.inFlight),
    cap: 1,
    peak: 0,
    settledAt: -Infinity,
    caution: state.caution < 0.5 ? 0 : state.caution / 2,
  };
}

function learn(state: BudgetState, report: LimitReport): BudgetState {
  const view = state.view;
  if (view === undefined) return open(learnRounding(state, report), report);
  const placement = place(view, report, state.rules);
  if (placement === 'earlier') return state;
  if (placement === 'next') return open(close(state, view), report);
  return nextStage({ ...state, view: extendWindow(view, report, state.rules) }, report);
}

/** A vendor that rounds its seconds down lets a window look over when it is not: the count then goes on. */
function learnRounding(state: BudgetState, report: LimitReport): BudgetState {
  const last = state.last;
  if (last === undefined || state.rules.roundingMs > 0 || report.resetSeconds === undefined) return state;
  const wentOn = report.sentAt >= last.endsBefore && report.used > last.used && report.resetSeconds <= 1;
  return wentOn ? { ...state, rules: { ...state.rules, roundingMs: 1000 } } : state;
}

function open(state: BudgetState, report: LimitReport): BudgetState {
  const late =
    state.last !== undefined &&
    report.sentAt < state.last.endsBefore &&
    place(state.last, report, state.rules) !== 'next';
  if (late) return state;
  const rules = { ...state.rules, ...learnLength(state, report) };
  return nextStage({ ...state, rules, view: openWindow(report, rules) }, report);
}

/** The longest time to the end ever stated; the configured length is only a guess. */
function learnLength(state: BudgetState, report: LimitReport): Partial<WindowRules> {
  if (report.resetSeconds === undefined) return {};
  const stated = report.resetSeconds * 1000;
  return {
    windowMs: state.rules.lengthStated ? Math.max(state.rules.windowMs, stated) : stated,
    lengthStated: true,
  };
}

/** Chooses how many requests may be in flight from here on. */
function nextStage(state: BudgetState, report: LimitReport): BudgetState {
  const equals = peerCount(state);
  if (equals === 1 || state.view === undefined) return { ...state, cap: Infinity };
  const left = state.allowed - state.view.used - spare(state);
  // Doubling at first: what others do shows only after a few answers.
  const learned = Math.max(1, 2 * state.answers);
  const target = Math.max(1, Math.min(learned, Math.floor((left * stageShare) / equals)));
  if (report.sentAt < state.settledAt) return state;
  if (state.cap === 1) return { ...state, cap: target, peak: state.inFlight };
  const inUse = Math.min(state.cap, Math.max(1, state.peak));
  if (left >= inUse * equals * stageFloor) return { ...state, cap: Math.max(inUse, target) };
  return { ...state, cap: 1, peak: 0, settledAt: report.answeredAt + settlingMs(state) };
}

/** It may or may not have been counted: taken as counted, until the next answer tells. */
function countFailed(state: BudgetState, now: number): BudgetState {
  const view = state.view;
  if (state.stated !== true) return { ...state, log: extendLog(state, now) };
  return view === undefined
    ? state
    : { ...state, view: { ...view, used: view.used + 1, answered: view.answered + 1 } };
}

function refuse(state: BudgetState, now: number, seconds: number): BudgetState {
  const caution = Math.min(state.allowed / 10, state.caution * 2 + Math.max(1, state.allowed * 0.01));
  return { ...state, blockedUntil: Math.max(state.blockedUntil, now + seconds * 1000), caution, cap: 1 };
}

/** As TCP measures its round trips: a mean and a mean deviation, newer ones weighing more. */
function measureRoundTrip(state: BudgetState, roundTrip: number): BudgetState {
  const deviation = Math.abs(roundTrip - state.roundTripMs);
  return {
    ...state,
    roundTripMs: state.roundTripMs + (roundTrip - state.roundTripMs) / 8,
    roundTripDeviationMs: state.roundTripDeviationMs + (deviation - state.roundTripDeviationMs) / 8,
  };
}

function extendLog(state: BudgetState, now: number): readonly number[] {
  if (state.stated === true) return [];
  const since = now - state.rules.windowMs;
  return [...state.log.filter((at) => at > since), now];
}
