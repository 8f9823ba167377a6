import { Context } from '@temporalio/activity';
import { withHeartbeat } from './activityCall.js';
import type { Warehouse } from '../warehouses/warehouse.js';
import { batchId } from './batchLayout.js';
import type { BatchRef, LoadBatchInput, LoadedBatch } from './contracts.js';
import type { Dependencies } from './dependencies.js';

/** Loads the staged tables of a batch in one transaction; the same batch twice changes nothing. */
export function createLoadBatch({
  vendor,
  staging,
  warehouse,
}: Pick<Dependencies, 'vendor' | 'staging' | 'warehouse'>) {
  return async function loadBatch(input: LoadBatchInput): Promise<LoadedBatch> {
    return withHeartbeat(async ({ signal }) => {
      const { batch } = input;
      const { workflowExecution } = Context.current().info;
      const quarantined = input.closesWindow ? await noteLastBatch(warehouse, batch) : 0;
      const loaded = await warehouse.load(
        {
          batchId: batchId(batch),
          connection: batch.connection,
          sourceSystem: vendor(batch.connection),
          stream: batch.stream,
          window: batch.window,
          // Without all its pages it is not complete.
          closesWindow: input.closesWindow && quarantined === 0,
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
      return { ...loaded, quarantined };
    });
  };
}

/** Counts the pages that this attempt at the window has left in quarantine and tells them how the attempt ends. */
async function noteLastBatch(warehouse: Warehouse, batch: BatchRef): Promise<number> {
  const pages = await warehouse.quarantinedPages(batch.connection, batch.stream);
  const left = pages.filter(({ attempt }) => attempt === batch.windowDirectory);
  const lastBatchId = batchId(batch);
  await warehouse.record(
    'quarantined_pages',
    left
      .filter((page) => page.last_batch_id !== lastBatchId)
      .map((page) => ({ ...page, last_batch_id: lastBatchId })),
  );
  return left.filter(({ state }) => state !== 'skipped').length;
}
