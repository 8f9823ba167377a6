/** The script of a load: what must hold first, then all changes in one transaction. Pure. */
import { stagedTableNames, tables, type StagedTableName } from '../../model/tables.js';
import { insertAudit } from '../sql/auditRow.js';
import type { Dialect } from '../sql/dialect.js';
import { mergeScript, monthsQuery, type LoadScript } from '../sql/loadScript.js';
import type { BatchManifest } from '../warehouse.js';

/** Staged tables and their rows; a table without rows is not staged. */
export function stagedRows({ files }: Pick<BatchManifest, 'files'>): Map<StagedTableName, number> {
  return new Map(
    stagedTableNames.flatMap((name) => {
      const rows = files[name]?.rows ?? 0;
      return rows === 0 ? [] : [[name, rows] as const];
    }),
  );
}

/**
 * @param months those that `monthsQuery` found; the script ends before it changes anything when there are others now
 * @param loadedAt ISO 8601 UTC
 */
export function loadScript(
  dialect: Dialect,
  batch: BatchManifest,
  months: readonly string[],
  loadedAt: string,
): string {
  const staged = stagedRows(batch);
  const script: LoadScript = { dialect, staged, months, loadedAt: dialect.timestamp(loadedAt) };
  return scriptOf([
    ...[...staged].flatMap(([table, rows]) => stagedAssertions(dialect, table, rows)),
    assertNotLoaded(dialect, batch.batchId),
    ...assertMonths(script),
    ...inTransaction([...mergeScript(script), insertAudit(script, batch)]),
  ]);
}

export const scriptOf = (statements: readonly string[]) =>
  statements.map((statement) => `${statement};\n`).join('');

export const inTransaction = (statements: readonly string[]) => [
  'BEGIN TRANSACTION',
  ...statements,
  'COMMIT TRANSACTION',
];

/** A batch must not be in the audit twice, whoever else is at it. */
export const assertNotLoaded = ({ table, text }: Dialect, batchId: string) =>
  `ASSERT NOT EXISTS (SELECT 1 FROM ${table('load_audit')} WHERE batch_id = ${text(batchId)})
    AS ${text(`Batch ${batchId} is loaded already.`)}`;

function stagedAssertions({ identifier, staged, text }: Dialect, table: StagedTableName, rows: number) {
  const key = tables[table].key.map((column) => identifier(column)).join(', ');
  return [
    `ASSERT (SELECT COUNT(*) FROM ${staged(table)}) = ${rows}
      AS ${text(`${table}: not ${rows} rows are staged, as the manifest says.`)}`,
    `ASSERT NOT EXISTS (SELECT 1 FROM ${staged(table)} GROUP BY ${key} HAVING COUNT(*) > 1)
      AS ${text(`${table}: the key (${tables[table].key.join(', ')}) is not unique in the staged rows.`)}`,
  ];
}

/** Rows in a month that the statements do not name would be loaded a second time. */
function assertMonths({ dialect, staged, months }: LoadScript): string[] {
  const touched = monthsQuery({ dialect, staged });
  if (touched === undefined || months === null) return [];
  const known =
    months.length === 0 ? 'TRUE' : `touched_month NOT IN (${months.map(dialect.text).join(', ')})`;
  return [
    `ASSERT NOT EXISTS (SELECT 1 FROM (${touched}) N WHERE ${known})
      AS ${dialect.text('Rows of the batch came to other months meanwhile.')}`,
  ];
}
