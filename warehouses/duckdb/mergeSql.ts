/** The statements of a merge as DuckDB speaks them, from the dialect-free plans. */
import type { Column } from '../../model/column.js';
import type { FilledValue, HistoryPlan, PartPlan, VersionedPlan } from '../sql/mergePlan.js';
import { identifier, list, literal } from '../sql/quoting.js';
import { staged } from './stagedFiles.js';

/** What happens to each staged row of a versioned table: its key, its month for good, and the action. */
export const decisions = ({ name }: VersionedPlan) => `temp.${identifier(`decided_${name}`)}`;

/** Rows of a versioned table that tombstones speak of: their keys and months. */
export const goners = ({ name }: VersionedPlan) => `temp.${identifier(`gone_${name}`)}`;

const sameKey = (key: readonly string[], left: string, right: string) =>
  key.map((column) => `${left}.${identifier(column)} = ${right}.${identifier(column)}`).join(' AND ');

const loadedAtLiteral = (loadedAt: string) => `TIMESTAMPTZ ${literal(loadedAt)}`;

/**
 * Decides `insert`, `update`, `unchanged` or `stale` for each staged row. Stale is an older change stamp, or the
 * same one read earlier, or a copy of a deleted row that was read before the deletion was established. The months
 * are those that the warehouse holds, because a row never moves.
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

/** Writes the rows that are new or replace an older version. */
export function mergeVersioned(plan: VersionedPlan, loadedAt: string): string {
  return `MERGE INTO ${identifier(plan.name)} T
    USING (${withDecidedMonth(plan, plan.key, decisions(plan))}) S
    ON ${sameKey(plan.key, 'T', 'S')}
    ${mergeActions(plan, loadedAt)}`;
}

/** Content that did not change is not written again; only how fresh the copy is moves on. */
export function refreshUnchanged(plan: VersionedPlan): string {
  return `UPDATE ${identifier(plan.name)} T
    SET extracted_at = greatest(T.extracted_at, D.extracted_at), change_stamp = D.change_stamp
    FROM ${decisions(plan)} D
    WHERE D.action = 'unchanged' AND ${sameKey(plan.key, 'T', 'D')}
      AND (D.extracted_at > T.extracted_at OR D.change_stamp > T.change_stamp)`;
}

/** Months of the owners that are written; undefined when the table has none. */
export function writtenMonths(plan: VersionedPlan): string {
  return `SELECT DISTINCT decided_month::VARCHAR AS month FROM ${decisions(plan)}
    WHERE action IN ('insert', 'update') AND decided_month IS NOT NULL ORDER BY month`;
}

/** Writes the parts of owners that were written. They take the owner's month, so that they never move either. */
export function mergeParts(
  part: PartPlan,
  owner: VersionedPlan,
  months: readonly string[],
  loadedAt: string,
): string {
  return `MERGE INTO ${identifier(part.name)} T
    USING (${withDecidedMonth(part, part.ownerKey, decisions(owner))}) S
    ON ${sameKey(part.key, 'T', 'S')} ${inMonths(part, months)}
    ${mergeActions(part, loadedAt)}`;
}

/** Soft-deletes parts that the new version of their owner no longer has. */
export function deleteOrphans(
  part: PartPlan,
  owner: VersionedPlan,
  months: readonly string[],
  loadedAt: string,
  hasStagedRows: boolean,
): string {
  const stillThere = hasStagedRows
    ? `AND NOT EXISTS (SELECT 1 FROM ${staged(part.name)} S WHERE ${sameKey(part.key, 'S', 'T')})`
    : '';
  return `UPDATE ${identifier(part.name)} T SET is_deleted = true, deleted_at = ${loadedAtLiteral(loadedAt)}
    FROM ${decisions(owner)} D
    WHERE D.action = 'update' AND ${sameKey(part.ownerKey, 'T', 'D')} ${inMonths(part, months)}
      AND NOT T.is_deleted ${stillThere}`;
}

/** Keeps every version that was ever loaded, also those that came too late to be current. */
export function appendHistory(plan: HistoryPlan, loadedAt: string): string {
  return `INSERT INTO ${identifier(plan.name)} (${list(allColumns(plan))})
    SELECT ${[...plan.staged.map(stagedValue), ...plan.filled.map(({ value }) => filledValue(value, loadedAt))].join(', ')}
    FROM ${staged(plan.name)} S
    WHERE NOT EXISTS (SELECT 1 FROM ${identifier(plan.name)} T WHERE ${sameKey(plan.key, 'T', 'S')})`;
}

/** Finds rows that this batch deletes: by its own tombstones, or by earlier ones when it brought older copies. */
export function findGoners(plan: VersionedPlan, hasTombstones: boolean, hasRows: boolean): string {
  const id = identifier(plan.idColumn);
  const touched = [
    ...(hasTombstones
      ? [`SELECT connection, record_id FROM ${staged('tombstones')} WHERE entity = ${literal(plan.name)}`]
      : []),
    ...(hasRows
      ? [`SELECT connection, ${id} FROM ${decisions(plan)} WHERE action IN ('insert', 'update')`]
      : []),
  ];
  const month = plan.partitionBy === undefined ? 'NULL::DATE' : `T.${identifier(plan.partitionBy)}`;
  return `CREATE OR REPLACE TEMP TABLE ${identifier(`gone_${plan.name}`)} AS
    SELECT ${plan.key.map((column) => `T.${identifier(column)}`).join(', ')}, any_value(${month}) AS gone_month
    FROM (${touched.join(' UNION ')}) W (connection, record_id)
    JOIN tombstones G ON G.entity = ${literal(plan.name)}
      AND G.connection = W.connection AND G.record_id = W.record_id
    JOIN ${identifier(plan.name)} T ON T.connection = W.connection AND T.${id} = W.record_id
    WHERE NOT T.is_deleted AND T.extracted_at <= G.detected_at
    GROUP BY ${plan.key.map((column) => `T.${identifier(column)}`).join(', ')}`;
}

/** Soft-deletes those rows, or parts of them. */
export function deleteGoners(
  plan: VersionedPlan,
  target: VersionedPlan | PartPlan,
  loadedAt: string,
): string {
  const month =
    target.partitionBy === undefined ? '' : `AND T.${identifier(target.partitionBy)} = G.gone_month`;
  return `UPDATE ${identifier(target.name)} T SET is_deleted = true, deleted_at = ${loadedAtLiteral(loadedAt)}
    FROM ${goners(plan)} G WHERE ${sameKey(plan.key, 'T', 'G')} ${month} AND NOT T.is_deleted`;
}

function mergeActions(plan: VersionedPlan | PartPlan, loadedAt: string): string {
  const replaced = [
    ...plan.replaced.map((column) => `${identifier(column.name)} = ${stagedValue(column)}`),
    ...plan.filledWhenReplaced.map(
      ({ column, value }) => `${identifier(column)} = ${filledValue(value, loadedAt)}`,
    ),
  ];
  const inserted = [
    ...plan.staged.map(stagedValue),
    ...plan.filled.map(({ value }) => filledValue(value, loadedAt)),
  ];
  return `WHEN MATCHED THEN UPDATE SET ${replaced.join(', ')}
    WHEN NOT MATCHED THEN INSERT (${list(allColumns(plan))}) VALUES (${inserted.join(', ')})`;
}

function withDecidedMonth(plan: VersionedPlan | PartPlan, ownerKey: readonly string[], from: string): string {
  const month =
    plan.partitionBy === undefined ? '' : `REPLACE (D.decided_month AS ${identifier(plan.partitionBy)})`;
  return `SELECT F.* ${month} FROM ${staged(plan.name)} F JOIN ${from} D ON ${sameKey(ownerKey, 'F', 'D')}
    WHERE D.action IN ('insert', 'update')`;
}

function inMonths(plan: PartPlan, months: readonly string[]): string {
  if (plan.partitionBy === undefined) return '';
  // Literals, because only they let a warehouse skip the other months.
  const literals = months.map((month) => `DATE ${literal(month)}`).join(', ');
  return `AND T.${identifier(plan.partitionBy)} IN (${literals})`;
}

const allColumns = ({ staged: columns, filled }: VersionedPlan | PartPlan | HistoryPlan) => [
  ...columns.map(({ name }) => name),
  ...filled.map(({ column }) => column),
];

const stagedValue = ({ name, type }: Column) =>
  type === 'json' ? `CAST(S.${identifier(name)} AS JSON)` : `S.${identifier(name)}`;

function filledValue(value: FilledValue, loadedAt: string): string {
  if (value === 'loaded_at') return loadedAtLiteral(loadedAt);
  return value === 'false' ? 'false' : 'NULL';
}
