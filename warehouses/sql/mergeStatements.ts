/** The statements of a merge, for each table what its plan says, in any dialect. */
import type { Column } from '../../model/column.js';
import { tables } from '../../model/tables.js';
import { isNot, sameKey, type Dialect } from './dialect.js';
import { count } from './loadCounts.js';
import type { LoadScript } from './loadScript.js';
import type { AppendedPlan, FilledValue, PartPlan, VersionedPlan } from './mergePlan.js';
import { newVersions } from './newVersions.js';

const decisions = ({ dialect }: LoadScript, { name }: VersionedPlan) => dialect.identifier(`decided_${name}`);

/**
 * Decides `insert`, `update`, `unchanged` or `stale` for each staged row. Stale is an older change stamp, or the
 * same one read earlier, or a copy of a deleted row that was read before the deletion was established. The months
 * are those that the warehouse holds, because a row never moves. A row of which nobody says whether it is deleted is
 * written again, so that it is said.
 */
export function decide(script: LoadScript, plan: VersionedPlan): string[] {
  const { dialect } = script;
  const { identifier } = dialect;
  const id = identifier(plan.idColumn);
  const month = plan.partitionBy === undefined ? undefined : identifier(plan.partitionBy);
  return dialect.createTemporary(
    `decided_${plan.name}`,
    `SELECT ${plan.key.map((column) => `S.${identifier(column)}`).join(', ')}, S.extracted_at, S.change_stamp,
      ${month === undefined ? `CAST(NULL AS ${dialect.types.date})` : `coalesce(T.${month}, S.${month})`} AS decided_month,
      CASE
        WHEN T.${id} IS NULL THEN 'insert'
        WHEN S.change_stamp < T.change_stamp THEN 'stale'
        WHEN S.change_stamp = T.change_stamp AND S.extracted_at < T.extracted_at THEN 'stale'
        WHEN T.is_deleted AND S.extracted_at <= G.detected_at THEN 'stale'
        WHEN S.content_hash = T.content_hash AND NOT T.is_deleted THEN 'unchanged'
        ELSE 'update'
      END AS action
    FROM ${dialect.staged(plan.name)} S
    LEFT JOIN ${dialect.table(plan.name)} T ON ${[sameKey(dialect, plan.key, 'S', 'T'), ...inMonths(script, plan)].join(' AND ')}
    LEFT JOIN (
      SELECT connection, record_id, max(detected_at) AS detected_at FROM ${dialect.table('tombstones')}
      WHERE entity = ${dialect.text(plan.name)} GROUP BY connection, record_id
    ) G ON G.connection = S.connection AND G.record_id = S.${id}`,
  );
}

/** Content that did not change is not written again; only how fresh the copy is moves on. */
export function refreshUnchanged(script: LoadScript, plan: VersionedPlan): string {
  const { dialect } = script;
  return dialect.update({
    target: dialect.table(plan.name),
    source: `(SELECT * FROM ${decisions(script, plan)} WHERE action = 'unchanged')`,
    key: plan.key,
    where: [
      '(S.extracted_at > T.extracted_at OR S.change_stamp > T.change_stamp)',
      ...inMonths(script, plan),
    ],
    set: [
      ['extracted_at', 'greatest(T.extracted_at, S.extracted_at)'],
      ['change_stamp', 'S.change_stamp'],
    ],
  });
}

/** Writes the staged rows of owners that are new or newer, with the month that the owner has for good. */
export function replace(script: LoadScript, plan: VersionedPlan | PartPlan, owner: VersionedPlan): string[] {
  const { dialect } = script;
  const { identifier } = dialect;
  const written = `written_${plan.name}`;
  const values = plan.staged.map(
    (column) =>
      `${column.name === plan.partitionBy ? 'D.decided_month' : stagedValue(dialect, column)} AS ${identifier(column.name)}`,
  );
  const held = `${identifier(written)} S JOIN ${dialect.table(plan.name)} T ON ${[sameKey(dialect, plan.key, 'S', 'T'), ...inMonths(script, plan)].join(' AND ')}`;
  return [
    ...dialect.createTemporary(
      written,
      `SELECT ${[...values, ...filledValues(script, plan)].join(', ')} FROM ${dialect.staged(plan.name)} S
       JOIN ${decisions(script, owner)} D ON ${sameKey(dialect, ownerKey(plan), 'S', 'D')}
       WHERE D.action IN ('insert', 'update')`,
    ),
    count(script, plan.name, 'updated', held),
    count(script, plan.name, 'inserted', insertable(script, plan, written)),
    dialect.upsert({
      target: dialect.table(plan.name),
      source: identifier(written),
      key: plan.key,
      where: inMonths(script, plan),
      columns: allColumns(plan),
      replaced: [
        ...plan.replaced.map(({ name }) => name),
        ...plan.filledWhenReplaced.map(({ column }) => column),
      ],
    }),
  ];
}

/** Soft-deletes parts that the new version of their owner no longer has. */
export function deleteOrphans(script: LoadScript, part: PartPlan, owner: VersionedPlan): string[] {
  const { dialect, staged } = script;
  const orphans = `orphans_${part.name}`;
  const [first] = part.key;
  const stillThere = staged.has(part.name)
    ? {
        join: `LEFT JOIN ${dialect.staged(part.name)} S ON ${sameKey(dialect, part.key, 'S', 'T')}`,
        condition: `AND S.${dialect.identifier(first ?? '')} IS NULL`,
      }
    : { join: '', condition: '' };
  return [
    ...dialect.createTemporary(
      orphans,
      `SELECT ${part.key.map((column) => `T.${dialect.identifier(column)}`).join(', ')}
       FROM ${dialect.table(part.name)} T
       JOIN ${decisions(script, owner)} D ON ${sameKey(dialect, part.ownerKey, 'T', 'D')}
       ${stillThere.join}
       WHERE ${["D.action = 'update'", isNot('T.is_deleted'), ...inMonths(script, part)].join(' AND ')} ${stillThere.condition}`,
    ),
    ...markDeleted(script, part, orphans),
  ];
}

/** Finds rows that this batch deletes: by its own tombstones, or by earlier ones when it brought older copies. */
export function findGone(script: LoadScript, plan: VersionedPlan): string[] {
  const { dialect, staged } = script;
  const id = dialect.identifier(plan.idColumn);
  const key = plan.key.map((column) => `T.${dialect.identifier(column)}`).join(', ');
  const touched = [
    ...(staged.has('tombstones')
      ? [
          `SELECT connection, record_id FROM ${dialect.staged('tombstones')} WHERE entity = ${dialect.text(plan.name)}`,
        ]
      : []),
    ...(staged.has(plan.name)
      ? [
          `SELECT connection, ${id} AS record_id FROM ${decisions(script, plan)} WHERE action IN ('insert', 'update')`,
        ]
      : []),
  ];
  return dialect.createTemporary(
    `gone_${plan.name}`,
    `SELECT ${key} FROM (${touched.join(' UNION ALL ')}) W
     JOIN ${dialect.table('tombstones')} G ON G.entity = ${dialect.text(plan.name)}
       AND G.connection = W.connection AND G.record_id = W.record_id
     JOIN ${dialect.table(plan.name)} T ON T.connection = W.connection AND T.${id} = W.record_id
     WHERE ${[isNot('T.is_deleted'), 'T.extracted_at <= G.detected_at', ...inMonths(script, plan)].join(' AND ')}
     GROUP BY ${key}`,
  );
}

/** Soft-deletes those rows, or parts of them. */
export function deleteGone(
  script: LoadScript,
  owner: VersionedPlan,
  target: VersionedPlan | PartPlan,
): string[] {
  if (target.kind === 'versioned') return markDeleted(script, target, `gone_${owner.name}`);
  const { dialect } = script;
  const gone = `gone_${target.name}`;
  return [
    ...dialect.createTemporary(
      gone,
      `SELECT ${target.key.map((column) => `T.${dialect.identifier(column)}`).join(', ')}
       FROM ${dialect.table(target.name)} T
       JOIN ${dialect.identifier(`gone_${owner.name}`)} D ON ${sameKey(dialect, target.ownerKey, 'T', 'D')}
       WHERE ${[isNot('T.is_deleted'), ...inMonths(script, target)].join(' AND ')}`,
    ),
    ...markDeleted(script, target, gone),
  ];
}

/** Appends what is not there yet, also versions that came too late to be current. */
export function append(script: LoadScript, plan: AppendedPlan): string[] {
  const { dialect } = script;
  const { identifier } = dialect;
  const fresh = `new_${plan.name}`;
  const values = plan.staged.map((column) => `${stagedValue(dialect, column)} AS ${identifier(column.name)}`);
  const columns = allColumns(plan).map(identifier).join(', ');
  const rows =
    plan.kind === 'versions'
      ? newVersions(dialect, plan, inMonths(script, plan))
      : `FROM ${dialect.staged(plan.name)} S
         LEFT JOIN ${dialect.table(plan.name)} T ON ${[sameKey(dialect, plan.key, 'S', 'T'), ...inMonths(script, plan)].join(' AND ')}
         WHERE T.${identifier(plan.key[0] ?? '')} IS NULL`;
  return [
    ...dialect.createTemporary(
      fresh,
      `SELECT ${[...values, ...filledValues(script, plan)].join(', ')} ${rows}`,
    ),
    count(script, plan.name, 'inserted', identifier(fresh)),
    `INSERT INTO ${dialect.table(plan.name)} (${columns}) SELECT ${columns} FROM ${identifier(fresh)}`,
  ];
}

/** What a soft delete does to the rows whose keys a temporary table has. */
function markDeleted(script: LoadScript, plan: VersionedPlan | PartPlan, keys: string): string[] {
  const { dialect, loadedAt } = script;
  const source = dialect.identifier(keys);
  return [
    count(script, plan.name, 'deleted', source),
    dialect.update({
      target: dialect.table(plan.name),
      source,
      key: plan.key,
      where: inMonths(script, plan),
      set: [
        ['is_deleted', 'TRUE'],
        ['deleted_at', loadedAt],
      ],
    }),
  ];
}

function insertable(
  { dialect, ...script }: LoadScript,
  plan: VersionedPlan | PartPlan,
  written: string,
): string {
  const on = [sameKey(dialect, plan.key, 'S', 'T'), ...inMonths({ dialect, ...script }, plan)].join(' AND ');
  return `${dialect.identifier(written)} S LEFT JOIN ${dialect.table(plan.name)} T ON ${on}
    WHERE T.${dialect.identifier(plan.key[0] ?? '')} IS NULL`;
}

const ownerKey = (plan: VersionedPlan | PartPlan) => (plan.kind === 'part' ? plan.ownerKey : plan.key);

/** Literals, because only they let a warehouse skip the other months. */
function inMonths(
  { dialect, months }: LoadScript,
  { partitionBy }: { partitionBy: string | undefined },
): string[] {
  if (partitionBy === undefined || months === null) return [];
  if (months.length === 0) return ['FALSE'];
  return [`T.${dialect.identifier(partitionBy)} IN (${months.map(dialect.date).join(', ')})`];
}

const allColumns = ({ staged: columns, filled }: VersionedPlan | PartPlan | AppendedPlan) => [
  ...columns.map(({ name }) => name),
  ...filled.map(({ column }) => column),
];

const stagedValue = (dialect: Dialect, { name, type }: Column) =>
  type === 'json' ? dialect.parseJson(`S.${dialect.identifier(name)}`) : `S.${dialect.identifier(name)}`;

function filledValues(
  script: LoadScript,
  { name, filled }: VersionedPlan | PartPlan | AppendedPlan,
): string[] {
  const types = new Map<string, Column['type']>(
    tables[name].columns.map((column) => [column.name, column.type]),
  );
  return filled.map(
    ({ column, value }) =>
      `${filledValue(script, value, types.get(column) ?? 'string')} AS ${script.dialect.identifier(column)}`,
  );
}

function filledValue({ dialect, loadedAt }: LoadScript, value: FilledValue, type: Column['type']): string {
  if (value === 'loaded_at') return loadedAt;
  return value === 'false' ? 'FALSE' : `CAST(NULL AS ${dialect.types[type]})`;
}
