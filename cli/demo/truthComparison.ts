/** Comparing a warehouse with what a simulated organisation says a perfect export must hold. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { tables, type TableName } from '../../model/tables.js';
import type { Column, Table } from '../../model/column.js';
import type { Warehouse } from '../../warehouses/warehouse.js';

export interface TableComparison {
  table: TableName;
  rows: number;
  missing: number;
  extra: number;
  different: number;
  /** A few deviations in words. */
  examples: string[];
}

type RowObject = Record<string, unknown>;

/** Tables whose rows the simulator can foretell under the published contract of Genesys Cloud. */
export const comparedTables = [
  'evaluations',
  'evaluation_group_scores',
  'evaluation_answers',
  'calibrations',
  'calibration_evaluations',
  'calibration_answers',
  'forms',
  'form_questions',
  'form_answer_options',
  'users',
  'queues',
  'divisions',
] as const satisfies readonly TableName[];

const shownExamples = 5;

/**
 * Compares every table, column by column, for the columns that the truth has.
 * @param truthUrl the simulator's truth endpoint, with its query but for the table
 */
export async function compareWithTruth(
  warehouse: Warehouse,
  connection: string,
  truthUrl: URL,
  names: readonly TableName[] = comparedTables,
): Promise<TableComparison[]> {
  const comparisons: TableComparison[] = [];
  for (const table of names) {
    comparisons.push(await compareTable(warehouse, connection, table, truthUrl));
  }
  return comparisons;
}

async function compareTable(
  warehouse: Warehouse,
  connection: string,
  name: TableName,
  truthUrl: URL,
): Promise<TableComparison> {
  const table: Table = tables[name];
  // Detection time is ours, not the organisation's.
  const key = table.key.filter((column) => column !== 'connection' && column !== 'detected_at');
  const url = new URL(truthUrl);
  url.searchParams.set('table', name);
  const truth = truthRows(url);
  const first = await truth.next();
  const columns = comparedColumns(table, key, first.done === true ? {} : first.value);
  const held = await rowsHeld(warehouse, connection, table, name, columns, key);

  const result: TableComparison = {
    table: name,
    rows: held.size,
    missing: 0,
    extra: 0,
    different: 0,
    examples: [],
  };
  const note = (text: string) => {
    if (result.examples.length < shownExamples) result.examples.push(text);
  };
  const compareRow = (expected: RowObject): void => {
    const id = keyOf(expected, key);
    const actual = held.get(id);
    held.delete(id);
    if (actual === undefined) {
      result.missing += 1;
      note(`${name} ${id} is missing`);
      return;
    }
    const deviation = deviationOf(columns, expected, actual);
    if (deviation === null) return;
    result.different += 1;
    note(`${name} ${id}: ${deviation}`);
  };
  if (first.done !== true) compareRow(first.value);
  for await (const expected of truth) compareRow(expected);
  result.extra = held.size;
  for (const id of [...held.keys()].slice(0, shownExamples)) note(`${name} ${id} should not be there`);
  return result;
}

/** The columns that the truth has, and the key. */
function comparedColumns(table: Table, key: readonly string[], expected: RowObject): Map<string, Column> {
  const known = new Map(table.columns.map((column) => [column.name, column]));
  return new Map(
    [...new Set([...key, ...Object.keys(expected)])].map((name) => {
      const column = known.get(name);
      if (column === undefined)
        throw new Error(`The truth has a column ${name} that the model does not know.`);
      return [name, column];
    }),
  );
}

async function rowsHeld(
  warehouse: Warehouse,
  connection: string,
  table: Table,
  name: TableName,
  columns: ReadonlyMap<string, Column>,
  key: readonly string[],
): Promise<Map<string, RowObject>> {
  const current = table.columns.some((column) => column.name === 'is_deleted') ? 'AND NOT is_deleted' : '';
  const rows = await warehouse.query(
    `SELECT ${[...columns.keys()].join(', ')} FROM ${name}
     WHERE connection = '${connection.replaceAll("'", "''")}' ${current}`,
  );
  return new Map(rows.map((row) => [keyOf(row, key), row]));
}

async function* truthRows(url: URL): AsyncGenerator<RowObject> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`);
  }
  const lines = createInterface({
    input: Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
  });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as RowObject;
}

function keyOf(row: RowObject, key: readonly string[]): string {
  return key.map((column) => String(row[column])).join('|');
}

function deviationOf(
  columns: ReadonlyMap<string, Column>,
  expected: RowObject,
  actual: RowObject,
): string | null {
  for (const [name, value] of Object.entries(expected)) {
    const column = columns.get(name);
    if (column === undefined) return `only some rows of the truth have ${name}`;
    const have = actual[name];
    // Most values are equal as they are.
    if (value === have) continue;
    const wanted = comparable(column, value);
    const held = comparable(column, have);
    if (wanted !== held) return `${name} is ${shorten(held)}, should be ${shorten(wanted)}`;
  }
  return null;
}

/** Values in a form in which equal things are equal: times as instants, JSON by content, numbers by their double. */
function comparable(column: Column, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  switch (column.type) {
    case 'timestamp':
      return String(Date.parse(String(value)));
    case 'date':
      return String(value).slice(0, 10);
    case 'integer':
    case 'double':
      return Number(value).toPrecision(12);
    case 'json':
      return canonicalJson(typeof value === 'string' ? (JSON.parse(value) as unknown) : value);
    default:
      return String(value);
  }
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
