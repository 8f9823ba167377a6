/** The statements of a merge as DuckDB speaks them, from the dialect-free plans. */
import type { Column } from '../../model/column.js';
import { identifier, list, literal } from '../../model/sqlText.js';
import type { AppendedPlan, FilledValue, PartPlan, VersionedPlan } from '../sql/mergePlan.js';
import { newVersions } from '../sql/newVersions.js';
import { isNot, sameKey as sameKeyIn } from '../sql/dialect.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { staged } from './stagedFiles.js';

/** What happens to each staged row of a versioned table: its key, its month for good, and the action. */
export const decisions = ({ name }: VersionedPlan) => `temp.${identifier(`decided_${name}`)}`;

/** Joins two aliases on a key. */
export const sameKey = (key: readonly string[], left: string, right: string) =>
  sameKeyIn(duckdbDialect, key, left, right);

const loadedAtLiteral = (loadedAt: string) => `TIMESTAMPTZ ${literal(loadedAt)}`;

/**
 * Decides `insert`, `update`, `unchanged` or `stale` for each staged row. Stale is an older change stamp, or the
 * same one read earlier, or a copy of a deleted row that was read before the deletion was established. The months
 * are those that the warehouse holds, because a row never moves. A row of which nobody says whether it is deleted is
 * written again, so that it is said.
 */
export function decide(plan: VersionedPlan): string {
  const month = plan.partitionBy === undefined ? undefined : identifier(plan.partitionBy);
  return `CREATE OR REPLACE TEMP TABLE ${identifier(`decided_${plan.name}`)} AS
    SELECT ${plan.key.map((column) => `S.${identifier(column)}`).join(', ')}, S.extracted_at, S.change_stamp,
      ${month === undefined ? 'NULL::DATE' : `coalesce(T.${month}, S.${month})`} AS decided_month,
      CASE
        WHEN T.${identifier(plan.idColumn)} IS NULL THEN 'insert'
        WHEN S.change_stamp < T.change_stamp THEN 'stale'
        WHEN S.change_stamp = T.change_stamp AND S.extracted_at < T.extracted_at THEN 'stale'
        WHEN T.is_deleted AND S.extracted_at <= G.detected_at THEN 'stale'
        WHEN S.content_hash = T.content_hash AND NOT T.is_deleted THEN 'unchanged'
        ELSE 'update'
      END AS action
    FROM ${staged(plan.name)} S
    LEFT JOIN ${identifier(plan.name)} T ON ${sameKey(plan.key, 'S', 'T')}
    LEFT JOIN (
      SELECT connection, record_id, max(detected_at) AS detected_at FROM tombstones
      WHERE entity = ${literal(plan.name)} GROUP BY ALL
    ) G ON G.connection = S.connection AND G.record_id = S.${identifier(plan.idColumn)}`;
}

/** Content that did not change is not written again; only how fresh the copy is moves on. */
export function refreshUnchanged(plan: VersionedPlan): string {
  return `UPDATE ${identifier(plan.name)} T
    SET extracted_at = greatest(T.extracted_at, D.extracted_at), change_stamp = D.change_stamp
    FROM ${decisions(plan)} D
    WHERE D.action = 'unchanged' AND ${sameKey(plan.key, 'T', 'D')}
      AND (D.extracted_at > T.extracted_at OR D.change_stamp > T.change_stamp)`;
}

/** The actions that were decided, each with the months of its rows; null when the table has none. */
export function decidedActions(plan: VersionedPlan): string {
  return `SELECT action, decided_month::VARCHAR AS month FROM ${decisions(plan)} GROUP BY ALL ORDER BY ALL`;
}

/** The staged rows that are written, with the month that their owner (or the row itself) has for good. */
export interface Writing {
  plan: VersionedPlan | PartPlan;
  owner: VersionedPlan;
  /** Months of these rows, for pruning. */
  months: readonly string[];
}

const heldRows = ({ plan }: Writing) => `temp.${identifier(`held_${plan.name}`)}`;
const ownerKey = ({ plan }: Writing) => (plan.kind === 'part' ? plan.ownerKey : plan.key);

/**
 * Sets aside what replaced rows keep: first_seen_at, and columns that somebody else added to the table.
 * Replacing is delete and insert, because wide updates hold every old value in memory until the commit.
 */
export function setAsideHeld(writing: Writing): string {
  const { plan, owner } = writing;
  const renewed = [
    ...plan.replaced.map(({ name }) => name),
    ...plan.filledWhenReplaced.map(({ column }) => column),
  ];
  return `CREATE OR REPLACE TEMP TABLE ${identifier(`held_${plan.name}`)} AS
    SELECT T.* EXCLUDE (${list(renewed)}) FROM ${identifier(plan.name)} T
    JOIN ${staged(plan.name)} F ON ${sameKey(plan.key, 'T', 'F')}
    JOIN ${decisions(owner)} D ON ${sameKey(ownerKey(writing), 'F', 'D')}
    WHERE D.action IN ('insert', 'update') ${inMonths(writing)}`;
}

/** Names of what was set aside. */
export const describeHeld = (writing: Writing) => `DESCRIBE SELECT * FROM ${heldRows(writing)}`;

export function removeHeld(writing: Writing): string {
  const { plan } = writing;
  return `DELETE FROM ${identifier(plan.name)} T USING ${heldRows(writing)} H
    WHERE ${sameKey(plan.key, 'T', 'H')} ${inMonths(writing)}`;
}

/** Inserts the new versions of the rows that were set aside; `heldColumns` are all columns that were. */
export function insertReplacements(
  writing: Writing,
  heldColumns: readonly string[],
  loadedAt: string,
): string {
  const { plan } = writing;
  const kept = heldColumns.filter((name) => name !== plan.partitionBy && !plan.key.includes(name));
  const renewed = plan.filledWhenReplaced;
  const columns = [...plan.staged.map(({ name }) => name), ...renewed.map(({ column }) => column), ...kept];
  const values = [
    ...plan.staged.map(stagedValue),
    ...renewed.map(({ value }) => filledValue(value, loadedAt)),
    ...kept.map((name) => `H.${identifier(name)}`),
  ];
  return `INSERT INTO ${identifier(plan.name)} (${list(columns)})
    SELECT ${values.join(', ')} FROM (${written(writing)}) S
    JOIN ${heldRows(writing)} H ON ${sameKey(plan.key, 'S', 'H')}`;
}

export function insertNew(writing: Writing, loadedAt: string): string {
  const { plan } = writing;
  return `INSERT INTO ${identifier(plan.name)} (${list(allColumns(plan))})
    SELECT ${newValues(plan, loadedAt)} FROM (${written(writing)}) S
    ANTI JOIN ${heldRows(writing)} H ON ${sameKey(plan.key, 'S', 'H')}`;
}

/** Soft-deletes parts that the new version of their owner no longer has. */
export function deleteOrphans(writing: Writing, loadedAt: string, hasStagedRows: boolean): string {
  const { plan, owner } = writing;
  const stillThere = hasStagedRows
    ? `AND NOT EXISTS (SELECT 1 FROM ${staged(plan.name)} S WHERE ${sameKey(plan.key, 'S', 'T')})`
    : '';
  return `UPDATE ${identifier(plan.name)} T SET ${markDeleted(loadedAt)}
    FROM ${decisions(owner)} D
    WHERE D.action = 'update' AND ${sameKey(ownerKey(writing), 'T', 'D')} ${inMonths(writing)}
      AND ${isNot('T.is_deleted')} ${stillThere}`;
}

/** Appends what is not there yet, also versions that came too late to be current. */
export function append(plan: AppendedPlan, loadedAt: string): string {
  return `INSERT INTO ${identifier(plan.name)} (${list(allColumns(plan))})
    SELECT ${newValues(plan, loadedAt)} ${missingRows(plan)}`;
}

/** What follows SELECT for the staged rows, as S, that are to be appended. */
export const missingRows = (plan: AppendedPlan): string =>
  plan.kind === 'versions'
    ? newVersions(duckdbDialect, plan)
    : `FROM ${staged(plan.name)} S
       WHERE NOT EXISTS (SELECT 1 FROM ${identifier(plan.name)} T WHERE ${sameKey(plan.key, 'T', 'S')})`;

/** As SET clause: what a soft delete does. */
export const markDeleted = (loadedAt: string) =>
  `is_deleted = true, deleted_at = ${loadedAtLiteral(loadedAt)}`;

function written(writing: Writing): string {
  const { plan, owner } = writing;
  const month =
    plan.partitionBy === undefined ? '' : `REPLACE (D.decided_month AS ${identifier(plan.partitionBy)})`;
  return `SELECT F.* ${month} FROM ${staged(plan.name)} F
    JOIN ${decisions(owner)} D ON ${sameKey(ownerKey(writing), 'F', 'D')} WHERE D.action IN ('insert', 'update')`;
}

function inMonths({ plan, months }: Writing): string {
  if (plan.partitionBy === undefined) return '';
  // Literals, because only they let a warehouse skip the other months.
  const literals = months.map((month) => `DATE ${literal(month)}`).join(', ');
  return `AND T.${identifier(plan.partitionBy)} IN (${literals})`;
}

const allColumns = ({ staged: columns, filled }: VersionedPlan | PartPlan | AppendedPlan) => [
  ...columns.map(({ name }) => name),
  ...filled.map(({ column }) => column),
];

const newValues = (plan: VersionedPlan | PartPlan | AppendedPlan, loadedAt: string) =>
  [...plan.staged.map(stagedValue), ...plan.filled.map(({ value }) => filledValue(value, loadedAt))].join(
    ', ',
  );

const stagedValue = ({ name, type }: Column) =>
  type === 'json' ? `CAST(S.${identifier(name)} AS JSON)` : `S.${identifier(name)}`;

function filledValue(value: FilledValue, loadedAt: string): string {
  if (value === 'loaded_at') return loadedAtLiteral(loadedAt);
  return value === 'false' ? 'false' : 'NULL';
}
