/** What all windows of a run share in staging: users, queues and divisions, and answers to what it asked beside them. */
import { CancellationScope, log, workflowInfo } from '@temporalio/workflow';
import type { Duration } from '@temporalio/common';
import { runDirectoryOf } from '../model/runDirectory.js';
import type { ActivityStubs } from './activityStubs.js';

type OfStream = { connection: string; stream: string };

export const sharedDirectory = ({ connection, stream }: OfStream): string =>
  runDirectoryOf(connection, stream, workflowInfo().runId);

/**
 * Does what windows of a run share this for, and removes it, however that ends: it is personal data, and the run that
 * continues this one has another id, and so a directory of its own. All that may read it must have ended by then.
 */
export async function sharing<T>(
  activities: ActivityStubs,
  of: OfStream,
  work: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    try {
      await CancellationScope.nonCancellable(async () => discardShared(activities, of, '1 minute'));
    } catch (left) {
      // Why the run ended matters more.
      log.warn('What windows of this run shared stays in staging', { error: String(left) });
    }
    throw error;
  }
  await discardShared(activities, of);
  return result;
}

export async function discardShared(
  { local }: ActivityStubs,
  of: OfStream,
  scheduleToCloseTimeout?: Duration,
): Promise<void> {
  const options = { summary: 'what windows of this run shared' };
  await local.discardStaged.executeWithOptions(
    scheduleToCloseTimeout === undefined ? options : { ...options, scheduleToCloseTimeout },
    [{ directories: [sharedDirectory(of)] }],
  );
}
