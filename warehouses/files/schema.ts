/** Keeps the tables of a manifest in step with the registry, by adding only. */
import { tableNames, tables, type TableName } from '../../model/tables.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { writeRows } from '../sql/operationalRows.js';
import { changeRows, planSchema, type HeldTable, type SchemaPlan } from '../sql/schemaPlan.js';
import type { SchemaChange } from '../warehouse.js';
import { materialise, partitionOf } from './currentTables.js';
import { columnsOf, filesOf, registeredColumns, type Manifest } from './manifest.js';
import type { Change } from './writer.js';

/**
 * Whether the manifest describes the tables as the registry does. Throws InvalidConfig when a column has another type
 * than there.
 */
export function isComplete(manifest: Manifest): boolean {
  const { changes, comments } = planOf(manifest);
  const hasKey = (name: TableName) => manifest.tables[name]?.key.join() === tables[name].key.join();
  return changes.length === 0 && comments.length === 0 && tableNames.every(hasKey);
}

/** Adds what is missing and records it. Throws InvalidConfig when a column has another type than the registry. */
export async function ensureManifest(change: Change): Promise<SchemaChange[]> {
  const { connection, current, commit } = change;
  const { manifest } = current;
  if (isComplete(manifest)) return [];
  const { changes } = planOf(manifest);
  await materialise(connection, current, 'schema_changes');
  const rows = changeRows(changes, new Date().toISOString());
  for (const statement of writeRows(duckdbDialect, 'schema_changes', rows)) await connection.run(statement);
  await commit(new Map([['schema_changes', 'all']]), { tables: extended(manifest) });
  return changes.map(({ table, column, change: what }) => ({ table, column, change: what }));
}

function planOf(manifest: Manifest): SchemaPlan {
  const held = Object.entries(manifest.tables).map(
    ([name, { description, columns }]): [string, HeldTable] => [
      name,
      {
        comment: description,
        columns: new Map(
          columns.map((column) => [
            column.name,
            { type: duckdbDialect.types[column.type], comment: column.description },
          ]),
        ),
      },
    ],
  );
  return planSchema(duckdbDialect, new Map(held), 'Load into a new directory.');
}

/** The tables of the manifest, those it lacks, and descriptions as they are now. */
function extended(manifest: Manifest): Manifest['tables'] {
  const all = { ...manifest.tables };
  for (const name of tableNames) {
    const described = new Map(registeredColumns(name).map((column) => [column.name, column.description]));
    const columns = all[name] === undefined ? registeredColumns(name) : columnsOf(manifest, name);
    all[name] = {
      description: tables[name].grain,
      key: [...tables[name].key],
      partitionBy: partitionOf(name),
      columns: columns.map((column) => ({
        ...column,
        description: described.get(column.name) ?? column.description,
      })),
      files: filesOf(manifest, name),
    };
  }
  return all;
}
