/** Tables of the registry as BigQuery's API defines them, and what it says of those that are there. Pure. */
import type { TableMetadata } from '@google-cloud/bigquery';
import type { Column, Table } from '../../model/column.js';
import { stagedColumns, tables, type StagedTableName, type TableName } from '../../model/tables.js';
import type { HeldTable } from '../sql/schemaPlan.js';
import { dialectOf } from './names.js';

/** BigQuery clusters by four columns at most. */
const mostClustered = 4;

interface Field {
  name?: string;
  type?: string;
  mode?: string;
  description?: string;
}

export function newTable(name: TableName) {
  const { columns, grain, key, partitionBy, clusterBy = [] }: Table = tables[name];
  return {
    description: grain,
    schema: { fields: columns.map((column) => field(column, column.nullable ? 'NULLABLE' : 'REQUIRED')) },
    ...(partitionBy === undefined ? {} : { timePartitioning: { type: 'MONTH', field: partitionBy } }),
    clustering: { fields: [...key, ...clusterBy].slice(0, mostClustered) },
  };
}

/** JSON stays text until it is merged, and what may be null is for the checks: Parquet knows neither well enough. */
export const stagedFields = (name: StagedTableName) =>
  stagedColumns(name).map((column) => ({
    name: column.name,
    type: stagedTypes[column.type],
    mode: 'NULLABLE',
  }));

/** The columns that are there, whoever made them, with those that are missing behind them. */
export function extended(name: TableName, metadata: TableMetadata): TableMetadata {
  const { columns, grain }: Table = tables[name];
  const known = new Map(columns.map((column) => [column.name, column]));
  const there = fieldsOf(metadata);
  const names = new Set(there.map((each) => each.name));
  const fields = [
    ...there.map((each) => ({
      ...each,
      description: known.get(each.name ?? '')?.description ?? each.description,
    })),
    // Nullable whatever the registry says: rows loaded before have no value.
    ...columns.filter((column) => !names.has(column.name)).map((column) => field(column, 'NULLABLE')),
  ];
  return { description: grain, schema: { fields } } as TableMetadata;
}

function field({ name, type, description }: Column, mode: 'NULLABLE' | 'REQUIRED') {
  return { name, type: types[type], mode, description };
}

const { types, stagedTypes } = dialectOf({ project: '', dataset: '', stagingDataset: '' });

/** The service answers with the names of its older SQL. */
const spelled: Readonly<Record<string, string>> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };

export function heldTable(metadata: TableMetadata): HeldTable {
  return {
    comment: metadata.description ?? null,
    columns: new Map(
      fieldsOf(metadata).map(({ name = '', type = '', description }) => [
        name,
        { type: spelled[type] ?? type, comment: description ?? null },
      ]),
    ),
  };
}

const fieldsOf = ({ schema }: TableMetadata) => (schema as { fields?: Field[] } | undefined)?.fields ?? [];
