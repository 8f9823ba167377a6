/** The alert that a reconciliation raises when less is held than should be. */
import { coverage, poorDivisions } from '../model/reconciliation.js';
import { faultsCalled, leastCoverage, type ReconciliationFault } from '../model/reconciliationFaults.js';
import type { ActivityStubs } from './activityStubs.js';
import { raiseAlert } from './raiseAlert.js';
import type { ReconcileResult, ReconcileStreamInput } from './reconcileWindow.js';

const percentOf = (counted: ReconcileResult['counted']) => (counted === null ? null : coverage(counted));

/** What is told to people; of the rest only whoever asked for the reconciliation hears. */
const alertedFaults: ReadonlySet<ReconciliationFault> = new Set([
  'coverage',
  'division',
  'console',
  'breaker',
]);

/** Whether people were told. */
export async function alertOfFaults(
  activities: ActivityStubs,
  { connection, stream, reconcile }: ReconcileStreamInput,
  result: ReconcileResult,
): Promise<boolean> {
  const { sums, counted, span, faults } = result;
  if (!faults.some((fault) => alertedFaults.has(fault))) return false;
  const poor = poorDivisions(result.divisions, reconcile.coverageBelow);
  const held = faults.includes('coverage')
    ? `The warehouse held ${leastCoverage(result).toFixed(2)} % of what the source shows`
    : faults.includes('division')
      ? `Of ${poor.length === 1 ? 'a division' : `${poor.length} divisions`} the warehouse held too little`
      : `The warehouse held ${percentOf(result.byConsole)?.toFixed(2)} % of what the console counts`;
  return raiseAlert(activities, {
    kind: 'coverage',
    severity: 'error',
    connection,
    stream,
    summary: result.breakerTripped
      ? faultsCalled(result.kind, reconcile.coverageBelow).breaker
      : `${held}; ${reconcile.coverageBelow} % are asked for.`,
    details: {
      span: { start: span.start, end: span.end },
      coverageByIds: result.coverage,
      coverageByCounts: percentOf(counted),
      coverageByConsole: percentOf(result.byConsole),
      divisionsBelow: poor.map(({ divisionId, source, missing }) => ({ divisionId, source, missing })),
      source: sums.source,
      missing: sums.missing,
      stale: sums.stale,
      different: sums.different,
      absent: sums.absent,
      hidden: result.hidden,
      breakerTripped: result.breakerTripped,
      repaired: result.repair,
    },
  });
}
