/** What of a directory a batch can change: only that is read whole and written again. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier, literal } from '../../model/sqlText.js';
import type { StagedTableName, TableName } from '../../model/tables.js';
import * as sql from '../duckdb/mergeSql.js';
import { plainRows } from '../duckdb/plainValues.js';
import { staged } from '../duckdb/stagedFiles.js';
import { isNot } from '../sql/dialect.js';
import { appendedPlans, versionedPlans, type AppendedPlan, type VersionedPlan } from '../sql/mergePlan.js';
import type { BatchManifest } from '../warehouse.js';

/** Partitions of a table, or the whole of one that has none. */
export type Extent = ReadonlySet<string> | 'all';

export interface Affected {
  /** What the merge must find as tables. */
  loaded: Extent;
  /** What of it may be another after the merge. */
  written: Extent;
}

/** The tables that merging a batch reads, to be opened as views before it is asked what the batch affects. */
export function tablesRead({ files }: Pick<BatchManifest, 'files'>): TableName[] {
  const names = new Set<TableName>([
    'load_audit',
    'tombstones',
    ...(Object.keys(files) as StagedTableName[]),
  ]);
  for (const owner of versionedPlans) {
    if (files.tombstones === undefined && files[owner.name] === undefined) continue;
    for (const { name } of [owner, ...owner.parts]) names.add(name);
  }
  return [...names];
}

/**
 * With the tables open as views and the staged files checked. The months of rows that are held are found by reading
 * keys, stamps and months alone; a row never moves, so the month held counts and not the one that is staged.
 */
export async function affectedBy(
  connection: DuckDBConnection,
  { files }: Pick<BatchManifest, 'files'>,
): Promise<Map<TableName, Affected>> {
  const affected = new Map<TableName, Affected>([['load_audit', { loaded: 'all', written: 'all' }]]);

  for (const owner of versionedPlans) {
    const gone = files.tombstones === undefined ? none : await months(connection, goneMonths(owner));
    const decided = files[owner.name] === undefined ? undefined : await decide(connection, owner);
    if (decided === undefined && gone.size === 0) continue;
    const { met = none, renewed = none, replaced = none } = decided ?? {};
    const extents = { loaded: both(met, gone), written: both(renewed, gone) };
    affected.set(owner.name, owner.partitionBy === undefined ? whole : extents);
    const replacedOrGone = both(replaced, gone);
    if (replacedOrGone.size === 0) continue;
    for (const part of owner.parts) {
      const extent = part.partitionBy === undefined ? 'all' : replacedOrGone;
      affected.set(part.name, { loaded: extent, written: extent });
    }
  }

  for (const appended of appendedPlans) {
    if (files[appended.name] === undefined) continue;
    affected.set(appended.name, await affectedByAppending(connection, appended));
  }
  return affected;
}

const none: ReadonlySet<string> = new Set();
const whole: Affected = { loaded: 'all', written: 'all' };
const both = (one: ReadonlySet<string>, other: ReadonlySet<string>) => new Set([...one, ...other]);

/** Stands for the one extent of a table without months. */
const undivided = "''";

/** Months of all rows that staged ones meet, of those that are made or refreshed, and of those whose parts are, too. */
async function decide(connection: DuckDBConnection, owner: VersionedPlan) {
  await connection.run(sql.decide(owner));
  const rows = await plainRows(
    connection,
    `SELECT DISTINCT action, coalesce(decided_month::VARCHAR, ${undivided}) AS month FROM ${sql.decisions(owner)}`,
  );
  const monthsOf = (...actions: string[]) =>
    new Set(rows.filter(({ action }) => actions.includes(String(action))).map(({ month }) => String(month)));
  return {
    met: monthsOf('insert', 'update', 'unchanged', 'stale'),
    renewed: monthsOf('insert', 'update', 'unchanged'),
    replaced: monthsOf('insert', 'update'),
  };
}

/** Months of rows held that tombstones of the batch speak of; those that the batch brings itself are decided on. */
function goneMonths({ name, idColumn, partitionBy }: VersionedPlan): string {
  const month = partitionBy === undefined ? undivided : `T.${identifier(partitionBy)}::VARCHAR`;
  return `SELECT DISTINCT ${month} AS month FROM ${identifier(name)} T
    SEMI JOIN (SELECT connection, record_id FROM ${staged('tombstones')} WHERE entity = ${literal(name)}) W
      ON W.connection = T.connection AND W.record_id = T.${identifier(idColumn)}
    WHERE ${isNot('T.is_deleted')}`;
}

async function affectedByAppending(connection: DuckDBConnection, plan: AppendedPlan): Promise<Affected> {
  const { name, key, partitionBy } = plan;
  if (partitionBy === undefined) return whole;
  const month = identifier(partitionBy);
  const looked = plan.kind === 'versions' ? plan.lineOf : key;
  const held = await months(
    connection,
    `SELECT DISTINCT T.${month}::VARCHAR AS month FROM ${identifier(name)} T
     SEMI JOIN ${staged(name)} S ON ${sql.sameKey(looked, 'S', 'T')}`,
  );
  const appended = await months(
    connection,
    `SELECT DISTINCT S.${month}::VARCHAR AS month ${sql.missingRows(plan)}`,
  );
  return { loaded: both(held, appended), written: appended };
}

async function months(connection: DuckDBConnection, query: string): Promise<ReadonlySet<string>> {
  return new Set((await plainRows(connection, query)).map((row) => String(row['month'])));
}
