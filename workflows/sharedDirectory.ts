/** What all windows of a run share in staging: users, queues and divisions, and answers to what it asked beside them. */
import { workflowInfo } from '@temporalio/workflow';
import { runDirectoryOf } from '../model/runDirectory.js';
import type { ActivityStubs } from './activityStubs.js';

type OfStream = { connection: string; stream: string };

export const sharedDirectory = ({ connection, stream }: OfStream): string =>
  runDirectoryOf(connection, stream, workflowInfo().runId);

/** Before a run ends or is continued: the one that continues it has another id, and so a directory of its own. */
export async function discardShared({ local }: ActivityStubs, of: OfStream): Promise<void> {
  await local.discardStaged.executeWithOptions({ summary: 'what windows of this run shared' }, [
    { directories: [sharedDirectory(of)] },
  ]);
}
