import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { StagedTableName } from '../model/tables.js';
import type { DirectoryRecord, MappingContext, SourceConversation, SourceForm } from '../sources/source.js';
import { createBatchWriter, type BatchWriter } from '../staging/parquetWriter.js';
import type { StagedObject, StagingStore } from '../staging/stagingStore.js';
import { withHeartbeat } from './activityCall.js';
import {
  batchId,
  conversationsName,
  formsName,
  recalledName,
  tableName,
  unusableFormsName,
} from './batchLayout.js';
import { recordKey } from './batchManifest.js';
import type { BatchRef, NormalizeBatchInput, NormalizedBatch } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { directoryRows } from './directoryRows.js';
import { openStagedBatch } from './stagedBatch.js';
import { holdBackPending, isUnexplained, rowsOfGone, tableOf } from './unloadedRows.js';
import { getJson, requireJson } from './stagedJson.js';
import type { UnusableForm } from './usableForms.js';

/** Records that are mapped before what else this process has to do gets its turn: answers of vendors, loads. */
const recordsInARow = 10;

/**
 * Turns the staged pages of a batch into canonical Parquet, one file a table. Each record is mapped with the form
 * version it was scored on. Rows flow through page by page: memory does not depend on the size of the batch.
 */
export function createNormalizeBatch({
  source: sourceOf,
  staging,
}: Pick<Dependencies, 'source' | 'staging'>) {
  return async function normalizeBatch(input: NormalizeBatchInput): Promise<NormalizedBatch> {
    return withHeartbeat(async ({ report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection, batch.stream);
      const context: MappingContext = { connection: batch.connection, batchId: batchId(batch) };
      const workDirectory = await mkdtemp(join(tmpdir(), 'tidemark-normalize-'));
      try {
        const writer = await createBatchWriter(workDirectory);
        const staged = await openStagedBatch(staging, batch);
        const forms = new Map(
          (await requireJson<SourceForm[]>(staging, formsName(batch))).map((form) => [form.formId, form]),
        );
        for (const form of forms.values()) await writer.add(source.mapper.form(form, context));
        const conversations = await conversationsOf(staging, batch);
        for (const conversation of conversations.values()) {
          await writer.add(source.mapper.conversation?.(conversation, context) ?? {});
        }
        const unusableEntries: string[] = [];
        for (const record of await directoryRecords(staging, input.directory)) {
          const mapped = directoryRows(source, record, context);
          if ('rows' in mapped) await writer.add(mapped.rows);
          else unusableEntries.push(mapped.unusable);
        }
        // What a list showed before it was deleted is loaded by this batch, and held by nothing yet.
        const newlyGone = new Map(
          staged.gone.flatMap((gone) =>
            gone.heldIn === null ? [[recordKey(gone.reference.kind, gone.reference.id), gone] as const] : [],
          ),
        );
        let records = 0;
        let deferred = 0;
        for await (const record of staged.records()) {
          const form = record.formId === null ? undefined : forms.get(record.formId);
          const conversation =
            record.conversationId === undefined ? undefined : conversations.get(record.conversationId);
          const rows = holdBackPending(source.mapper.record(record, { form, conversation }, context), record);
          await writer.add(rows);
          const gone = newlyGone.get(recordKey(record.kind, record.id));
          if (gone !== undefined) gone.heldIn = tableOf(record.kind, rows);
          if (rows.deferred_evaluations !== undefined) deferred += 1;
          records += 1;
          if (records % 100 === 0) report({ records });
          if (records % recordsInARow === 0) await setImmediate();
        }
        await writer.add(rowsOfGone(source, staged.gone, context));
        const unusable = (await getJson<UnusableForm[]>(staging, unusableFormsName(batch))) ?? [];
        const missing = staged.formIds.filter(
          (formId) => !forms.has(formId) && !unusable.some((form) => form.formId === formId),
        );
        return {
          files: await stageFiles(staging, batch, writer),
          gone: staged.gone.length,
          deferred,
          redacted: staged.redacted,
          notes: [
            ...missing.map(
              (formId) => `Form version ${formId} is unknown at the source: rows have no texts.`,
            ),
            ...(unusableEntries.length > 0
              ? [
                  `${unusableEntries.length} users or queues cannot be used and were left as held: ${unusableEntries[0]}`,
                ]
              : []),
            ...unusable.map(
              ({ formId, reason }) =>
                `Form version ${formId} cannot be used: rows have no texts until it can, and are read again then. ${reason}`,
            ),
            ...(staged.gone.some(({ reference }) => isUnexplained(reference))
              ? [
                  'Some records that the source refers to are not found by id, without being called deleted: deleted ' +
                    'later, or hidden from the client. They were left as they are.',
                ]
              : []),
          ],
        };
      } finally {
        await rm(workDirectory, { recursive: true, force: true });
      }
    });
  };
}

async function directoryRecords(
  staging: StagingStore,
  directory: StagedObject | null,
): Promise<DirectoryRecord[]> {
  return directory === null ? [] : requireJson<DirectoryRecord[]>(staging, directory.name);
}

/** None when they were not asked for, or could not be read: rows are loaded without them. */
async function conversationsOf(
  staging: StagingStore,
  batch: BatchRef,
): Promise<Map<string, SourceConversation>> {
  const conversations = new Map<string, SourceConversation>();
  // What the source gives now goes before what it once gave.
  for (const name of [recalledName(batch), conversationsName(batch)])
    for (const each of (await getJson<SourceConversation[]>(staging, name)) ?? [])
      conversations.set(each.conversationId, each);
  return conversations;
}

async function stageFiles(
  staging: StagingStore,
  batch: BatchRef,
  writer: BatchWriter,
): Promise<Partial<Record<StagedTableName, StagedObject>>> {
  const files: Partial<Record<StagedTableName, StagedObject>> = {};
  for (const [table, file] of Object.entries(await writer.finish()) as [
    StagedTableName,
    { path: string; rows: number },
  ][]) {
    files[table] = await staging.putFile(tableName(batch, table), file.path, file.rows);
  }
  return files;
}
