import type { ColumnType } from '../../model/column.js';

/** Types in the DuckDB file, spelled as its catalog spells them. */
export const warehouseTypes = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
  json: 'JSON',
} as const satisfies Record<ColumnType, string>;

/** Types in staged Parquet files: the same, but JSON is still text. */
export const stagedTypes = { ...warehouseTypes, json: 'VARCHAR' } as const satisfies Record<
  ColumnType,
  string
>;
