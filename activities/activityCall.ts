/** What every activity that calls out needs from Temporal: cancellation and a heartbeat that does not stop. */
import { Context } from '@temporalio/activity';
import { runDirectoryOf } from '../model/runDirectory.js';
import type { CallContext, Source } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { preparedName } from './batchLayout.js';
import type { BatchRef, BudgetPriority } from './contracts.js';
import { failedAttempt } from './lastAttempt.js';
import { getJson } from './stagedJson.js';

const heartbeatEveryMillis = 2_000;

/**
 * Runs `work` while heartbeating in the background, so that waiting for the API budget or for a long merge does not
 * look like a dead worker. `signal` ends with the work, too: of requests that were made side by side those still on
 * their way are not waited for once one has failed, nor do they use up the allowance. `report` sets the details that
 * the Temporal UI shows with the pending activity.
 */
export async function withHeartbeat<T>(
  work: (call: { signal: AbortSignal; report: (details: object) => void }) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const before = failedAttempt();
  let details: object | undefined = before;
  const beat = () => context.heartbeat(details);
  const timer = setInterval(beat, heartbeatEveryMillis);
  const over = new AbortController();
  try {
    return await work({
      signal: AbortSignal.any([context.cancellationSignal, over.signal]),
      report: (latest) => {
        details = { ...latest, ...before };
        beat();
      },
    });
  } catch (error) {
    // Aborted requests surface as many kinds of error; Temporal is to see the cancellation that caused them.
    if (context.cancellationSignal.aborted) await context.cancelled;
    throw error;
  } finally {
    clearInterval(timer);
    over.abort();
  }
}

/** Staging directory of what all windows of the run share to which the activity that asks belongs. */
export const ownRunDirectory = (connection: string, stream: string): string =>
  runDirectoryOf(connection, stream, Context.current().info.workflowExecution?.runId ?? '');

/** The context of an activity's calls; its meter counts the requests that this activity alone has made. */
export function callContext(
  signal: AbortSignal,
  priority: BudgetPriority,
): CallContext & { meter: { requests: number } } {
  return { signal, priority, meter: { requests: 0 } };
}

/** The context of calls about a batch: a source whose records come as files reads what those were shaped into. */
export function batchContext(
  signal: AbortSignal,
  { batch, priority }: { batch: BatchRef; priority: BudgetPriority },
  source: Source,
  staging: StagingStore,
): ReturnType<typeof callContext> {
  const context = callContext(signal, priority);
  if (source.jobs === undefined) return context;
  const prepared = async (name: string): Promise<unknown> =>
    getJson(staging, preparedName(batch.windowDirectory, name));
  return { ...context, prepared };
}
