/** A vendor's counter and several processes on one client id, in virtual time; nothing here waits. */
import { randomStream } from '../../../simulator/organisation/random.js';
import { newBudget, type BudgetState, type Priority } from '../../../sources/http/budget.js';
import { decide } from '../../../sources/http/budgetDecision.js';
import { noteCaller, noteOutcome, noteSent } from '../../../sources/http/budgetLearning.js';

export interface ProcessPlan {
  concurrency: number;
  latencyMs: { min: number; max: number };
  /** Active from here to there. */
  startMs: number;
  endMs: number;
  priority: Priority;
  /** Share of requests that get no answer. */
  failing?: number;
}

export interface Scenario {
  seed: number;
  allowed: number;
  windowMs: number;
  /** When windows begin: at a fixed rhythm with this phase, or with the first request after the last one ended. */
  phaseMs: number | 'first request';
  processes: readonly ProcessPlan[];
  untilMs: number;
  /** `ceil` as documented, `floor` as a vendor might, `none`: no headers at all. */
  reset?: 'ceil' | 'floor' | 'none';
}

export interface WindowResult {
  startMs: number;
  counted: number;
}

export interface SimulationResult {
  refused: number;
  sent: number[];
  /** Windows in which every process was active from the first to the last moment. */
  fullWindows: WindowResult[];
}

/** Events in order of time. A binary heap: runs have tens of thousands of them. */
class Agenda {
  readonly #heap: { at: number; run: () => void }[] = [];

  add(at: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at, run });
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  next(): { at: number; run: () => void } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let least = index;
      if (this.#at(left) < this.#at(least)) least = left;
      if (this.#at(left + 1) < this.#at(least)) least = left + 1;
      if (least === index) return first;
      this.#swap(least, index);
      index = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}

class Vendor {
  readonly windows: WindowResult[] = [];
  refused = 0;
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  count(now: number): { used: number; resetSeconds: number; accepted: boolean } {
    const { windowMs, phaseMs, allowed, reset } = this.#scenario;
    let window = this.windows.at(-1);
    if (window === undefined || now >= window.startMs + windowMs) {
      const startMs =
        phaseMs === 'first request' ? now : Math.floor((now - phaseMs) / windowMs) * windowMs + phaseMs;
      window = { startMs, counted: 0 };
      this.windows.push(window);
    }
    window.counted += 1;
    const accepted = window.counted <= allowed;
    if (!accepted) this.refused += 1;
    const seconds = (window.startMs + windowMs - now) / 1000;
    return {
      used: window.counted,
      resetSeconds: reset === 'floor' ? Math.floor(seconds) : Math.ceil(seconds),
      accepted,
    };
  }
}

export function simulate(scenario: Scenario): SimulationResult {
  const random = randomStream(scenario.seed);
  const agenda = new Agenda();
  const vendor = new Vendor(scenario);
  const sent = scenario.processes.map(() => 0);
  let now = 0;

  const startProcess = (plan: ProcessPlan, index: number): void => {
    // The configured default is deliberately not the vendor's allowance.
    const defaults =
      scenario.reset === 'none'
        ? { requests: scenario.allowed, windowSeconds: scenario.windowMs / 1000 }
        : { requests: 300, windowSeconds: 60 };
    let state: BudgetState = newBudget(defaults);
    let active = 0;
    let wakeAt = Infinity;

    const trySend = (): void => {
      while (active < plan.concurrency && now < plan.endMs) {
        state = noteCaller(state, now, plan.priority);
        const decision = decide(state, now, plan.priority);
        if (!decision.send) {
          if (decision.at <= now) throw new Error(`asked to wait until the past: ${decision.at} at ${now}`);
          if (decision.at < wakeAt) {
            wakeAt = decision.at;
            agenda.add(decision.at, wake);
          }
          return;
        }
        send();
      }
    };
    const wake = (): void => {
      wakeAt = Infinity;
      trySend();
    };
    const send = (): void => {
      active += 1;
      sent[index] = (sent[index] ?? 0) + 1;
      state = noteSent(state, now);
      const sentAt = now;
      const latency = plan.latencyMs.min + random() * (plan.latencyMs.max - plan.latencyMs.min);
      const forward = latency * random();
      const lost = random() < (plan.failing ?? 0);
      agenda.add(now + forward, () => {
        const counted = vendor.count(now);
        agenda.add(sentAt + latency, () => {
          active -= 1;
          const limits =
            scenario.reset === 'none' || lost
              ? undefined
              : {
                  allowed: scenario.allowed,
                  used: counted.used,
                  remaining: undefined,
                  resetSeconds: counted.resetSeconds,
                };
          const refusedForSeconds = counted.accepted ? undefined : counted.resetSeconds;
          state = noteOutcome(state, now, { sentAt, limits, answered: !lost, refusedForSeconds });
          trySend();
        });
      });
    };
    agenda.add(plan.startMs, trySend);
  };
  scenario.processes.forEach(startProcess);

  for (let event = agenda.next(); event !== undefined && event.at < scenario.untilMs; event = agenda.next()) {
    now = event.at;
    event.run();
  }
  const begin = Math.max(...scenario.processes.map((plan) => plan.startMs));
  const end = Math.min(scenario.untilMs, ...scenario.processes.map((plan) => plan.endMs));
  const fullWindows = vendor.windows.filter(
    (window) => window.startMs >= begin && window.startMs + scenario.windowMs <= end,
  );
  return { refused: vendor.refused, sent, fullWindows };
}
