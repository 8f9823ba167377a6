/**
 * Rows as BigQuery's API sends them, as JSON can carry them. The client's own parsing puts moments before 1970 a second
 * off and rounds large integers.
 */

export interface Field {
  name?: string;
  type?: string;
  mode?: string;
  fields?: Field[];
}

/** Every value is text, null, a list of values or a row of them. */
interface WireRow {
  f?: { v?: unknown }[];
}

/**
 * Integers are numbers while they are exact, else text; timestamps ISO 8601 in UTC with milliseconds; dates
 * YYYY-MM-DD; JSON its text; arrays and structs arrays and objects; everything else as BigQuery prints it.
 * @param row with timestamps as microseconds
 */
export function toPlainRow(fields: readonly Field[], row: unknown): Record<string, unknown> {
  const values = (row as WireRow).f ?? [];
  return Object.fromEntries(
    fields.map((field, index) => [field.name ?? '', toPlain(field, values[index]?.v ?? null)]),
  );
}

function toPlain(field: Field, value: unknown): unknown {
  if (value === null) return null;
  if (field.mode === 'REPEATED') {
    const element = { ...field, mode: 'NULLABLE' };
    return (value as { v?: unknown }[]).map(({ v = null }) => toPlain(element, v));
  }
  switch (field.type) {
    case 'RECORD':
    case 'STRUCT':
      return toPlainRow(field.fields ?? [], value);
    case 'INTEGER':
    case 'INT64':
      return toNumber(String(value));
    case 'FLOAT':
    case 'FLOAT64':
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return Number(value);
    case 'BOOLEAN':
    case 'BOOL':
      return value === 'true' || value === true;
    case 'TIMESTAMP':
      return toIsoMillis(BigInt(String(value)));
    default:
      return value;
  }
}

function toNumber(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** Rounds down, also before 1970, so that equal moments stay equal and order is kept. */
function toIsoMillis(micros: bigint): string {
  const millis = (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n;
  return new Date(Number(millis)).toISOString();
}
