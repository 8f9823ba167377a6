/** Merges the staged tables of a batch into the file, statement by statement, and counts what happened. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StagedTableName } from '../../model/tables.js';
import { historyPlans, versionedPlans, type PartPlan, type VersionedPlan } from '../sql/mergePlan.js';
import { identifier } from '../sql/quoting.js';
import type { BatchManifest, TableCounts } from '../warehouse.js';
import * as sql from './mergeSql.js';
import { plainRows } from './plainValues.js';

export type BatchCounts = Partial<Record<StagedTableName, TableCounts>>;

/** Runs inside the caller's transaction, after the staged rows were checked. */
export async function mergeBatch(
  connection: DuckDBConnection,
  { files }: BatchManifest,
  loadedAt: string,
  signal: AbortSignal,
): Promise<BatchCounts> {
  const counts: BatchCounts = {};
  const countsOf = (table: StagedTableName) =>
    (counts[table] ??= { staged: files[table]?.rows ?? 0, inserted: 0, updated: 0, softDeleted: 0 });
  for (const table of Object.keys(files) as StagedTableName[]) countsOf(table);

  const write = async (statement: string) => {
    signal.throwIfAborted();
    return (await connection.run(statement)).rowsChanged;
  };
  const rowsIn = async (table: string) => {
    const [row] = await plainRows(connection, `SELECT count(*) AS "rows" FROM ${table}`);
    return Number(row?.['rows']);
  };
  const merge = async (table: StagedTableName, statement: string) => {
    const before = await rowsIn(identifier(table));
    const changed = await write(statement);
    const inserted = (await rowsIn(identifier(table))) - before;
    countsOf(table).inserted += inserted;
    countsOf(table).updated += changed - inserted;
  };
  const softDelete = async (table: StagedTableName, statement: string) => {
    const changed = await write(statement);
    if (changed > 0) countsOf(table).softDeleted += changed;
  };

  const mergeOwner = async (owner: VersionedPlan) => {
    await write(sql.decide(owner));
    const actions = new Map(
      (
        await plainRows(
          connection,
          `SELECT action, count(*) AS n FROM ${sql.decisions(owner)} GROUP BY action`,
        )
      ).map((row) => [row['action'], row['n']]),
    );
    if (actions.has('unchanged')) await write(sql.refreshUnchanged(owner));
    if (!actions.has('insert') && !actions.has('update')) return;
    await merge(owner.name, sql.mergeVersioned(owner, loadedAt));
    const months = (await plainRows(connection, sql.writtenMonths(owner))).map((row) => String(row['month']));
    for (const part of owner.parts) await mergePart(part, owner, months, actions.has('update'));
  };

  const mergePart = async (part: PartPlan, owner: VersionedPlan, months: string[], hasUpdates: boolean) => {
    const hasStagedRows = files[part.name] !== undefined;
    if (hasStagedRows) await merge(part.name, sql.mergeParts(part, owner, months, loadedAt));
    if (!hasUpdates) return;
    await softDelete(part.name, sql.deleteOrphans(part, owner, months, loadedAt, hasStagedRows));
  };

  const applyTombstones = async (owner: VersionedPlan) => {
    const hasTombstones = files.tombstones !== undefined;
    const hasRows = files[owner.name] !== undefined;
    if (!hasTombstones && !hasRows) return;
    await write(sql.findGoners(owner, hasTombstones, hasRows));
    if ((await rowsIn(sql.goners(owner))) === 0) return;
    for (const target of [owner, ...owner.parts]) {
      await softDelete(target.name, sql.deleteGoners(owner, target, loadedAt));
    }
  };

  for (const owner of versionedPlans) if (files[owner.name] !== undefined) await mergeOwner(owner);
  for (const history of historyPlans) {
    if (files[history.name] !== undefined) await merge(history.name, sql.appendHistory(history, loadedAt));
  }
  // Last, so that tombstones of this batch meet the rows of this batch.
  for (const owner of versionedPlans) await applyTombstones(owner);
  return counts;
}
