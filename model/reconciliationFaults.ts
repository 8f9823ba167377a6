/** Why people should look at what a reconciliation found. Pure. */
import {
  coverage,
  poorDivisions,
  recordsCalled,
  type DivisionSums,
  type ReconciledKind,
  type ReconciliationSums,
} from './reconciliation.js';

/**
 * `coverage`: of all that the source shows, too little was held, one by one or by counts; `division`: of a division;
 * `console`: of what people count in the vendor's console, who may see what the client may not;
 * `breaker`: too many are not shown any more at once; `unread`: a window could not be read completely; `differences`:
 * there are some, and they were only looked at.
 */
export type ReconciliationFault = 'coverage' | 'division' | 'console' | 'breaker' | 'unread' | 'differences';

interface Reconciled {
  repair: boolean;
  sums: ReconciliationSums;
  divisions: readonly DivisionSums[];
  /** Null when the source cannot count. */
  counted: Pick<ReconciliationSums, 'source' | 'missing'> | null;
  /** Null when nobody said what the console counts. */
  byConsole: Pick<ReconciliationSums, 'source' | 'missing'> | null;
  breakerTripped: boolean;
  /** Windows of which not every page could be used. */
  unread: number;
}

/** `coverageBelow` in percent. Empty when nobody needs to look. */
export function reconciliationFaults(result: Reconciled, coverageBelow: number): ReconciliationFault[] {
  const { sums, counted, divisions, unread, repair } = result;
  const isFound: Record<ReconciliationFault, boolean> = {
    coverage: leastCoverage({ sums, counted }) < coverageBelow,
    division: poorDivisions(divisions, coverageBelow).length > 0,
    console: result.byConsole !== null && (coverage(result.byConsole) ?? 100) < coverageBelow,
    breaker: result.breakerTripped,
    unread: unread > 0,
    differences: !repair && sums.missing + sums.stale + sums.different + sums.absent > 0,
  };
  return (Object.keys(isFound) as ReconciliationFault[]).filter((fault) => isFound[fault]);
}

/** The faults in words. `coverageBelow` in percent. */
export const faultsCalled = (
  kind: ReconciledKind,
  coverageBelow: number,
): Readonly<Record<ReconciliationFault, string>> => ({
  coverage: `The warehouse held less than ${coverageBelow} % of what the source shows or counts.`,
  division: `Of one division or several the warehouse held less than ${coverageBelow} %.`,
  console: `The warehouse held less than ${coverageBelow} % of what the console counts: see what the source hides ("tidemark audit visibility").`,
  breaker: `Too many ${recordsCalled[kind]} are not shown any more at once: nothing was called deleted.`,
  unread: 'Not all windows could be read completely.',
  differences: 'What differs was only looked at and is as it was.',
});

/** The worse of the coverages one by one and by counts, in percent; 100 when there is nothing to hold. */
export const leastCoverage = ({ sums, counted }: Pick<Reconciled, 'sums' | 'counted'>): number =>
  Math.min(coverage(sums) ?? 100, (counted === null ? null : coverage(counted)) ?? 100);
