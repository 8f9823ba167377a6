/** Lists of records to be read by id, staged as batches that loadWindow takes as it takes extracted ones. */
import pMap from 'p-map';
import type { RecordReference } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { manifestName } from './batchLayout.js';
import type { BatchManifest } from './batchManifest.js';
import type { BatchRef } from './contracts.js';
import { putJson } from './stagedJson.js';

/** Manifests written at once: a bucket takes its time for each, and a list may have hundreds. */
const concurrentWrites = 8;

/** Resolves with the number of records in each batch. */
export async function stageReferences(
  staging: StagingStore,
  directory: Omit<BatchRef, 'number'>,
  references: readonly RecordReference[],
  recordsPerBatch: number,
): Promise<number[]> {
  const batches = Array.from({ length: Math.ceil(references.length / recordsPerBatch) }, (_, index) =>
    references.slice(index * recordsPerBatch, (index + 1) * recordsPerBatch),
  );
  return pMap(
    batches,
    async (part, index) => {
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
      await putJson(staging, manifestName({ ...directory, number: index + 1 }), manifest, part.length);
      return part.length;
    },
    { concurrency: concurrentWrites },
  );
}
