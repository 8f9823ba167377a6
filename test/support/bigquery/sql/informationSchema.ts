/** The views of INFORMATION_SCHEMA that tell tables and columns. */
import { invalidQuery, notFound } from '../errors.js';
import type { Catalog, TableResource } from '../catalog.js';
import { sqlType } from '../fields.js';
import { text } from '../quoting.js';

type Cell = string | number | null;

interface View {
  columns: readonly string[];
  rows: (table: TableResource) => readonly (readonly Cell[])[];
}

const place = ({ tableReference: { projectId, datasetId, tableId } }: TableResource) => [
  projectId,
  datasetId,
  tableId,
];
const tableColumns = ['table_catalog', 'table_schema', 'table_name'];
const options = (table: { description?: string | undefined }) => table.description ?? null;

const views: Record<string, View> = {
  TABLES: {
    columns: [...tableColumns, 'table_type', 'creation_time'],
    rows: (table) => [
      [...place(table), table.type === 'VIEW' ? 'VIEW' : 'BASE TABLE', Number(table.creationTime)],
    ],
  },
  COLUMNS: {
    columns: [
      ...tableColumns,
      'column_name',
      'ordinal_position',
      'is_nullable',
      'data_type',
      'is_partitioning_column',
      'clustering_ordinal_position',
    ],
    rows: (table) =>
      table.schema.fields.map((field, index) => [
        ...place(table),
        field.name,
        index + 1,
        field.mode === 'REQUIRED' ? 'NO' : 'YES',
        sqlType(field),
        table.timePartitioning?.field === field.name ? 'YES' : 'NO',
        (table.clustering?.fields.indexOf(field.name) ?? -1) + 1 || null,
      ]),
  },
  COLUMN_FIELD_PATHS: {
    columns: [...tableColumns, 'column_name', 'field_path', 'data_type', 'description'],
    rows: (table) =>
      table.schema.fields.map((field) => [
        ...place(table),
        field.name,
        field.name,
        sqlType(field),
        options(field),
      ]),
  },
  TABLE_OPTIONS: {
    columns: [...tableColumns, 'option_name', 'option_type', 'option_value'],
    rows: (table) =>
      table.description === undefined
        ? []
        : [[...place(table), 'description', 'STRING', JSON.stringify(table.description)]],
  },
};

const types: Record<string, string> = {
  creation_time: 'TIMESTAMPTZ',
  ordinal_position: 'BIGINT',
  clustering_ordinal_position: 'BIGINT',
};

/** A query for one of these views of a dataset, from its dotted name. */
export function informationSchema(parts: readonly string[], catalog: Catalog): string {
  const [viewName = '', , datasetId, projectId = catalog.projectId] = parts.toReversed();
  const view = views[viewName.toUpperCase()];
  if (projectId !== catalog.projectId) throw notFound(`Project ${projectId}`);
  if (view === undefined || datasetId === undefined) {
    throw invalidQuery(`INFORMATION_SCHEMA view ${parts.join('.')} is not one that this server has`);
  }
  const selected = view.columns.map(
    (column) => `CAST(${column} AS ${types[column] ?? 'VARCHAR'}) AS ${column}`,
  );
  const rows = catalog.tables(datasetId).flatMap((table) => view.rows(table));
  const written = (column: string, cell: Cell) => {
    if (cell === null) return 'NULL';
    if (column === 'creation_time') return `make_timestamptz(${Number(cell) * 1000})`;
    return typeof cell === 'number' ? String(cell) : text(cell);
  };
  const values = rows.map(
    (row) => `(${row.map((cell, index) => written(view.columns[index] ?? '', cell)).join(', ')})`,
  );
  // One row that is filtered out gives the columns their names when there are no tables.
  const nothing = `(${view.columns.map(() => 'NULL').join(', ')})`;
  return `SELECT ${selected.join(', ')} FROM (VALUES ${[nothing, ...values].join(', ')}) AS held (${view.columns.join(', ')})
    WHERE table_name IS NOT NULL`;
}
