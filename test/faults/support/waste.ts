/** What a fault has cost: requests that the vendor was asked again. */
import type { KillPoint } from './installation.js';
import { pointName } from './workerProcess.js';

/** Asked for by their nature as often as there are processes, or for as long as something takes. */
const byNature = /\/token$|\/\.well-known\/|\/jobs\/\{jobId\}$/;

/**
 * The page that was on its way: its search and the one record that is read by id to hold it against, or a job and
 * its results. Where two steps go side by side, the request of each.
 */
const pageInFlight = 2;

export interface Waste {
  act: string;
  point: string;
  /** Requests beyond those of the rehearsal, without those that repeat by their nature. */
  repeated: number;
  allowed: number;
  /** Which they were. */
  which: string;
}

export function wasteOf(
  act: string,
  point: KillPoint,
  expected: Readonly<Record<string, number>>,
  found: Readonly<Record<string, number>>,
): Waste {
  const beyond = Object.entries(found)
    .filter(([endpoint]) => !byNature.test(endpoint))
    .map(([endpoint, requests]) => ({ endpoint, requests: requests - (expected[endpoint] ?? 0) }))
    .filter(({ requests }) => requests > 0);
  return {
    act,
    point: pointName(point),
    repeated: beyond.reduce((sum, { requests }) => sum + requests, 0),
    allowed: pageInFlight,
    which: beyond.map(({ endpoint, requests }) => `${requests} ${endpoint}`).join(', '),
  };
}
