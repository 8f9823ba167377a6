/** Keeps the tables of a manifest in step with the registry, by adding only. */
import { readdir } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { tableNames, tables } from '../../model/tables.js';
import { ensureTables } from '../duckdb/schema.js';
import type { SchemaChange } from '../warehouse.js';
import { createTable, openViews, materialise, partitionOf } from './currentTables.js';
import type { Directory } from './engine.js';
import { manifestLost } from './errors.js';
import { columnsOf, filesOf, isComplete, registeredColumns, type Manifest } from './manifest.js';
import type { Change } from './writer.js';

/** Adds what is missing and records it. Throws InvalidConfig when a column has another type than the registry. */
export async function ensureManifest(change: Change, directory: Directory): Promise<SchemaChange[]> {
  const { connection, current } = change;
  const { manifest } = current;
  if (isComplete(manifest)) return [];
  if (manifest.revision === 0) await assertUnused(directory);
  await createHeldTables(connection, manifest);
  if (manifest.tables['schema_changes'] !== undefined) {
    await connection.run('DROP TABLE schema_changes');
    await openViews(connection, current, ['schema_changes']);
    await materialise(connection, current, 'schema_changes');
  }
  const changes = await ensureTables(connection, new Date().toISOString());
  await change.commit(new Map([['schema_changes', 'all']]), { tables: extended(manifest) });
  return changes;
}

/** Empty, for the comparison of their columns. */
async function createHeldTables(connection: DuckDBConnection, { tables: held }: Manifest): Promise<void> {
  for (const name of tableNames) {
    const columns = held[name]?.columns;
    if (columns !== undefined) await connection.run(createTable(name, columns));
  }
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

async function assertUnused(directory: Directory): Promise<void> {
  const found = (await readdir(directory.path)).find(
    (name) => name === '_versions' || (tableNames as readonly string[]).includes(name),
  );
  if (found !== undefined) throw manifestLost(directory, found);
}
