/** The statements by which tombstones soft-delete rows and their parts. */
import { identifier, literal } from '../../model/sqlText.js';
import { isNot } from '../sql/dialect.js';
import type { PartPlan, VersionedPlan } from '../sql/mergePlan.js';
import { decisions, markDeleted, sameKey } from './mergeSql.js';
import { staged } from './stagedFiles.js';

/** Rows of a versioned table that tombstones speak of: their keys and months. */
const goners = ({ name }: VersionedPlan) => `temp.${identifier(`gone_${name}`)}`;

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
    WHERE ${isNot('T.is_deleted')} AND T.extracted_at <= G.detected_at
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
  return `UPDATE ${identifier(target.name)} T SET ${markDeleted(loadedAt)}
    FROM ${goners(plan)} G WHERE ${sameKey(plan.key, 'T', 'G')} ${month} AND ${isNot('T.is_deleted')}`;
}
