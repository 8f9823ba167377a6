/** What a comparison of source and warehouse comes to, by day, division and form version. Pure. */
import type { Row } from './tables.js';
import { contains, type Interval } from './interval.js';

/** What is compared one by one: evaluations, or feedback. */
export type ReconciledKind = 'evaluation' | 'feedback';

/** Tables whose rows can be compared with the records of lists. */
export type ReconciledTable = 'evaluations' | 'calibration_evaluations' | 'self_assessments' | 'feedback';

/** What a complete re-read of a stream is compared by. */
export interface Reconciled {
  kind: ReconciledKind;
  /** Whose rows the stream's lists show one by one; those of others may be missing from them and there. */
  tables: readonly ReconciledTable[];
}

/** The same for people, in the plural. */
export const recordsCalled: Readonly<Record<ReconciledKind, string>> = {
  evaluation: 'evaluations',
  feedback: 'entries of feedback',
};

/**
 * Which of a record's dates decides the window that lists show it in: its submission (creation while it is not
 * finished), its last change, the begin of its conversation, or its creation.
 */
export type ListedBy = 'submission' | 'change' | 'conversation' | 'creation';

/** `stale`: held in an older version; `different`: of the same time of change, with other content. */
export type Verdict = 'equal' | 'missing' | 'stale' | 'different' | 'absent';

/** One record that the source shows, or the warehouse holds, or both. */
export interface ComparedRecord {
  id: string;
  formId: string | null;
  divisionIds: readonly string[];
  createdAt: string | null;
  submittedAt: string | null;
  /** `absent`: held, and not shown by the source. */
  verdict: Verdict;
  scoreDiffers: boolean;
}

export type ReconciledGroup = Pick<
  Row<'reconciliations'>,
  | 'basis'
  | 'day'
  | 'division_id'
  | 'form_id'
  | 'source_count'
  | 'warehouse_count'
  | 'missing'
  | 'stale'
  | 'different'
  | 'score_different'
  | 'absent'
  | 'coverage'
>;

export interface ReconciliationSums {
  source: number;
  /** Held before any repair. */
  warehouse: number;
  missing: number;
  stale: number;
  different: number;
  scoreDifferent: number;
  absent: number;
}

export const noSums = (): ReconciliationSums => ({
  source: 0,
  warehouse: 0,
  missing: 0,
  stale: 0,
  different: 0,
  scoreDifferent: 0,
  absent: 0,
});

export function addSums(into: ReconciliationSums, more: ReconciliationSums): void {
  for (const name of Object.keys(into) as (keyof ReconciliationSums)[]) into[name] += more[name];
}

/** Percent of what the source shows that the warehouse held; null when the source shows nothing. */
export function coverage({ source, missing }: Pick<ReconciliationSums, 'source' | 'missing'>): number | null {
  return source === 0 ? null : (100 * (source - missing)) / source;
}

/**
 * Whether the window is the one that a record counts in. Lists that go by a change or a conversation show a record in
 * one window only; others are read by changes too, and show records of other windows.
 */
export function countsIn(
  window: Interval,
  { createdAt, submittedAt }: Pick<ComparedRecord, 'createdAt' | 'submittedAt'>,
  listedBy: ListedBy,
): boolean {
  if (listedBy === 'change' || listedBy === 'conversation') return true;
  const moment = listedBy === 'creation' ? createdAt : (submittedAt ?? createdAt);
  return moment !== null && contains(window, Date.parse(moment));
}

export function sumUp(records: Iterable<ComparedRecord>): ReconciliationSums {
  const sums = noSums();
  for (const record of records) addRecord(sums, record);
  return sums;
}

/** What the source shows of one division, and how much of it was not held. */
export interface DivisionSums {
  /** Empty for records without any. */
  divisionId: string;
  source: number;
  missing: number;
}

/** A record of several divisions counts in each of them. */
export function sumUpDivisions(records: Iterable<ComparedRecord>): DivisionSums[] {
  const divisions = new Map<string, ReconciliationSums>();
  for (const record of records) {
    for (const divisionId of record.divisionIds.length === 0 ? [''] : record.divisionIds) {
      const sums = divisions.get(divisionId) ?? noSums();
      addRecord(sums, record);
      divisions.set(divisionId, sums);
    }
  }
  return [...divisions.entries()]
    .map(([divisionId, { source, missing }]) => ({ divisionId, source, missing }))
    .sort((a, b) => (a.divisionId < b.divisionId ? -1 : 1));
}

export function addDivisions(into: DivisionSums[], more: readonly DivisionSums[]): void {
  for (const { divisionId, source, missing } of more) {
    const known = into.find((each) => each.divisionId === divisionId);
    if (known === undefined) into.push({ divisionId, source, missing });
    else {
      known.source += source;
      known.missing += missing;
    }
  }
}

/** Divisions of which less was held than is asked for, in percent. */
export const poorDivisions = (divisions: readonly DivisionSums[], coverageBelow: number): DivisionSums[] =>
  divisions.filter((sums) => (coverage(sums) ?? 100) < coverageBelow);

/** A record of several divisions counts in each of them. */
export function groupUp(records: Iterable<ComparedRecord>, window: Interval): ReconciledGroup[] {
  const groups = new Map<
    string,
    { day: string; divisionId: string; formId: string; sums: ReconciliationSums }
  >();
  for (const record of records) {
    const day = (record.submittedAt ?? record.createdAt ?? window.start).slice(0, 10);
    const formId = record.formId ?? '';
    for (const divisionId of record.divisionIds.length === 0 ? [''] : record.divisionIds) {
      const key = `${day}/${divisionId}/${formId}`;
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { day, divisionId, formId, sums: noSums() }));
      addRecord(group.sums, record);
    }
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { day, divisionId, formId, sums }]) => ({
      basis: 'ids',
      day,
      division_id: divisionId,
      form_id: formId,
      source_count: sums.source,
      warehouse_count: sums.warehouse,
      missing: sums.missing,
      stale: sums.stale,
      different: sums.different,
      score_different: sums.scoreDifferent,
      absent: sums.absent,
      coverage: coverage(sums),
    }));
}

function addRecord(sums: ReconciliationSums, { verdict, scoreDiffers }: ComparedRecord): void {
  if (verdict !== 'absent') sums.source += 1;
  if (verdict !== 'missing') sums.warehouse += 1;
  if (verdict !== 'equal') sums[verdict] += 1;
  if (scoreDiffers) sums.scoreDifferent += 1;
}

/** Counts of the source's analytics beside those of the warehouse, by day of creation and division. */
export function groupCounts(
  source: readonly { day: string; divisionId: string; records: number }[],
  held: readonly { day: string; divisionId: string; evaluations: number }[],
): ReconciledGroup[] {
  const groups = new Map<string, { day: string; divisionId: string; source: number; held: number }>();
  const at = (day: string, divisionId: string) => {
    const key = `${day}/${divisionId}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { day, divisionId, source: 0, held: 0 }));
    return group;
  };
  for (const { day, divisionId, records } of source) at(day, divisionId).source += records;
  for (const { day, divisionId, evaluations } of held) at(day, divisionId).held += evaluations;
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const missing = Math.max(0, group.source - group.held);
      return {
        basis: 'aggregates',
        day: group.day,
        division_id: group.divisionId,
        form_id: '',
        source_count: group.source,
        warehouse_count: group.held,
        missing,
        stale: 0,
        different: 0,
        score_different: 0,
        absent: Math.max(0, group.held - group.source),
        coverage: coverage({ source: group.source, missing }),
      };
    });
}

/**
 * Whether so much is absent at once that a lost permission is the likelier reason, which looks the same. A handful
 * never trips it, or small windows could not lose anything.
 */
export function tripsBreaker(absent: number, held: number, shareInPercent: number): boolean {
  return absent > Math.max(breakerFloor, (held * shareInPercent) / 100);
}

const breakerFloor = 5;
