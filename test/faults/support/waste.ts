/** What a fault has cost: requests that the vendor was asked again. */
import type { Step } from './acts.js';

/** Asked for by their nature as often as there are processes, or for as long as something takes. */
const byNature = /\/token$|\/\.well-known\/|\/jobs\/\{jobId\}$/;

/**
 * The page that was on its way: its search and the one record that is read by id to hold it against, or a job and
 * its results.
 */
const pageInFlight = 2;

/**
 * Steps that ask for few things and hand on what they have seen at once, all or nothing: killed just before that, they
 * ask for all of it again. The number of their requests.
 */
const asksAgain: Readonly<Partial<Record<Step, number>>> = {
  // Counts by day, of each date that a search may go by.
  planWindows: 3,
  // Divisions, those that are granted, users, queues: a staged file of all.
  extractDirectory: 4,
  // Divisions, users, and one search for each kind of what may be hidden.
  auditVisibility: 20,
  // Two questions, and the names of forms, teams and users.
  readMetrics: 5,
};

/** Steps under way at once: whoever is killed at the one may have been in the middle of the other. */
const beside: Readonly<Partial<Record<Step, Step>>> = {
  planWindows: 'extractDirectory',
  extractDirectory: 'planWindows',
};

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
  { activity, moment }: { activity: Step; moment: 'before' | 'after' },
  expected: Readonly<Record<string, number>>,
  found: Readonly<Record<string, number>>,
): Waste {
  const beyond = Object.entries(found)
    .filter(([endpoint]) => !byNature.test(endpoint))
    .map(([endpoint, requests]) => ({ endpoint, requests: requests - (expected[endpoint] ?? 0) }))
    .filter(({ requests }) => requests > 0);
  const other = beside[activity];
  const under = [...(moment === 'after' ? [activity] : []), ...(other === undefined ? [] : [other])];
  return {
    act,
    point: `${moment} ${activity}`,
    repeated: beyond.reduce((sum, { requests }) => sum + requests, 0),
    allowed: pageInFlight + under.reduce((sum, step) => sum + (asksAgain[step] ?? 0), 0),
    which: beyond.map(({ endpoint, requests }) => `${requests} ${endpoint}`).join(', '),
  };
}
