/** Comparing staged records with those held. Reads only. */
import type { ComparedRecord, ReconciledTable } from '../../model/reconciliation.js';
import type { Dialect } from './dialect.js';
import { columnsOf, described, describingColumns, idColumnOf } from './heldRecords.js';
import { runForIds } from './idQueries.js';
import type { RunQuery } from './reads.js';

/** What decides how a staged record meets the one held; feedback has no score. */
const deciding = ['change_stamp', 'extracted_at', 'content_hash', 'total_score', 'is_deleted'];

const decidingColumns = (table: ReconciledTable) => columnsOf(table, deciding);

/** As much of a staged record as it takes; values plain, as RunQuery has them. */
export const comparedColumns = (table: ReconciledTable): string[] => [
  idColumnOf(table),
  ...[...describingColumns(table), ...decidingColumns(table)]
    .filter(({ filledByLoad }) => filledByLoad !== true)
    .map(({ name }) => name),
];

type Compared = Readonly<Record<string, unknown>>;

/** @param staged rows of the columns above, of one connection */
export async function compareRecords(
  dialect: Dialect,
  run: RunQuery,
  table: ReconciledTable,
  connection: string,
  staged: readonly Compared[],
): Promise<ComparedRecord[]> {
  const id = idColumnOf(table);
  const columns = [id, ...decidingColumns(table).map(({ name }) => name)];
  const rows = await runForIds(
    dialect,
    run,
    staged.map((row) => String(row[id])),
    (list) => `SELECT ${columns.join(', ')} FROM ${dialect.table(table)}
       WHERE connection = ${dialect.text(connection)} AND ${id} IN (${list})`,
  );
  const held = new Map<string, Compared>(rows.map((row) => [String(row[id]), row]));
  return staged
    .map((row) => compared(String(row[id]), row, held.get(String(row[id]))))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function compared(id: string, row: Compared, held: Compared | undefined): ComparedRecord {
  const verdict = verdictOf(row, held);
  const { formId, divisionIds, createdAt, submittedAt } = described(row);
  return {
    ...{ id, formId, divisionIds, createdAt, submittedAt, verdict },
    scoreDiffers:
      verdict !== 'equal' &&
      held !== undefined &&
      (row['total_score'] ?? null) !== (held['total_score'] ?? null),
  };
}

function verdictOf(row: Compared, held: Compared | undefined): ComparedRecord['verdict'] {
  if (held === undefined || held['is_deleted'] === true) return 'missing';
  const [changed, changedBefore] = [moment(row['change_stamp']), moment(held['change_stamp'])];
  if (changed > changedBefore) return 'stale';
  const readLater = moment(row['extracted_at']) > moment(held['extracted_at']);
  const sameChange = changed === changedBefore;
  return sameChange && readLater && row['content_hash'] !== held['content_hash'] ? 'different' : 'equal';
}

const moment = (value: unknown) => Date.parse(String(value));
