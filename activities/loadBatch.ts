import { Context } from '@temporalio/activity';
import { withHeartbeat } from './activityCall.js';
import { batchId } from './batchLayout.js';
import type { LoadBatchInput, LoadedBatch } from './contracts.js';
import type { Dependencies } from './dependencies.js';

/** Loads the staged tables of a batch in one transaction; the same batch twice changes nothing. */
export function createLoadBatch({
  source,
  staging,
  warehouse,
}: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>) {
  return async function loadBatch(input: LoadBatchInput): Promise<LoadedBatch> {
    return withHeartbeat(async ({ signal }) => {
      const { batch } = input;
      const { workflowExecution } = Context.current().info;
      await warehouse.ensureSchema();
      const loaded = await warehouse.load(
        {
          batchId: batchId(batch),
          connection: batch.connection,
          sourceSystem: source(batch.connection).vendor,
          stream: batch.stream,
          window: batch.window,
          closesWindow: input.closesWindow,
          files: input.files,
          audit: {
            workflowId: workflowExecution?.workflowId ?? '',
            runId: workflowExecution?.runId ?? '',
            redacted: input.redacted,
            gone: input.gone,
            pages: input.pages,
            requests: input.requests,
            notes: input.notes,
          },
        },
        signal,
      );
      // Pages are personal data, and nothing goes back to them once all is loaded.
      if (input.isLast) await staging.remove(`${batch.windowDirectory}/`);
      return loaded;
    });
  };
}
