import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { ActivityStubs } from './activityStubs.js';
import type { Run } from './exportRun.js';
import { scheduledBy } from './nominalTime.js';
import { raiseAlert } from './raiseAlert.js';

/**
 * Tells people of pages that a run of a schedule left in quarantine, unless the run before left some, too: they have been
 * told then. Also when the run is being cancelled meanwhile, as it is complete.
 */
export async function alertOfQuarantine(activities: ActivityStubs, { input, totals }: Run): Promise<void> {
  const { quarantined: pages } = totals;
  if (pages === 0 || scheduledBy() === null || pagesOfLastRun() > 0) return;
  const { connection, stream } = input;
  await CancellationScope.nonCancellable(async () =>
    raiseAlert(activities, {
      kind: 'quarantine',
      severity: 'error',
      connection,
      stream,
      summary: `${pages === 1 ? 'A page' : `${pages} pages`} of ${connection} ${stream} cannot be used until somebody decides about ${pages === 1 ? 'it' : 'them'}.`,
      details: { pages },
    }),
  );
}

function pagesOfLastRun(): number {
  const { quarantined = 0 } = (workflowInfo().lastResult ?? {}) as { quarantined?: number };
  return quarantined;
}
