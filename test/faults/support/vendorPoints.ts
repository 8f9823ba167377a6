/** Where and how a vendor, or the network between, lets an export down: every fault and every request that there is. */
import type { FaultKind } from '../../../simulator/http/faults.js';
import type { Rehearsal } from './vendorRehearsal.js';

const hours = 3_600_000;
const file = '/_store/{file}';

/** How often somebody asks whether a job is done depends on how long it takes: twice in one export, once in another. */
const isAskedUntilDone = (path: string) => path.endsWith('/jobs/{jobId}');

/** What happens now and then, and is over. */
const passing: Readonly<Record<string, FaultKind>> = {
  'a reset before it is answered': { kind: 'reset', handled: false },
  'a lost answer': { kind: 'reset', handled: true },
  'a 429 with Retry-After': { kind: 'status', status: 429, retryAfterSeconds: 1 },
  'a 429 without Retry-After': { kind: 'status', status: 429, retryAfterSeconds: null },
  'a 500': { kind: 'status', status: 500 },
  'a 502': { kind: 'status', status: 502 },
  'a 503': { kind: 'status', status: 503 },
  'a 504': { kind: 'status', status: 504 },
  'a truncated body': { kind: 'truncated' },
  'a malformed body': { kind: 'malformed' },
  'a web page': { kind: 'contentType' },
  'a revoked token': { kind: 'revoked' },
  'a clock ahead': { kind: 'clockSkew', milliseconds: 5 * hours },
  'a clock behind': { kind: 'clockSkew', milliseconds: -5 * hours },
};

/** What stays until somebody does something about it. */
const lasting: Readonly<Record<string, FaultKind>> = {
  'refused credentials': { kind: 'status', status: 401 },
  'an outage': { kind: 'status', status: 503 },
  'a proxy with a page of its own': { kind: 'contentType' },
};

export interface FaultPoint {
  title: string;
  rehearsal: Rehearsal;
  fault: FaultKind;
  where: { method: string; path: string };
  /** Which of the requests: in the middle, something came before it, and something comes after. */
  nth: number;
}

export const passingPoints = (rehearsals: readonly Rehearsal[]): FaultPoint[] =>
  rehearsals.flatMap((rehearsal) =>
    pointsOf(rehearsal, passing, rehearsal.scenario.oneIn)
      // Only who reads a file can tell that it is none: a case of its own.
      .filter(({ fault, where }) => fault.kind !== 'malformed' || where.path !== file),
  );

export const lastingPoints = (rehearsals: readonly Rehearsal[]): FaultPoint[] =>
  rehearsals.flatMap((rehearsal) => pointsOf(rehearsal, lasting, 3));

/** Every request by all of the faults, or by one in so many, in turn. */
function pointsOf(
  rehearsal: Rehearsal,
  faults: Readonly<Record<string, FaultKind>>,
  oneIn: number,
): FaultPoint[] {
  return rehearsal.endpoints.flatMap(({ method, path, requests }, index) =>
    Object.entries(faults)
      .filter((_, number) => (number + index) % oneIn === 0)
      .map(([name, fault]) => ({
        ...{ rehearsal, fault, where: { method, path } },
        title: `${rehearsal.scenario.name}: ${name} at ${method} ${path}`,
        nth: isAskedUntilDone(path) ? 1 : Math.ceil(requests / 2),
      })),
  );
}
