import type { RecordReference } from '../sources/source.js';
import type { KnownVersion, Warehouse } from '../warehouses/warehouse.js';
import { lookupListName, manifestName } from './batchLayout.js';
import type { BatchManifest } from './batchManifest.js';
import type { BatchRef, SelectedReferences } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { getJson, putJson, requireJson } from './stagedJson.js';

/** Tables in which the warehouse may hold a record. */
export type RecordTable = 'evaluations' | 'calibration_evaluations' | 'calibrations';

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
    const { batch } = input;
    // The list of an earlier attempt stays: pages that were read for it may be in staging.
    const kept = await getJson<LookupEntry[]>(staging, lookupListName(batch));
    if (kept !== undefined) return { lookups: kept.length };
    const { references } = await requireJson<BatchManifest>(staging, manifestName(batch));
    const evaluationIds = references.filter(({ kind }) => kind === 'evaluation').map(({ id }) => id);
    const calibrationIds = references.filter(({ kind }) => kind === 'calibration').map(({ id }) => id);
    const held = {
      evaluations: await byId(warehouse, 'evaluations', batch.connection, evaluationIds),
      calibration_evaluations: await byId(
        warehouse,
        'calibration_evaluations',
        batch.connection,
        evaluationIds,
      ),
      calibrations: await byId(warehouse, 'calibrations', batch.connection, calibrationIds),
    };
    const lookups = references
      .map((reference): LookupEntry & { known: KnownVersion | undefined } => {
        if (reference.kind === 'calibration') {
          const known = held.calibrations.get(reference.id);
          return { reference, heldIn: known === undefined ? null : 'calibrations', known };
        }
        const known = held.evaluations.get(reference.id);
        if (known !== undefined) return { reference, heldIn: 'evaluations', known };
        const calibrationCopy = held.calibration_evaluations.get(reference.id);
        return {
          reference,
          heldIn: calibrationCopy === undefined ? null : 'calibration_evaluations',
          known: calibrationCopy,
        };
      })
      .filter(({ reference, known }) => needsReading(reference, known))
      .map(({ reference, heldIn }): LookupEntry => ({ reference, heldIn }));
    if (lookups.length > 0) await putJson(staging, lookupListName(batch), lookups, lookups.length);
    return { lookups: lookups.length };
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

async function byId(
  warehouse: Warehouse,
  table: RecordTable,
  connection: string,
  ids: readonly string[],
): Promise<Map<string, KnownVersion>> {
  if (ids.length === 0) return new Map();
  const versions = await warehouse.knownVersions(table, connection, ids);
  return new Map(versions.map((version) => [version.id, version]));
}
