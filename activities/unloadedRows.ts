/** Rows about records that are not loaded as evaluations: gone, looked for in vain, or held back. */
import type { CanonicalRows } from '../model/tables.js';
import type { MappingContext, RecordKind, RecordReference, Source, SourceRecord } from '../sources/source.js';
import { recordTables, type RecordTable } from './selectChanged.js';
import type { GoneRecord } from './stagedBatch.js';

/**
 * What is enough to call a record deleted. A 404 alone is not: what a client may no longer see answers the same. The
 * source must have called it deleted, or complete re-reads must have missed it as often as the configuration asks.
 */
const deletionEvidence: Partial<Record<RecordReference['reason'], { byLists: string; byId: string }>> = {
  'deleted-event': { byLists: 'called deleted by the source', byId: 'deleted event, then 404 on lookup' },
  'absent-confirmed': {
    byLists: 'absent from complete re-reads',
    byId: 'absent from complete re-reads, each time 404 on lookup',
  },
};

/** Reasons whose 404 is kept; those of complete re-reads are counted. */
const absenceBasis: Partial<Record<RecordReference['reason'], 're-read' | 'lookup'>> = {
  absent: 're-read',
  'absent-confirmed': 're-read',
  deferred: 'lookup',
  overdue: 'lookup',
  requested: 'lookup',
};

/** A 404 of what the source called deleted, or of what was looked for often enough. */
const isExpected = ({ reason }: RecordReference) => deletionEvidence[reason] !== undefined;

/** A 404 that leads to nothing yet; worth a note. */
export const isUnexplained = (reference: RecordReference) =>
  !isExpected(reference) && absenceBasis[reference.reason] !== 're-read';

/** The table that the rows of a record go to; null where they are held back. */
export const tableOf = (kind: RecordKind, rows: CanonicalRows): RecordTable | null =>
  recordTables[kind].find((table) => rows[table] !== undefined) ?? null;

export function rowsOfGone(
  source: Source,
  gone: readonly GoneRecord[],
  { connection, batchId }: MappingContext,
): CanonicalRows {
  const tombstones: NonNullable<CanonicalRows['tombstones']> = [];
  const absences: NonNullable<CanonicalRows['absences']> = [];
  for (const { reference, heldIn, extractedAt } of gone) {
    const common = {
      connection,
      source_system: source.vendor,
      entity: heldIn ?? recordTables[reference.kind][0],
      record_id: reference.id,
      extracted_at: extractedAt,
      batch_id: batchId,
    };
    const basis = absenceBasis[reference.reason];
    if (basis !== undefined) absences.push({ ...common, basis, observed_at: extractedAt });
    const evidence = deletionEvidence[reference.reason];
    // A calibration that was never loaded may be one that came and went; it has no rows to delete.
    if (evidence !== undefined && (reference.kind !== 'calibration' || heldIn !== null)) {
      // Where there is no read by id, it is what lists say that counts.
      const found = source.capabilities.lookupById ? evidence.byId : evidence.byLists;
      tombstones.push({ ...common, evidence: found, detected_at: extractedAt });
    }
  }
  return {
    ...(tombstones.length > 0 ? { tombstones } : {}),
    ...(absences.length > 0 ? { absences } : {}),
  };
}

/**
 * An evaluation whose score the vendor is still calculating is not merged, as a transient score would be taken for
 * the final one: what is held stays, and the next run reads it again.
 */
export function holdBackPending(rows: CanonicalRows, { acceptPending }: SourceRecord): CanonicalRows {
  const [row] = rows.evaluations ?? [];
  if (row?.score_calculation_status !== 'pending' || acceptPending === true) return rows;
  return {
    deferred_evaluations: [
      {
        connection: row.connection,
        source_system: row.source_system,
        evaluation_id: row.evaluation_id,
        conversation_id: row.conversation_id,
        is_automated: row.is_automated,
        submitted_at: row.submitted_at,
        extracted_at: row.extracted_at,
        batch_id: row.batch_id,
      },
    ],
  };
}
