import { randomUUID } from 'node:crypto';
import { randomStream } from '../organisation/random.js';

/** What goes wrong. */
export type FaultKind =
  | {
      kind: 'status';
      status: 401 | 429 | 500 | 502 | 503 | 504;
      /** Null: the answer does not say how long to wait, as that of a gateway. */
      retryAfterSeconds?: number | null | undefined;
    }
  /** The connection is reset: before the request is handled, or after it was and its answer is lost. */
  | { kind: 'reset'; handled: boolean }
  /** The answer comes, but late. */
  | { kind: 'slow'; milliseconds: number }
  /** The connection breaks in the middle of the body, though the headers promised all of it. */
  | { kind: 'truncated' }
  /** A complete answer of status 200 whose body is not JSON. */
  | { kind: 'malformed' }
  /** The first item of a listing has a field of another type than documented, as after a change of the vendor. */
  | { kind: 'invalidItem'; field?: string | undefined }
  /** A proxy's HTML page in place of the answer. */
  | { kind: 'contentType' }
  /** Whoever asks has had their tokens revoked just before; who asks without one, nothing. */
  | { kind: 'revoked' }
  /** The answer is right, but the clock of whoever sends it is off. */
  | { kind: 'clockSkew'; milliseconds: number };

/** Which requests a fault may strike. */
export interface FaultScope {
  /** Path or path template, `*` standing for any run of characters. Every path when absent. */
  path?: string | undefined;
  method?: string | undefined;
  clientId?: string | undefined;
}

/** Which of the requests in scope it does strike. Without any of these: all of them. */
export interface FaultTiming {
  /** The nth request in scope, counted from 1 since the fault was set. */
  nth?: number | undefined;
  /** The nth request in scope and all after it. */
  from?: number | undefined;
  /** Every nth request in scope. */
  every?: number | undefined;
  /** A share of the requests in scope, from 0 to 1, drawn from a generator with `seed`. */
  probability?: number | undefined;
  seed?: number | undefined;
  /** How often it strikes at most. */
  times?: number | undefined;
}

/** A fault as it stands. */
export interface Fault {
  id: string;
  fault: FaultKind;
  where: FaultScope;
  when: FaultTiming;
  /** Requests in scope so far. */
  matched: number;
  /** How often it struck. */
  struck: number;
}

/** A request as a fault sees it. */
export interface FaultTarget {
  method: string;
  path: string;
  endpoint: string;
  clientId?: string | undefined;
}

interface ArmedFault extends Fault {
  pattern: RegExp | undefined;
  random: () => number;
}

/** The faults that are set, in the order they were. */
export class Faults {
  #armed: ArmedFault[] = [];

  /** Sets a fault. */
  add(fault: FaultKind, where: FaultScope, when: FaultTiming): Fault {
    const armed = {
      id: randomUUID(),
      fault,
      where,
      when,
      matched: 0,
      struck: 0,
      pattern: where.path === undefined ? undefined : wildcard(where.path),
      random: randomStream(when.seed ?? 1),
    };
    this.#armed.push(armed);
    return describe(armed);
  }

  /** The faults that are set, with their counts. */
  list(): Fault[] {
    return this.#armed.map(describe);
  }

  /** Removes one fault, or all; says how many there were. */
  remove(id?: string): number {
    const before = this.#armed.length;
    this.#armed = id === undefined ? [] : this.#armed.filter((fault) => fault.id !== id);
    return before - this.#armed.length;
  }

  /** Counts a request against every fault in whose scope it is; the first that strikes is what happens to it. */
  strike(target: FaultTarget): FaultKind | undefined {
    let struck: FaultKind | undefined;
    for (const fault of this.#armed) {
      if (!inScope(fault, target)) continue;
      fault.matched += 1;
      if (struck !== undefined || !isDue(fault)) continue;
      fault.struck += 1;
      struck = fault.fault;
    }
    return struck;
  }
}

function inScope({ where, pattern }: ArmedFault, target: FaultTarget): boolean {
  if (where.method !== undefined && where.method.toUpperCase() !== target.method) return false;
  if (where.clientId !== undefined && where.clientId !== target.clientId) return false;
  return pattern === undefined || pattern.test(target.path) || pattern.test(target.endpoint);
}

function isDue(fault: ArmedFault): boolean {
  const { nth, from, every, probability, times } = fault.when;
  if (times !== undefined && fault.struck >= times) return false;
  if (nth !== undefined && fault.matched !== nth) return false;
  if (from !== undefined && fault.matched < from) return false;
  if (every !== undefined && fault.matched % every !== 0) return false;
  return probability === undefined || fault.random() < probability;
}

function describe({ id, fault, where, when, matched, struck }: ArmedFault): Fault {
  return { id, fault, where, when, matched, struck };
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`);
}
