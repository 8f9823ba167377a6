/** Canonical rows as lines of CSV that DuckDB reads back to exactly the same values. */
import type { Column, ColumnType } from '../model/column.js';
import { TidemarkError } from '../model/errors.js';
import { perShape } from '../model/rowShape.js';

export type PlainRow = Readonly<Record<string, unknown>>;
export type RowEncoder = (row: PlainRow) => string;

/** Texts are quoted by a character that hardly any of them holds: JSON would be twice as long between its own. */
const quote = '\u0001';

/** How DuckDB reads what encoders write; null is nothing at all. */
export const csvOptions = `auto_detect = false, header = false, delim = ',', quote = '${quote}', escape = '${quote}',
  new_line = '\\n', nullstr = '', allow_quoted_nulls = false, strict_mode = true, parallel = false`;

/** No row has it, not even one that lacks the column. */
const nothingYet = Symbol('nothing yet');

interface Field {
  readonly column: Column;
  readonly encode: (value: unknown) => string | undefined;
  /** Rows about one record come together and mostly say the same of it. */
  latest: unknown;
  latestText: string;
}

/** Makes the encoder of a table. It throws SchemaMismatch naming table, column and value for a value of the wrong type. */
export function createRowEncoder(table: string, columns: readonly Column[]): RowEncoder {
  const fields = columns.map((column): Field => ({
    column,
    encode: encoders[column.type],
    latest: nothingYet,
    latestText: '',
  }));
  const texts: string[] = fields.map(() => '');
  /** Where a row has the values of the fields; -1 for a column that it lacks. */
  const placesOf = perShape((found) => {
    refuseUnknown(table, columns, found);
    return columns.map(({ name }) => found.indexOf(name));
  });
  return (row) => {
    const places = placesOf(row);
    const values: unknown[] = Object.values(row);
    let index = 0;
    for (const field of fields) {
      const value = values[places[index] ?? -1];
      if (!Object.is(value, field.latest)) {
        const { column } = field;
        const text = value === null && column.nullable ? '' : field.encode(value);
        if (text === undefined) throw mismatch(table, column, value);
        field.latest = value;
        field.latestText = text;
      }
      texts[index++] = field.latestText;
    }
    return `${texts.join()}\n`;
  };
}

const quoted = (text: string) =>
  quote + (text.includes(quote) ? text.replaceAll(quote, quote + quote) : text) + quote;

/** The value as CSV; undefined when it is not of the column's type. */
const encoders: Readonly<Record<ColumnType, (value: unknown) => string | undefined>> = {
  // Half of a surrogate pair has no UTF-8 form, and no warehouse stores it: vendors that cut texts in the middle of an
  // emoji send such halves. They become U+FFFD, as every UTF-8 encoder makes of them.
  string: (value) => (typeof value === 'string' ? quoted(value) : undefined),
  // That it is JSON its type says.
  json: (value) => (typeof value === 'string' ? quoted(pairSurrogateEscapes(value)) : undefined),
  integer: (value) => (Number.isSafeInteger(value) ? String(value) : undefined),
  double: (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
    // String would lose the sign of zero.
    return Object.is(value, -0) ? '-0.0' : String(value);
  },
  boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  timestamp: (value) => (typeof value === 'string' && isTimestamp(value) ? value : undefined),
  date: (value) => (typeof value === 'string' && isDate(value) ? value : undefined),
};

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const timePattern = /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z$/;

function isDate(text: string): boolean {
  if (!datePattern.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** UTC, written with Z and at most microseconds: what every warehouse can hold without rounding. */
function isTimestamp(text: string): boolean {
  return isDate(text.slice(0, 10)) && timePattern.test(text.slice(10));
}

const escapes =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gs;

/** The same halves written as escapes inside JSON text, which JSON types of warehouses refuse. */
function pairSurrogateEscapes(json: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return json;
  return json.replace(escapes, (escape) =>
    escape.length === 6 && /^\\u[dD][89a-fA-F]/.test(escape) ? '\\ufffd' : escape,
  );
}

function refuseUnknown(table: string, columns: readonly Column[], found: readonly string[]): void {
  const unknown = found.find((name) => !columns.some((column) => column.name === name));
  if (unknown === undefined) return;
  throw new TidemarkError('SchemaMismatch', `${table}.${unknown} is not a column that is staged.`, {
    remedy: 'Add it to the column registry in model/, or leave it out of the row.',
  });
}

function mismatch(table: string, column: Column, value: unknown): TidemarkError {
  const wanted = column.nullable ? `${column.type} or null` : column.type;
  return new TidemarkError(
    'SchemaMismatch',
    `${table}.${column.name} must be ${wanted}, not ${describeValue(column, value)}.`,
  );
}

function describeValue(column: Column, value: unknown): string {
  if (value === undefined) return 'missing';
  // Messages end up in logs and history, where nothing about a person may be.
  if (column.personal === true && value !== null)
    return `a ${typeof value} (not shown, as it may be about a person)`;
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
