/** What a run settles besides its windows: evaluations that earlier runs held back, or made with forms that changed. */
import { log, workflowInfo } from '@temporalio/workflow';
import type { ActivityStubs } from './activityStubs.js';
import { checkDrift } from './driftCheck.js';
import { report, type Run } from './exportRun.js';
import { loadListedRecords, recordsPerListedBatch } from './loadListed.js';
import { isOwnCancellation } from './ownCancellation.js';
import { addTotals } from './totals.js';
import { whyFailed } from './whyFailed.js';

/** Evaluations whose scores were still being calculated when earlier runs read them. */
export async function takeUpDeferred({ warehouse }: ActivityStubs, run: Run): Promise<void> {
  const { connection, stream, settings } = run.input;
  const { priority, outageTolerance } = settings;
  const directory = `${connection}/${stream}/deferred/${workflowInfo().runId}`;
  const window = run.span;
  await aside(run, 'Evaluations held back before could not be taken up', async () => {
    const list = await warehouse.listHeld.executeWithOptions({ summary: 'evaluations held back before' }, [
      {
        ...{ connection, stream, window },
        windowDirectory: directory,
        selection: { scorePending: true },
        recordsPerBatch: recordsPerListedBatch,
        dryRun: false,
      },
    ]);
    const load = { connection, stream, window, directory, list, label: 'deferred' };
    await loadListedRecords({ ...load, settings: { priority, outageTolerance } }, (loaded) =>
      addTotals(run.totals, loaded),
    );
  });
}

/** Evaluations of form versions that have changed since rows were made with them. */
export async function rereadDrifted(activities: ActivityStubs, run: Run): Promise<void> {
  await aside(run, 'Form versions could not be checked for drift', async () => {
    const { drifted, failures, requests } = await checkDrift(activities, run.input);
    run.totals.requests += requests;
    run.drifted = drifted;
    for (const { formId, evaluations, changed } of drifted) {
      run.totals.notes.push(
        `Form version ${formId} has changed since: ${evaluations} evaluations were read again, ${changed} changed.`,
      );
    }
    for (const failure of failures) postpone(run, failure);
  });
  report(run);
}

/** What can wait for the next run must not keep windows from being loaded, or one record could block a stream. */
async function aside(run: Run, failure: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isOwnCancellation(error)) throw error;
    postpone(run, `${failure}: ${whyFailed(error)}`);
  }
}

function postpone(run: Run, failure: string): void {
  const note = `${failure}. The next run tries again.`;
  log.warn(note);
  run.totals.notes.push(note);
}
