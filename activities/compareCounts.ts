import { groupCounts } from '../model/reconciliation.js';
import { withHeartbeat } from './activityCall.js';
import { rowsOf } from './concludeReconciliation.js';
import type { CompareCountsInput, ComparedCounts } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';

/**
 * Writes counts of the source's analytics beside those of the warehouse into reconciliations: a check that shares
 * nothing with the searches by which evaluations are found.
 */
export function createCompareCounts({ vendor, warehouse }: Pick<Dependencies, 'vendor' | 'warehouse'>) {
  return async function compareCounts(input: CompareCountsInput): Promise<ComparedCounts> {
    return withHeartbeat(async () => {
      const held = await warehouse.countHeld(input.connection, input.span);
      const groups = groupCounts(input.counts, held);
      await warehouse.record('reconciliations', rowsOf(input, vendor(input.connection), groups));
      return groups.reduce<ComparedCounts>(
        (sums, group) => ({
          source: sums.source + group.source_count,
          warehouse: sums.warehouse + group.warehouse_count,
          missing: sums.missing + group.missing,
        }),
        { source: 0, warehouse: 0, missing: 0 },
      );
    });
  };
}
