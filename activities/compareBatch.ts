import type { ComparedRecord } from '../model/reconciliation.js';
import { withHeartbeat } from './activityCall.js';
import { comparedName } from './batchLayout.js';
import { reconciledOf } from './comparedWindow.js';
import type { CompareBatchInput } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';
import { putJson } from './stagedJson.js';

/** Compares the staged records of a batch with those held and stages what it finds; changes nothing. */
export function createCompareBatch({
  source,
  staging,
  warehouse,
}: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>) {
  return async function compareBatch({ batch, files }: CompareBatchInput): Promise<void> {
    return withHeartbeat(async ({ signal }) => {
      const { tables } = reconciledOf(source(batch.connection, batch.stream), batch);
      const compared: ComparedRecord[] = [];
      for (const table of tables) {
        const staged = files[table];
        if (staged === undefined) continue;
        compared.push(...(await warehouse.compare(table, batch.connection, staged, signal)));
      }
      await putJson(staging, comparedName(batch), compared, compared.length);
    });
  };
}
