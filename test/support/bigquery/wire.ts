/** Rows as the service sends them. */
import {
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBBlobValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { TableField } from './fields.js';

interface WireCell {
  v: string | null | WireCell[];
}

export interface WireRow {
  f: WireCell[];
}

export function wireRows(
  fields: readonly TableField[],
  rows: readonly DuckDBValue[][],
  int64Timestamps: boolean,
): WireRow[] {
  return rows.map((row) => ({
    f: row.map((value, index) => cell(value, fields[index]?.mode === 'REPEATED', int64Timestamps)),
  }));
}

function cell(value: DuckDBValue, repeated: boolean, int64Timestamps: boolean): WireCell {
  if (value instanceof DuckDBListValue) {
    return { v: value.items.map((item) => cell(item, false, int64Timestamps)) };
  }
  // An array that is NULL is stored as an empty one.
  if (value === null) return { v: repeated ? [] : null };
  if (value instanceof DuckDBTimestampTZValue) {
    return { v: int64Timestamps ? String(value.micros) : floatSeconds(value.micros) };
  }
  if (value instanceof DuckDBBlobValue) return { v: Buffer.from(value.bytes).toString('base64') };
  if (value instanceof DuckDBDecimalValue) return { v: trimDecimal(String(value)) };
  return { v: String(value) };
}

/** Seconds with microseconds, in the notation 1.7636112E9. */
function floatSeconds(micros: bigint): string {
  return (Number(micros) / 1e6).toExponential().replace('e+', 'E').replace('e-', 'E-');
}

const trimDecimal = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

/** A row as a test compares it: numbers, text, booleans and null; timestamps in ISO 8601 with microseconds. */
export function plainRow(
  fields: readonly TableField[],
  row: readonly DuckDBValue[],
): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name }, index) => [name, plain(row[index] ?? null)]));
}

function plain(value: DuckDBValue): unknown {
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  if (value instanceof DuckDBTimestampTZValue) {
    const millis = new Date(Number(value.micros / 1000n)).toISOString();
    return `${millis.slice(0, -1)}${String(value.micros % 1000n).padStart(3, '0')}Z`;
  }
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}
