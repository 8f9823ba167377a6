/** What runs of a stream load now, as the cluster tells it. */
import { Client, QueryRejectCondition, QueryRejectedError, type ConnectionLike } from '@temporalio/client';
import type { SpanUnderWay } from '../model/intervalAudit.js';
import { searchAttributes } from '../workflows/searchAttributes.js';
import { underWayQuery } from '../workflows/underWay.js';
import type { Logger } from './log.js';

/** A worker that is there answers at once; nobody does where there is none. */
const patienceMillis = 10_000;

/** @param taskQueue of the workflows: others may share the namespace */
export function createSpansUnderWay(
  { connection, namespace, taskQueue }: { connection: ConnectionLike; namespace: string; taskQueue: string },
  log: Logger,
) {
  const client = new Client({
    ...{ connection, namespace },
    // The list may still have one that has just ended, and loads nothing any more.
    workflow: { queryRejectCondition: QueryRejectCondition.NOT_OPEN },
  });

  const spansOf = async (workflowId: string): Promise<SpanUnderWay[]> => {
    try {
      // By its id alone: it may have continued as new.
      const handle = client.workflow.getHandle(workflowId);
      return await client.withDeadline(Date.now() + patienceMillis, async () => handle.query(underWayQuery));
    } catch (error) {
      if (error instanceof QueryRejectedError) return [];
      log.warn(
        { workflowId, error: String(error) },
        'A run does not say what it loads: it is not counted on',
      );
      return [];
    }
  };

  return async (connectionName: string, stream: string): Promise<SpanUnderWay[]> => {
    const query = [
      "WorkflowType IN ('exportStream', 'backfillStream')",
      "ExecutionStatus = 'Running'",
      `${searchAttributes.connection.name} = '${connectionName}'`,
      `${searchAttributes.stream.name} = '${stream}'`,
    ].join(' AND ');
    const spans: SpanUnderWay[] = [];
    for await (const run of client.workflow.list({ query })) {
      if (run.taskQueue === taskQueue) spans.push(...(await spansOf(run.workflowId)));
    }
    return spans;
  };
}
