/** Merges the staged tables of a batch into the file, statement by statement, and counts what happened. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StagedTableName } from '../../model/tables.js';
import { historyPlans, versionedPlans, type VersionedPlan } from '../sql/mergePlan.js';
import type { BatchManifest, TableCounts } from '../warehouse.js';
import * as sql from './mergeSql.js';
import * as tombstoneSql from './tombstoneSql.js';
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
  const replaceAndInsert = async (writing: sql.Writing) => {
    const table = countsOf(writing.plan.name);
    await write(sql.setAsideHeld(writing));
    const [held] = await plainRows(connection, sql.countHeld(writing));
    if (held?.['rows'] !== 0) {
      const columns = await plainRows(connection, sql.describeHeld(writing));
      const names = columns.map((column) => String(column['column_name']));
      await write(sql.removeHeld(writing));
      table.updated += await write(sql.insertReplacements(writing, names, loadedAt));
    }
    table.inserted += await write(sql.insertNew(writing, loadedAt));
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
    const months = (await plainRows(connection, sql.writtenMonths(owner))).map((row) => String(row['month']));
    await replaceAndInsert({ plan: owner, owner, months });
    for (const part of owner.parts) {
      const writing = { plan: part, owner, months };
      const hasStagedRows = files[part.name] !== undefined;
      if (hasStagedRows) await replaceAndInsert(writing);
      if (!actions.has('update')) continue;
      await softDelete(part.name, sql.deleteOrphans(writing, loadedAt, hasStagedRows));
    }
  };

  const applyTombstones = async (owner: VersionedPlan) => {
    const hasTombstones = files.tombstones !== undefined;
    const hasRows = files[owner.name] !== undefined;
    if (!hasTombstones && !hasRows) return;
    await write(tombstoneSql.findGoners(owner, hasTombstones, hasRows));
    const [found] = await plainRows(connection, tombstoneSql.countGoners(owner));
    if (found?.['rows'] === 0) return;
    for (const target of [owner, ...owner.parts]) {
      await softDelete(target.name, tombstoneSql.deleteGoners(owner, target, loadedAt));
    }
  };

  for (const owner of versionedPlans) if (files[owner.name] !== undefined) await mergeOwner(owner);
  for (const history of historyPlans) {
    if (files[history.name] === undefined) continue;
    countsOf(history.name).inserted += await write(sql.appendHistory(history, loadedAt));
  }
  // Last, so that tombstones of this batch meet the rows of this batch.
  for (const owner of versionedPlans) await applyTombstones(owner);
  return counts;
}
