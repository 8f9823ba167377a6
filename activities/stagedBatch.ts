/** Reading a staged batch back: which copy of each record counts, and the pages that hold them. */
import { TidemarkError } from '../model/errors.js';
import type { RecordReference, SourceRecord } from '../sources/source.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { lookupsDirectory, manifestName } from './batchLayout.js';
import { recordKey, type BatchManifest, type RecordFacts, type StagedPage } from './batchManifest.js';
import type { BatchRef } from './contracts.js';
import type { StagedLookup, StagedLookupPage } from './readRecords.js';
import type { RecordTable } from './selectChanged.js';
import { requireBodies, requireDocument, type StagedBodies } from './stagedBodies.js';
import { requireJson } from './stagedJson.js';

export interface GoneRecord {
  reference: RecordReference;
  heldIn: RecordTable | null;
  extractedAt: string;
}

export interface StagedBatch {
  manifest: BatchManifest;
  /** Form versions that the records were scored on, sorted. */
  formIds: string[];
  /** Conversations that the records are about, sorted. */
  conversationIds: string[];
  gone: GoneRecord[];
  redacted: number;
  /** The records of the batch, each once, read page by page. */
  records(): AsyncGenerator<SourceRecord>;
}

export async function openStagedBatch(staging: StagingStore, batch: BatchRef): Promise<StagedBatch> {
  const manifest = await requireJson<BatchManifest>(staging, manifestName(batch));
  const lookupPages = await staging.list(`${lookupsDirectory(batch)}/`);

  // Pages overlap at their edges, and a record read by id may be in a list too: the last copy read counts.
  const lastCopy = new Map<string, string>();
  const formIds = new Set<string>();
  const conversationIds = new Set<string>();
  const gone = new Map<string, GoneRecord>();
  let redacted = manifest.redacted.length;
  for (const page of manifest.pages) {
    for (const { kind, id, formId, conversationId } of page.records) {
      lastCopy.set(recordKey(kind, id), page.name);
      if (conversationId !== undefined) conversationIds.add(conversationId);
      if (formId !== null) formIds.add(formId);
    }
  }
  for (const name of lookupPages) {
    for (const lookup of await lookupsOf(staging, name)) {
      if (lookup.outcome === 'gone') gone.set(recordKey(lookup.reference.kind, lookup.reference.id), lookup);
      if (lookup.outcome === 'redacted') redacted += 1;
      if (lookup.outcome !== 'found') continue;
      lastCopy.set(recordKey(lookup.record.kind, lookup.record.id), name);
      if (lookup.record.formId !== null) formIds.add(lookup.record.formId);
      if (lookup.record.conversationId) conversationIds.add(lookup.record.conversationId);
    }
  }

  async function* records(): AsyncGenerator<SourceRecord> {
    const pending = new Map(lastCopy);
    const takeFrom = function* <T>(
      name: string,
      staged: StagedBodies<T>,
      recordsOf: (document: T) => readonly RecordFacts[],
    ): Generator<SourceRecord> {
      for (const [index, record] of recordsOf(staged.document).entries()) {
        const key = recordKey(record.kind, record.id);
        if (pending.get(key) !== name) continue;
        pending.delete(key);
        yield { ...record, ...staged.body(index) };
      }
    };
    for (const { name } of manifest.pages) {
      yield* takeFrom(name, await requireBodies<StagedPage>(staging, name), ({ page }) => page.records);
    }
    for (const name of lookupPages) {
      yield* takeFrom(name, await requireBodies<StagedLookupPage>(staging, name), ({ lookups }) =>
        lookups.flatMap((lookup) => (lookup.outcome === 'found' ? [lookup.record] : [])),
      );
    }
    if (pending.size === 0) return;
    throw new TidemarkError(
      'LoadRefused',
      `${pending.size} records of batch ${batch.number} are not in the staged pages that should hold them.`,
      { remedy: 'Staging was changed while the run was under way. The next run reads the window again.' },
    );
  }

  return {
    manifest,
    formIds: [...formIds].sort(),
    conversationIds: [...conversationIds].sort(),
    gone: [...gone.values()],
    redacted,
    records,
  };
}

export async function lookupsOf(staging: StagingStore, name: string): Promise<StagedLookup[]> {
  return (await requireDocument<StagedLookupPage>(staging, name)).lookups;
}
