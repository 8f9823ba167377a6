/** A second dataset like one that is there, with its tables, rows and views: a test's begin that takes no jobs. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog, TableName } from './catalog.js';
import { quoted, storedName } from './quoting.js';
import { createTable } from './storage.js';

/** Throws where there is no such dataset, or the other one is there already. */
export async function copyDataset(
  catalog: Catalog,
  connection: DuckDBConnection,
  from: string,
  to: string,
): Promise<void> {
  const { datasetReference: _name, etag: _etag, creationTime: _at, ...settings } = catalog.dataset(from);
  catalog.addDataset(to, settings);
  await connection.run(`CREATE SCHEMA ${quoted(to)}`);
  for (const table of catalog.tables(from)) {
    const held = table.tableReference;
    const copy: TableName = { datasetId: to, tableId: held.tableId };
    const { type, schema, view, description, labels, timePartitioning, clustering, requirePartitionFilter } =
      table;
    catalog.putTable(copy, {
      ...{ type, schema, description, labels, timePartitioning, clustering, requirePartitionFilter },
      ...(view === undefined ? {} : { view: { ...view, query: view.query.replaceAll(from, to) } }),
    });
    if (type === 'VIEW') continue;
    await connection.run(createTable(copy, schema.fields));
    await connection.run(`INSERT INTO ${storedName(copy)} SELECT * FROM ${storedName(held)}`);
  }
}
