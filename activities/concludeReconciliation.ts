import {
  groupUp,
  sumUp,
  sumUpDivisions,
  type ComparedRecord,
  type ReconciledGroup,
} from '../model/reconciliation.js';
import type { Vendor } from '../model/vendor.js';
import { withHeartbeat } from './activityCall.js';
import { notShownName } from './batchLayout.js';
import { openComparedWindow } from './comparedWindow.js';
import type {
  ConcludedReconciliation,
  ConcludeReconciliationInput,
  ReconciliationRef,
} from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';
import { openStagedBatch } from './stagedBatch.js';
import { requireJson } from './stagedJson.js';

/** Writes what a compared window came to into reconciliations, by day, division and form version. */
export function createConcludeReconciliation({
  source,
  vendor,
  staging,
  warehouse,
}: Pick<Dependencies, 'source' | 'vendor' | 'staging' | 'warehouse'>) {
  return async function concludeReconciliation(
    input: ConcludeReconciliationInput,
  ): Promise<ConcludedReconciliation> {
    return withHeartbeat(async () => {
      const { connection, stream, window, listDirectory } = input;
      const compared = { connection, stream, window, windowDirectory: input.comparedDirectory };
      const { shown } = await openComparedWindow({ source, staging, warehouse }, compared, window);
      const records = [...shown];
      if (listDirectory !== null) {
        const gone = new Set<string>();
        for (let number = 1; number <= input.listedBatches; number++) {
          const batch = { ...compared, windowDirectory: listDirectory, number };
          for (const { reference } of (await openStagedBatch(staging, batch)).gone) gone.add(reference.id);
        }
        // What was found by id is there after all: it has moved to another day, or lists leave it out.
        const notShown = await requireJson<ComparedRecord[]>(staging, notShownName(listDirectory));
        records.push(...notShown.filter(({ id }) => !input.lookedUp || gone.has(id)));
      }
      await warehouse.record('reconciliations', rowsOf(input, vendor(connection), groupUp(records, window)));
      return { ...sumUp(records), divisions: sumUpDivisions(records) };
    });
  };
}

export function rowsOf(
  { connection, stream, reconciliationId, reconciledAt, repair }: ReconciliationRef,
  vendor: Vendor,
  groups: readonly ReconciledGroup[],
) {
  return groups.map((group) => ({
    connection,
    source_system: vendor,
    stream,
    reconciliation_id: reconciliationId,
    ...group,
    is_repaired: repair,
    reconciled_at: reconciledAt,
  }));
}
