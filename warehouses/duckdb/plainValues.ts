/** Values of DuckDB as JSON can carry them. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBArrayValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';

/**
 * Integers become numbers while they are exact, else text; timestamps ISO 8601 in UTC with milliseconds; dates
 * YYYY-MM-DD; lists and structs arrays and objects; everything else as DuckDB prints it.
 */
function toPlain(value: DuckDBValue): unknown {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? toNumber(value) : value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue) {
    return value.isFinite ? toIsoMillis(value.micros) : String(value);
  }
  if (value instanceof DuckDBDateValue) return String(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toPlain);
  if (value instanceof DuckDBStructValue) return toPlainRow(value.entries);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('hex');
  return String(value);
}

export function toPlainRow(row: Readonly<Record<string, DuckDBValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toPlain(value)]));
}

function toNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function toIsoMillis(micros: bigint): string {
  // Rounds down, also before 1970, so that equal moments stay equal and order is kept.
  const millis = (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n;
  const date = new Date(Number(millis));
  return Number.isNaN(date.getTime()) ? `${micros} microseconds` : date.toISOString();
}

/** Runs a query and returns its rows as plain objects. */
export async function plainRows(
  connection: DuckDBConnection,
  sql: string,
  parameters: DuckDBValue[] = [],
): Promise<Record<string, unknown>[]> {
  const result = await connection.runAndReadAll(sql, parameters);
  return result.getRowObjects().map(toPlainRow);
}
