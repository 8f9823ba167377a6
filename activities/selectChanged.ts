import type { RecordKind, RecordReference } from '../sources/source.js';
import type { KnownVersion, RecordTable, Warehouse } from '../warehouses/warehouse.js';
import { withHeartbeat } from './activityCall.js';
import { lookupListName, manifestName } from './batchLayout.js';
import type { BatchManifest } from './batchManifest.js';
import type { BatchRef, SelectedReferences } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { getJson, putJson, requireJson } from './stagedJson.js';

/** Tables in which the warehouse may hold a record of a kind, the likeliest first. */
export const recordTables = {
  evaluation: ['evaluations', 'calibration_evaluations', 'self_assessments'],
  calibration: ['calibrations'],
  survey: ['surveys'],
  feedback: ['feedback'],
} as const satisfies Record<RecordKind, readonly RecordTable[]>;

export type { RecordTable };

/** A reference that has to be read by id, and where the warehouse holds the record now. */
export interface LookupEntry {
  reference: RecordReference;
  heldIn: RecordTable | null;
}

/**
 * Leaves only the references whose record the warehouse does not hold in a copy that is new enough.
 * Runs beside the warehouse, so that deciding costs no API request.
 */
export function createSelectChanged({ staging, warehouse }: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function selectChanged(input: { batch: BatchRef }): Promise<SelectedReferences> {
    return withHeartbeat(async () => {
      const { batch } = input;
      // The list of an earlier attempt stays: pages that were read for it may be in staging.
      const kept = await getJson<LookupEntry[]>(staging, lookupListName(batch));
      if (kept !== undefined) return { lookups: kept.length };
      const { references } = await requireJson<BatchManifest>(staging, manifestName(batch));
      const held = await heldCopies(warehouse, batch.connection, references);
      const lookups = references
        .map((reference) => ({ reference, copy: held(reference) }))
        .filter(({ reference, copy }) => needsReading(reference, copy?.known))
        .map(({ reference, copy }): LookupEntry => ({ reference, heldIn: copy?.table ?? null }));
      if (lookups.length > 0) await putJson(staging, lookupListName(batch), lookups, lookups.length);
      return { lookups: lookups.length };
    });
  };
}

/** Whether the warehouse's copy is missing or older than what the reference speaks of. */
export function needsReading(reference: RecordReference, known: KnownVersion | undefined): boolean {
  // What was deleted is one of its scorecards: the calibration itself may be new, gone or there as before.
  if (reference.kind === 'calibration') {
    return known === undefined || Date.parse(known.extractedAt) < Date.parse(reference.changedAt);
  }
  // Nothing to mark as deleted, unless a list of the window has shown it, which is then loaded as well.
  if (known === undefined) return reference.reason !== 'deleted-event' || reference.listed === true;
  switch (reference.reason) {
    case 'requested':
    case 'deferred':
    case 'overdue':
    case 'absent':
    case 'absent-confirmed':
      return true;
    case 'deleted-event':
      return !known.isDeleted;
    case 'incomplete':
      // The list states the record's own time of change, so the stamps can be compared directly.
      return (
        known.isDeleted ||
        Date.parse(known.changeStamp) < Date.parse(reference.changedAt) ||
        (reference.totalScore !== undefined && reference.totalScore !== known.totalScore)
      );
    default:
      // One that is marked as deleted may be back: then something has happened since.
      return Date.parse(known.extractedAt) < Date.parse(reference.changedAt);
  }
}

interface HeldCopy {
  table: RecordTable;
  known: KnownVersion;
}

/** What the warehouse holds of records; one question for each table that may hold any of them. */
async function heldCopies(
  warehouse: Warehouse,
  connection: string,
  references: readonly RecordReference[],
): Promise<(reference: RecordReference) => HeldCopy | undefined> {
  const copies = new Map<string, HeldCopy>();
  for (const [kind, tables] of Object.entries(recordTables)) {
    const ids = references.filter((reference) => reference.kind === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    for (const table of tables) {
      for (const known of await warehouse.knownVersions(table, connection, ids)) {
        const key = `${kind}:${known.id}`;
        if (!copies.has(key)) copies.set(key, { table, known });
      }
    }
  }
  return ({ kind, id }) => copies.get(`${kind}:${id}`);
}
