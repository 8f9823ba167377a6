/** Lists of records to be read by id, staged as batches that loadWindow takes as it takes extracted ones. */
import type { RecordReference } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { manifestName } from './batchLayout.js';
import type { BatchManifest } from './batchManifest.js';
import type { BatchRef } from './contracts.js';
import { putJson } from './stagedJson.js';

/** Resolves with the number of records in each batch. */
export async function stageReferences(
  staging: StagingStore,
  directory: Omit<BatchRef, 'number'>,
  references: readonly RecordReference[],
  recordsPerBatch: number,
): Promise<number[]> {
  const batches: number[] = [];
  for (let start = 0; start < references.length; start += recordsPerBatch) {
    const part = references.slice(start, start + recordsPerBatch);
    const manifest: BatchManifest = {
      begin: null,
      pages: [],
      references: part,
      redacted: [],
      seen: [],
      requests: 0,
      next: null,
      position: 'end of the list',
    };
    const number = batches.push(part.length);
    await putJson(staging, manifestName({ ...directory, number }), manifest, part.length);
  }
  return batches;
}
