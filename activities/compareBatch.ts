import type { ComparedRecord } from '../model/reconciliation.js';
import { withHeartbeat } from './activityCall.js';
import { comparedName } from './batchLayout.js';
import type { CompareBatchInput } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';
import { putJson } from './stagedJson.js';

/** Compares the staged evaluations of a batch with those held and stages what it finds; changes nothing. */
export function createCompareBatch({ staging, warehouse }: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function compareBatch({ batch, evaluations }: CompareBatchInput): Promise<void> {
    return withHeartbeat(async ({ signal }) => {
      const compared: ComparedRecord[] =
        evaluations === null ? [] : await warehouse.compare(batch.connection, evaluations, signal);
      await putJson(staging, comparedName(batch), compared, compared.length);
    });
  };
}
