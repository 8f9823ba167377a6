/** Merges the staged tables of a batch into the file, statement by statement, and counts what happened. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StagedTableName } from '../../model/tables.js';
import { appendedPlans, versionedPlans, type VersionedPlan } from '../sql/mergePlan.js';
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
  /** Makes a table of rows; says how many they are. */
  const make = async (statement: string) => {
    signal.throwIfAborted();
    const [made] = await plainRows(connection, statement);
    return Number(made?.['Count']);
  };
  const replaceAndInsert = async (writing: sql.Writing) => {
    const table = countsOf(writing.plan.name);
    if ((await make(sql.setAsideHeld(writing))) !== 0) {
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
    const decided = await plainRows(connection, sql.decidedActions(owner));
    const actions = new Set(decided.map(({ action }) => action));
    if (actions.has('unchanged')) await write(sql.refreshUnchanged(owner));
    const written = decided.filter(({ action }) => action === 'insert' || action === 'update');
    if (written.length === 0) return;
    const months = [...new Set(written.map(({ month }) => month))]
      .filter((month) => month !== null)
      .map(String);
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
    if ((await make(tombstoneSql.findGoners(owner, hasTombstones, hasRows))) === 0) return;
    for (const target of [owner, ...owner.parts]) {
      await softDelete(target.name, tombstoneSql.deleteGoners(owner, target, loadedAt));
    }
  };

  for (const owner of versionedPlans) if (files[owner.name] !== undefined) await mergeOwner(owner);
  for (const appended of appendedPlans) {
    if (files[appended.name] === undefined) continue;
    countsOf(appended.name).inserted += await write(sql.append(appended, loadedAt));
  }
  // Last, so that tombstones of this batch meet the rows of this batch. Most warehouses have none.
  const [some] = await plainRows(connection, 'SELECT record_id FROM tombstones LIMIT 1');
  if (some !== undefined) for (const owner of versionedPlans) await applyTombstones(owner);
  return counts;
}
