/** What goes wrong on purpose, and with which requests. */
import type { Reason } from './errors.js';

/** The calls of the API that a fault can strike, by the vendor's names. */
export type Endpoint =
  | `datasets.${'insert' | 'get' | 'list' | 'patch' | 'delete'}`
  | `tables.${'insert' | 'get' | 'list' | 'patch' | 'delete'}`
  | `jobs.${'insert' | 'upload' | 'get' | 'list' | 'cancel' | 'query' | 'getQueryResults'}`;

export type FaultKind =
  /** The connection is reset: before the request is accepted, or after it was and its answer is lost. */
  | { kind: 'reset'; accepted: boolean }
  /** The request is refused. */
  | {
      kind: 'status';
      status: 401 | 403 | 404 | 409 | 429 | 500 | 502 | 503;
      reason: Reason;
      message?: string;
    }
  /** The job is accepted, changes nothing and ends with this error. */
  | { kind: 'jobError'; reason: Reason; message: string }
  /** The job is done only after it was asked about so many times. */
  | { kind: 'slowJob'; polls: number }
  /** The job runs, but is not found when it is asked about. */
  | { kind: 'lostJob' }
  /** A load says that it wrote so many more rows than it did. */
  | { kind: 'outputRows'; by: number };

export interface FaultRule {
  fault: FaultKind;
  /** Call or calls that it strikes; every one when absent, and for faults of a job the calls that start one. */
  endpoint?: Endpoint | readonly Endpoint[];
  jobType?: 'query' | 'load';
  /** Only jobs whose id or SQL matches. */
  matching?: RegExp;
  /** How many requests in scope pass before it strikes. Default 0. */
  after?: number;
  /** How often it strikes. Default 1. */
  times?: number;
}

/** A request as a fault sees it. */
export interface FaultTarget {
  endpoint: Endpoint;
  jobType?: 'query' | 'load' | undefined;
  jobId?: string | undefined;
  sql?: string | undefined;
}

const starting: readonly Endpoint[] = ['jobs.insert', 'jobs.upload', 'jobs.query'];
const ofJobs: ReadonlySet<FaultKind['kind']> = new Set(['jobError', 'slowJob', 'lostJob', 'outputRows']);

export class Faults {
  readonly #armed: { rule: FaultRule; matched: number; struck: number }[] = [];

  /** Sets a fault; the answer tells how often it has struck. */
  add(rule: FaultRule): { struck: () => number } {
    const armed = { rule, matched: 0, struck: 0 };
    this.#armed.push(armed);
    return { struck: () => armed.struck };
  }

  /** The first fault that is due for this request. */
  strike(target: FaultTarget): FaultKind | undefined {
    for (const armed of this.#armed) {
      const { rule } = armed;
      if (armed.struck >= (rule.times ?? 1) || !inScope(rule, target)) continue;
      armed.matched += 1;
      if (armed.matched <= (rule.after ?? 0)) continue;
      armed.struck += 1;
      return rule.fault;
    }
    return undefined;
  }
}

function inScope({ fault, endpoint, jobType, matching }: FaultRule, target: FaultTarget): boolean {
  const endpoints = endpoint === undefined ? undefined : [endpoint].flat();
  const isOfJob = ofJobs.has(fault.kind) || jobType !== undefined;
  const allowed = endpoints ?? (isOfJob ? starting : undefined);
  if (allowed !== undefined && !allowed.includes(target.endpoint)) return false;
  if (jobType !== undefined && jobType !== target.jobType) return false;
  return matching === undefined || matching.test(target.jobId ?? '') || matching.test(target.sql ?? '');
}
