/** Sums of what windows and batches did, as results, details and search attributes show them. */
import type { LoadedBatch } from '../activities/contracts.js';
import type { ExportResult } from '../model/mark.js';

export type RowTotals = ExportResult['rows'];

export type Resumption = ExportResult['resumptions'][number];

export interface Totals {
  batches: number;
  pages: number;
  requests: number;
  redacted: number;
  gone: number;
  /** Evaluations held back, because their scores were still being calculated. */
  deferred: number;
  quarantined: number;
  /** Records of lists whose answers could not be used: left as they were. */
  unusable: number;
  rows: RowTotals;
  /** Batches that went on from pages which an earlier, interrupted attempt had staged. */
  resumptions: Resumption[];
  notes: string[];
}

export function noTotals(): Totals {
  return {
    batches: 0,
    pages: 0,
    requests: 0,
    redacted: 0,
    gone: 0,
    deferred: 0,
    quarantined: 0,
    unusable: 0,
    rows: {},
    resumptions: [],
    notes: [],
  };
}

export function addTotals(into: Totals, more: Totals): void {
  into.batches += more.batches;
  into.pages += more.pages;
  into.requests += more.requests;
  into.redacted += more.redacted;
  into.gone += more.gone;
  into.deferred += more.deferred;
  into.quarantined += more.quarantined;
  into.unusable += more.unusable;
  addRows(into.rows, more.rows);
  into.resumptions.push(...more.resumptions);
  addNotes(into.notes, more.notes);
}

/** What workflows with results of their own take of what a window or a list of records did. */
export function addLoaded(into: Pick<Totals, 'requests' | 'rows' | 'notes'>, more: Totals): void {
  into.requests += more.requests;
  addRows(into.rows, more.rows);
  addNotes(into.notes, more.notes);
}

export function addRows(into: RowTotals, more: LoadedBatch['tables'] | RowTotals): void {
  for (const [table, counts] of Object.entries(more)) {
    const sum = (into[table] ??= { staged: 0, inserted: 0, updated: 0, softDeleted: 0 });
    sum.staged += counts.staged;
    sum.inserted += counts.inserted;
    sum.updated += counts.updated;
    sum.softDeleted += counts.softDeleted;
  }
}

/** Temporal takes results of up to 2 MB, and nobody reads more. */
const mostNotes = 200;
const furtherNotes = `There are more than ${mostNotes} notes: the results of the windows have all of theirs.`;

/** Each sentence once: the same note from fifty windows says no more than from one. */
export function addNotes(into: string[], more: readonly string[]): void {
  for (const note of more) {
    if (into.includes(note) || into.length > mostNotes) continue;
    into.push(into.length < mostNotes ? note : furtherNotes);
  }
}

/** Rows that changed in the warehouse, over all tables. */
export function changedRows(rows: RowTotals): number {
  return Object.values(rows).reduce(
    (sum, { inserted, updated, softDeleted }) => sum + inserted + updated + softDeleted,
    0,
  );
}
