/** Reads evaluations again that cannot be read by id: with the days of their submissions, as their files hold them. */
import { workflowInfo } from '@temporalio/workflow';
import type { HeldSelection } from '../activities/contracts.js';
import { toIso } from '../model/interval.js';
import type { ActivityStubs } from './activityStubs.js';
import type { StreamSettings } from './exportRun.js';
import { addTotals, noTotals, type Totals } from './totals.js';
import { loadWindowAsChild } from './windowChild.js';

export interface Reread {
  connection: string;
  stream: string;
  selection: HeldSelection;
  /** Staging directory of its own. */
  directory: string;
  dryRun: boolean;
  settings: StreamSettings;
}

/** `progress` hears of the sums so far; `started` of each child before it begins. */
export async function rereadByWindows(
  { local, warehouse }: ActivityStubs,
  { connection, stream, selection, directory, dryRun, settings }: Reread,
  progress: (totals: Totals) => void,
  started: (childId: string) => Promise<void>,
): Promise<{ windows: number; changed: number; unchanged: number; gone: number; notes: string[] }> {
  const { workflowId, startTime } = workflowInfo();
  const until = toIso(startTime.getTime() - settings.safetyLag);
  const { windows, undated } = await warehouse.planReread.executeWithOptions(
    { summary: 'days of their submissions' },
    [{ connection, selection, directory, until }],
  );
  const notes = [
    'Evaluations cannot be read by id here: they are read again with all that was submitted on the same days, ' +
      `in ${windows.length} ${windows.length === 1 ? 'window' : 'windows'}.`,
    ...(undated === 0 ? [] : [`${undated} have no date of submission, so nothing shows them.`]),
  ];
  const totals = noTotals();
  const comparedDirectories: string[] = [];
  for (const window of dryRun ? [] : windows) {
    const childId = `${workflowId}/window-${window.start}`;
    await started(childId);
    const compared = `${directory}/${window.start.slice(0, 10)}`;
    comparedDirectories.push(compared);
    addTotals(
      totals,
      await loadWindowAsChild(childId, settings, {
        ...{ connection, stream, window, resume: null, directory: null },
        compare: { directory: compared, repair: true },
      }),
    );
    progress(totals);
  }
  const { changed, unchanged, notShown } = await warehouse.concludeReread.executeWithOptions(
    { summary: 'what became of them' },
    [{ directory, comparedDirectories }],
  );
  await local.discardStaged.executeWithOptions({ summary: 'what was compared' }, [
    { directories: [directory] },
  ]);
  if (dryRun) return { windows: windows.length, changed: 0, unchanged: 0, gone: 0, notes };
  if (totals.quarantined > 0 && notShown > 0) {
    notes.push(
      `${notShown} were not shown, perhaps by pages that could not be used; they are not called gone.`,
    );
  } else if (notShown > 0) {
    notes.push(
      `${notShown} were not shown by the days of their submission. They stay as they are until the source calls ` +
        'them deleted, or reconciliations have missed them often enough.',
    );
  }
  const gone = totals.quarantined > 0 ? 0 : notShown;
  return { windows: windows.length, changed, unchanged, gone, notes };
}
