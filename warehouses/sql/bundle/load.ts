/** The statements that check staged tables and bring the tables of the registry to the state that they hold. */
import type { Table } from '../../../model/column.js';
import { sameKey } from '../dialect.js';
import type { BundleTarget } from './target.js';

export interface BundledTable {
  table: Table;
  /** Rows that its files hold; null where nobody has counted them. */
  rows: number | null;
}

/** All checks before anything is written. @param tables owners before their parts */
export function loadStatements(target: BundleTarget, tables: readonly BundledTable[]): string[] {
  const { transaction } = target;
  return [
    ...(transaction === null ? [] : [transaction.begin]),
    ...tables.flatMap((each) => checks(target, each, tables)),
    ...tables.map(({ table }) => upsert(target, table)),
    ...(transaction === null ? [] : [transaction.commit]),
  ];
}

function checks(target: BundleTarget, { table, rows }: BundledTable, all: readonly BundledTable[]): string[] {
  const { dialect, refuse } = target;
  const { identifier } = dialect;
  const staged = target.staged(table);
  const key = table.key.map(identifier).join(', ');
  const required = table.columns.filter(({ nullable }) => !nullable).map(({ name }) => identifier(name));
  const owner = all.find((other) => other.table.name === table.partOf)?.table;
  return [
    refuse(
      `SELECT 1 AS wrong FROM (SELECT count(*) AS row_count FROM ${staged}) C WHERE row_count ${rows === null ? '= 0' : `<> ${rows}`}`,
      rows === null
        ? `${table.name}: nothing was staged`
        : `${table.name}: not the ${rows} rows of the manifest`,
    ),
    refuse(
      `SELECT 1 AS wrong FROM ${staged} WHERE ${required.map((column) => `${column} IS NULL`).join(' OR ')}`,
      `${table.name}: a column that must not be empty is`,
    ),
    refuse(
      `SELECT 1 AS wrong FROM ${staged} GROUP BY ${key} HAVING count(*) > 1`,
      `${table.name}: the key (${table.key.join(', ')}) is not unique`,
    ),
    ...(owner === undefined
      ? []
      : [
          refuse(
            `SELECT 1 AS wrong FROM ${staged} S LEFT JOIN ${target.staged(owner)} O
  ON ${sameKey(dialect, owner.key, 'S', 'O')} WHERE O.${identifier(owner.key[0] ?? '')} IS NULL`,
            `${table.name}: rows without their row of ${owner.name}; the directory was copied while it changed`,
          ),
        ]),
  ];
}

/** Deletions come as rows that say so. A month never changes, and nothing moves between partitions. */
function upsert({ dialect, ...target }: BundleTarget, table: Table): string {
  const kept = new Set([...table.key, table.partitionBy]);
  const columns = table.columns.map(({ name }) => name);
  return dialect.upsert({
    target: dialect.table(table.name),
    source: target.staged(table),
    key: table.key,
    columns,
    replaced: columns.filter((name) => !kept.has(name)),
  });
}
