/** Several faults for one act, drawn by a seed: the same seed, the same plan. */
import { randomStream } from '../../../simulator/organisation/random.js';
import { parts } from './acts.js';
import type { KillPoint } from './installation.js';
import { pointName } from './workerProcess.js';

/** A fault of the vendor, as its control API takes it. */
interface VendorFault {
  fault: Record<string, unknown>;
  when: { nth: number };
}

export interface Misfortune {
  points: KillPoint[];
  vendor: VendorFault[];
  /** For people. */
  description: string;
}

const [exporting] = parts.whatIsExported;

const vendorFaults: readonly Record<string, unknown>[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'status', status: 401 },
  { kind: 'reset', handled: false },
  { kind: 'reset', handled: true },
  { kind: 'truncated' },
  { kind: 'malformed' },
  { kind: 'contentType' },
  { kind: 'slow', milliseconds: 1_500 },
];

/** Three kills and three faults of the vendor. */
export function misfortuneOf(seed: number): Misfortune {
  const random = randomStream(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const kill = (): KillPoint => {
    const moment = oneOf(['before', 'answered', 'during', 'after'] as const);
    if (moment === 'answered') return { moment, nth: 1 + below(8) };
    // A process sees few of each step before it is killed.
    return { activity: oneOf(exporting?.steps ?? []), moment, nth: 1 + below(2) };
  };
  const points = [kill(), kill(), kill()];
  const vendor = [1, 2, 3].map(() => ({ fault: oneOf(vendorFaults), when: { nth: 1 + below(30) } }));
  const said = vendor.map(({ fault, when }) => `${JSON.stringify(fault)} to request ${when.nth}`);
  return { points, vendor, description: [...points.map(pointName), ...said].join('; ') };
}
