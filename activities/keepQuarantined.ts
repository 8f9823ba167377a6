import { Context } from '@temporalio/activity';
import { jsonText } from '../model/jsonText.js';
import type { Row } from '../model/tables.js';
import { withHeartbeat } from './activityCall.js';
import { lookupsDirectory, manifestName, quarantineDirectory, quarantineId } from './batchLayout.js';
import type { BatchManifest, StagedPage, UnusableAnswer } from './batchManifest.js';
import type { BatchRef } from './contracts.js';
import type { KeepQuarantinedInput } from './quarantineContracts.js';
import type { Dependencies } from './dependencies.js';
import { lookupPosition } from './readRecords.js';
import { lookupsOf } from './stagedBatch.js';
import { requireDocument } from './stagedBodies.js';
import { putJson, requireJson } from './stagedJson.js';

/**
 * Keeps the answers of a batch that could not be used: copied out of the window's staging, which ends with the window,
 * and listed in quarantined_pages. Doing it again changes nothing, not even where someone has decided meanwhile.
 */
export function createKeepQuarantined({
  source,
  staging,
  warehouse,
}: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>) {
  return async function keepQuarantined({ batch }: KeepQuarantinedInput): Promise<void> {
    return withHeartbeat(async () => {
      const { connection, stream, window } = batch;
      const { vendor, describeCursor } = source(connection, stream);
      const { workflowExecution } = Context.current().info;
      const known = new Set(
        (await warehouse.quarantinedPages(connection, stream)).map((page) => page.quarantine_id),
      );
      const rows: Row<'quarantined_pages'>[] = [];
      const keep = async (what: string, position: string, cursor: unknown, answer: UnusableAnswer) => {
        const id = quarantineId(batch, what);
        if (known.has(id)) return;
        const content = { connection, stream, window, position, cursor, ...answer };
        const name = `${quarantineDirectory(connection, stream, id)}/answer.json`;
        const staged = await putJson(staging, name, content, 1);
        rows.push({
          connection,
          source_system: vendor,
          stream,
          quarantine_id: id,
          window_start: window.start,
          window_end: window.end,
          attempt: batch.windowDirectory,
          last_batch_id: null,
          position,
          cursor: jsonText(cursor),
          reason: answer.reason,
          staged_object: staged.name,
          state: 'open',
          quarantined_at: answer.at,
          decided_at: null,
          decided_by: null,
          workflow_id: workflowExecution?.workflowId ?? '',
          run_id: workflowExecution?.runId ?? '',
        });
      };
      const { pages } = await requireJson<BatchManifest>(staging, manifestName(batch));
      for (const [index, { name, quarantined }] of pages.entries()) {
        if (quarantined !== true) continue;
        const page = await requireDocument<StagedPage>(staging, name);
        if (page.quarantined === undefined) continue;
        await keep(`page-${index + 1}`, describeCursor(page.cursor), page.cursor, page.quarantined);
      }
      for await (const { reference, quarantined } of unusableLookups({ staging, batch })) {
        const { kind, id, locator } = reference;
        await keep(`${kind}:${id}`, lookupPosition(reference), { kind, id, locator }, quarantined);
      }
      await warehouse.record('quarantined_pages', rows);
    });
  };
}

async function* unusableLookups({ staging, batch }: Pick<Dependencies, 'staging'> & { batch: BatchRef }) {
  for (const name of await staging.list(`${lookupsDirectory(batch)}/`)) {
    for (const lookup of await lookupsOf(staging, name)) if (lookup.outcome === 'unusable') yield lookup;
  }
}
