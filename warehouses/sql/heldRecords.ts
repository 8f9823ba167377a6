/** Records that complete re-reads are compared with, whatever their kind: where they are held, and what is read of them. */
import type { Column } from '../../model/column.js';
import type { ListedBy, ReconciledTable } from '../../model/reconciliation.js';
import { tables } from '../../model/tables.js';
import type { HeldRecord, ListedSpan } from '../warehouse.js';
import { isNot, type Dialect } from './dialect.js';
import type { RunQuery } from './reads.js';

export const idColumnOf = (table: ReconciledTable): string => tables[table].key[1];

/** What tells one record from the next for people and for the source; not every table has all of it. */
const describing = [
  'conversation_id',
  'form_id',
  'division_ids',
  'division_id',
  'is_automated',
  'created_at',
  'submitted_at',
] as const;

export const describingColumns = (table: ReconciledTable): Column[] => columnsOf(table, describing);

/** Those of the columns that the table has. */
export const columnsOf = (table: ReconciledTable, names: readonly string[]): Column[] =>
  (tables[table].columns as readonly Column[]).filter(({ name }) => names.includes(name));

/** @param row values of the describing columns, plain as RunQuery has them */
export function described(row: Readonly<Record<string, unknown>>): Omit<HeldRecord, 'id' | 'absences'> {
  const division = textOrNull(row['division_id']);
  const divisions = textOrNull(row['division_ids']);
  return {
    conversationId: textOrNull(row['conversation_id']) ?? '',
    formId: textOrNull(row['form_id']),
    divisionIds:
      divisions === null ? (division === null ? [] : [division]) : (JSON.parse(divisions) as string[]),
    isAutomated: typeof row['is_automated'] === 'boolean' ? row['is_automated'] : null,
    createdAt: textOrNull(row['created_at']),
    submittedAt: textOrNull(row['submitted_at']),
  };
}

export async function readHeldRecords(
  dialect: Dialect,
  run: RunQuery,
  table: ReconciledTable,
  connection: string,
  listed: ListedSpan,
): Promise<HeldRecord[]> {
  const columns = describingColumns(table).map(({ name, type }) =>
    type === 'json' ? `${dialect.jsonText(`E.${name}`)} AS ${name}` : `E.${name}`,
  );
  const rows = await run(
    `SELECT E.${idColumnOf(table)} AS id, ${columns.join(', ')}, coalesce(A.re_reads, 0) AS absences
     FROM ${dialect.table(table)} E
     LEFT JOIN (${missed(dialect, table, connection)}) A ON A.record_id = E.${idColumnOf(table)}
     WHERE E.connection = ${dialect.text(connection)} AND ${isNot('E.is_deleted')}
       AND ${isListed(dialect, table, listed)}`,
  );
  return rows
    .map((row) => ({ id: String(row['id']), ...described(row), absences: Number(row['absences']) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Times that what is held was looked for in vain since it was last read, by record. */
export const missed = ({ table, text }: Dialect, name: ReconciledTable, connection: string) => `
  SELECT A.record_id, sum(CASE WHEN A.basis = 're-read' THEN 1 ELSE 0 END) AS re_reads
  FROM ${table('absences')} A JOIN ${table(name)} H
    ON H.connection = A.connection AND H.${idColumnOf(name)} = A.record_id AND A.observed_at > H.extracted_at
  WHERE A.connection = ${text(connection)} AND A.entity = ${text(name)} GROUP BY A.record_id`;

type Within = (column: string) => string;

type ListedRules = Record<ListedBy, (within: Within) => string>;

const rulesOfScorecards: ListedRules = {
  submission: (within) =>
    `E.status <> 'RETRACTED' AND (${within('submitted_at')} OR (E.submitted_at IS NULL
       AND E.status IN ('PENDING', 'INPROGRESS') AND ${within('created_at')}))`,
  change: (within) => within('changed_at'),
  conversation: (within) => `E.status = 'FINISHED' AND ${within('conversation_start')}`,
  creation: (within) => within('created_at'),
};

const listedRules: Record<ReconciledTable, ListedRules> = {
  evaluations: rulesOfScorecards,
  calibration_evaluations: rulesOfScorecards,
  self_assessments: rulesOfScorecards,
  // Feedback is there as soon as it is written, and of its conversation lists know nothing.
  feedback: {
    submission: (within) => within('created_at'),
    change: (within) => within('modified_at'),
    conversation: (within) => within('created_at'),
    creation: (within) => within('created_at'),
  },
};

function isListed({ timestamp }: Dialect, table: ReconciledTable, { start, end, by }: ListedSpan): string {
  return listedRules[table][by](
    (column) => `E.${column} >= ${timestamp(start)} AND E.${column} < ${timestamp(end)}`,
  );
}

export const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
