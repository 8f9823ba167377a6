/** What the batches of a compared window have shown together. */
import type { Interval } from '../model/interval.js';
import { countsIn, type ComparedRecord } from '../model/reconciliation.js';
import type { HeldEvaluation } from '../warehouses/warehouse.js';
import { comparedName, manifestName } from './batchLayout.js';
import { recordKey, type BatchManifest } from './batchManifest.js';
import type { BatchRef } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { getJson, requireJson } from './stagedJson.js';

export interface ComparedWindow {
  /** Evaluations that the source shows in the window. */
  shown: ComparedRecord[];
  /** Held, of the window, and shown by nothing. */
  notShown: HeldEvaluation[];
  /** Held of the window, before and after. */
  held: number;
}

/** The window must have been read to its end. */
export async function openComparedWindow(
  { source, staging, warehouse }: Pick<Dependencies, 'source' | 'staging' | 'warehouse'>,
  directory: Omit<BatchRef, 'number'>,
  window: Interval,
): Promise<ComparedWindow> {
  const { listedBy } = source(directory.connection, directory.stream).capabilities;
  const compared = new Map<string, ComparedRecord>();
  const listed = new Set<string>();
  for (let number = 1; ; number++) {
    const manifest = await getJson<BatchManifest>(staging, manifestName({ ...directory, number }));
    if (manifest === undefined) break;
    for (const key of manifest.seen) listed.add(key);
    // A record that two batches hold was repaired by the first.
    for (const record of await requireJson<ComparedRecord[]>(
      staging,
      comparedName({ ...directory, number }),
    )) {
      if (!compared.has(record.id)) compared.set(record.id, record);
    }
  }
  const held = await warehouse.heldEvaluations(directory.connection, {
    listedIn: { ...window, by: listedBy },
  });
  const shown = [...compared.values()].filter(
    // Other lists show a record in one window only.
    (record) => listedBy !== 'submission' || countsIn(window, record),
  );
  const notShown: HeldEvaluation[] = [];
  for (const evaluation of held) {
    if (compared.has(evaluation.id)) continue;
    if (!listed.has(recordKey('evaluation', evaluation.id))) notShown.push(evaluation);
    // A list showed it with the stamp and the score that are held: it was not read again.
    else shown.push(recordOf(evaluation, 'equal'));
  }
  return { shown, notShown, held: held.length };
}

export function recordOf(
  { id, formId, divisionIds, createdAt, submittedAt }: HeldEvaluation,
  verdict: ComparedRecord['verdict'],
): ComparedRecord {
  return { id, formId, divisionIds, createdAt, submittedAt, verdict, scoreDiffers: false };
}
