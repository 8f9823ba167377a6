/** What the batches of a compared window have shown together. */
import type { Interval } from '../model/interval.js';
import { TidemarkError } from '../model/errors.js';
import {
  countsIn,
  type ComparedRecord,
  type Reconciled,
  type ReconciledKind,
  type ReconciledTable,
} from '../model/reconciliation.js';
import type { Source } from '../sources/source.js';
import type { HeldRecord } from '../warehouses/warehouse.js';
import { comparedName, manifestName } from './batchLayout.js';
import { recordKey, type BatchManifest } from './batchManifest.js';
import type { BatchRef } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { getJson, requireJson } from './stagedJson.js';

export interface ComparedWindow {
  kind: ReconciledKind;
  /** Records that the source shows in the window. */
  shown: ComparedRecord[];
  /** What is held of the window, by table. */
  tables: ComparedTable[];
}

export interface ComparedTable {
  table: ReconciledTable;
  /** Held, and shown by nothing. */
  notShown: HeldRecord[];
  /** Held of the window, before and after. */
  held: number;
}

/** What the batches of a window have been compared to, and the keys of all that lists showed of it. */
export async function readCompared(
  staging: Dependencies['staging'],
  directory: Pick<BatchRef, 'windowDirectory'>,
): Promise<{ compared: Map<string, ComparedRecord>; listed: Set<string> }> {
  const compared = new Map<string, ComparedRecord>();
  const listed = new Set<string>();
  for (let number = 1; ; number++) {
    const batch = { ...directory, number };
    const manifest = await getJson<BatchManifest>(staging, manifestName(batch));
    if (manifest === undefined) return { compared, listed };
    for (const key of manifest.seen) listed.add(key);
    for (const record of await requireJson<ComparedRecord[]>(staging, comparedName(batch))) {
      // A record that two batches hold was repaired by the first.
      if (!compared.has(record.id)) compared.set(record.id, record);
    }
  }
}

/** The window must have been read to its end. */
export async function openComparedWindow(
  { source, staging, warehouse }: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>,
  directory: Omit<BatchRef, 'number'>,
  window: Interval,
): Promise<ComparedWindow> {
  const of = source(directory.connection, directory.stream);
  const { kind, tables: names } = reconciledOf(of, directory);
  const { listedBy } = of.capabilities;
  const { compared, listed } = await readCompared(staging, directory);
  const shown = [...compared.values()].filter((record) => countsIn(window, record, listedBy));
  const tables: ComparedTable[] = [];
  for (const table of names) {
    const held = await warehouse.heldRecords(table, directory.connection, { ...window, by: listedBy });
    const notShown: HeldRecord[] = [];
    for (const record of held) {
      if (compared.has(record.id)) continue;
      if (!listed.has(recordKey(kind, record.id))) notShown.push(record);
      // A list showed it with the stamp and the score that are held: it was not read again.
      else shown.push(recordOf(record, 'equal'));
    }
    tables.push({ table, notShown, held: held.length });
  }
  return { kind, shown, tables };
}

/** Throws InvalidRequest for a stream that is not reconciled. */
export function reconciledOf(
  { capabilities }: Source,
  { connection, stream }: Pick<BatchRef, 'connection' | 'stream'>,
): Reconciled {
  if (capabilities.reconciles !== null) return capabilities.reconciles;
  throw new TidemarkError('InvalidRequest', `The stream ${stream} of ${connection} is not reconciled.`, {
    remedy: 'Its windows are read again by a backfill (tidemark backfill).',
  });
}

export function recordOf(
  { id, formId, divisionIds, createdAt, submittedAt }: HeldRecord,
  verdict: ComparedRecord['verdict'],
): ComparedRecord {
  return { id, formId, divisionIds, createdAt, submittedAt, verdict, scoreDiffers: false };
}
