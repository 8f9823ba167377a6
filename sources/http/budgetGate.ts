/** Makes callers wait for the budget: the thin shell around the pure algorithm, with timers and a queue. */
import { abortReason, throwIfAborted } from '../../model/waiting.js';
import { newBudget, secondsToReset, statedAllowance } from './budget.js';
import type { BudgetDefaults, BudgetState, Outcome, Priority } from './budget.js';
import { decide } from './budgetDecision.js';
import { noteCaller, noteOutcome, noteSent, noteUnsent } from './budgetLearning.js';

/** The right to send one request. Exactly one of the two ends it; ending it again does nothing. */
export interface Permit {
  /** The request was sent; says what became of it. */
  settle(outcome: Omit<Outcome, 'sentAt'>): void;
  /** The request was not sent after all. */
  giveBack(): void;
}

export interface BudgetGate {
  /** Waits until a request may be sent: more urgent callers first, otherwise in order. Rejects on abort. */
  acquire(priority: Priority, signal: AbortSignal): Promise<Permit>;
  /** Seconds until the window ends or sending is allowed again, at most; undefined when unknown. */
  secondsToReset(): number | undefined;
  /** See statedAllowance. */
  allowance(): { requests: number; windowSeconds: number } | null;
}

interface Waiter {
  priority: Priority;
  grant(permit: Permit): void;
}

/** What most Genesys Cloud organisations allow. */
export const defaultBudget: BudgetDefaults = { requests: 300, windowSeconds: 60 };

/** The longest delay a Node timer takes. */
const longestTimerMs = 2 ** 31 - 1;

/** `clock`: milliseconds of a steady clock, which must not jump as the wall clock may. */
export function createBudgetGate(
  defaults: BudgetDefaults = defaultBudget,
  clock: () => number = () => performance.now(),
): BudgetGate {
  let state: BudgetState = newBudget(defaults);
  let timer: NodeJS.Timeout | undefined;
  const queues: Record<Priority, Set<Waiter>> = { 1: new Set(), 2: new Set(), 3: new Set(), 4: new Set() };

  const serve = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (let waiter = firstOf(queues); waiter !== undefined; waiter = firstOf(queues)) {
      const now = clock();
      state = noteCaller(state, now, waiter.priority);
      const decision = decide(state, now, waiter.priority);
      if (!decision.send) {
        if (decision.at === Infinity) return;
        timer = setTimeout(serve, Math.min(longestTimerMs, Math.max(1, Math.ceil(decision.at - now))));
        return;
      }
      queues[waiter.priority].delete(waiter);
      waiter.grant(issuePermit(now));
    }
  };

  const issuePermit = (sentAt: number): Permit => {
    state = noteSent(state, sentAt);
    let open = true;
    const end = (change: () => BudgetState): void => {
      if (!open) return;
      open = false;
      state = change();
      serve();
    };
    return {
      settle: (outcome) => end(() => noteOutcome(state, clock(), { ...outcome, sentAt })),
      giveBack: () => end(() => noteUnsent(state)),
    };
  };

  return {
    acquire: async (priority, signal) => {
      throwIfAborted(signal);
      return await new Promise<Permit>((resolve, reject) => {
        const onAbort = (): void => {
          queues[priority].delete(waiter);
          reject(abortReason(signal));
          serve();
        };
        const waiter: Waiter = {
          priority,
          grant: (permit) => {
            signal.removeEventListener('abort', onAbort);
            resolve(permit);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        queues[priority].add(waiter);
        serve();
      });
    },
    secondsToReset: () => secondsToReset(state, clock()),
    allowance: () => statedAllowance(state),
  };
}

const gates = new Map<string, BudgetGate>();

/**
 * The one gate of a client id in this process. The vendor counts by client id, so that connections and adapters
 * sharing one must share the gate; the first caller's defaults hold. `key`: API host and client id.
 */
export function budgetFor(key: string, defaults: BudgetDefaults = defaultBudget): BudgetGate {
  const known = gates.get(key);
  if (known !== undefined) return known;
  const gate = createBudgetGate(defaults);
  gates.set(key, gate);
  return gate;
}

function firstOf(queues: Record<Priority, Set<Waiter>>): Waiter | undefined {
  for (const priority of [1, 2, 3, 4] as const) {
    const [first] = queues[priority];
    if (first !== undefined) return first;
  }
  return undefined;
}
