/** Rows of any table, made from the column registry: a test says only what matters to it. */
import type { Column } from '../../model/column.js';
import { stagedColumns, type Row, type StagedTableName } from '../../model/tables.js';

const defaults: Record<Column['type'], string | number | boolean> = {
  string: 'text',
  integer: 1,
  double: 1.5,
  boolean: false,
  timestamp: '2026-11-01T10:00:00.000Z',
  date: '2026-11-01',
  json: '{}',
};

/** A row with a value in every column, and those given. */
export function sampleRow<N extends StagedTableName>(table: N, values: Partial<Row<N>> = {}): Row<N> {
  const row: Record<string, unknown> = {};
  for (const { name, type } of stagedColumns(table)) row[name] = defaults[type];
  return { ...row, ...values } as Row<N>;
}
