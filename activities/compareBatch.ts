import { withHeartbeat } from './activityCall.js';
import { comparedName } from './batchLayout.js';
import { reconciledKindOf } from './comparedWindow.js';
import type { CompareBatchInput } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';
import { recordTables } from './selectChanged.js';
import { putJson } from './stagedJson.js';

/** Compares the staged records of a batch with those held and stages what it finds; changes nothing. */
export function createCompareBatch({
  source,
  staging,
  warehouse,
}: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>) {
  return async function compareBatch({ batch, files }: CompareBatchInput): Promise<void> {
    return withHeartbeat(async ({ signal }) => {
      const kind = reconciledKindOf(source(batch.connection, batch.stream), batch);
      const staged = files[recordTables[kind][0]];
      const compared =
        staged === undefined ? [] : await warehouse.compare(kind, batch.connection, staged, signal);
      await putJson(staging, comparedName(batch), compared, compared.length);
    });
  };
}
