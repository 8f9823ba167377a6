/** What may be put into which column: DuckDB would cast text into anything. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Node } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { sqlType, type FieldType, type TableField } from '../fields.js';
import { describeQuery } from '../storage.js';

/** Values on their way into columns. */
export interface Assignment {
  /** A query in parentheses with one column for each of `columns`. */
  from: string;
  columns: readonly string[];
  /** The expressions of those columns where they are known. */
  literals: readonly Node[];
}

const coercions: Partial<Record<FieldType, readonly FieldType[]>> = {
  INTEGER: ['FLOAT', 'NUMERIC'],
  NUMERIC: ['FLOAT'],
  DATE: ['DATETIME'],
};

/** Types that a literal text, a NULL or a parameter may stand for. */
const fromText: ReadonlySet<FieldType> = new Set(['STRING', 'DATE', 'TIMESTAMP', 'DATETIME', 'BYTES']);

/** Throws when a value has a type that its column does not take. */
export async function assignable(
  connection: DuckDBConnection,
  fields: readonly TableField[] | undefined,
  { from, columns, literals }: Assignment,
): Promise<void> {
  if (fields === undefined) return;
  const given = await describeQuery(connection, `SELECT * FROM ${from}`);
  if (given.length !== columns.length) {
    throw invalidQuery(
      `Inserted row has wrong column count; Has ${given.length}, expected ${columns.length}`,
    );
  }
  for (const [index, value] of given.entries()) {
    const name = columns[index] ?? '';
    const field = fields.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (field === undefined) throw invalidQuery(`Column ${name} is not present in the table`);
    const literal = literals[index]?.type;
    if (literal === 'null_literal' || literal === 'default') continue;
    if (literal === 'string_literal' && fromText.has(field.type)) continue;
    const sameMode = (value.mode === 'REPEATED') === (field.mode === 'REPEATED');
    if (sameMode && (value.type === field.type || coercions[value.type]?.includes(field.type))) continue;
    throw invalidQuery(
      `Value has type ${sqlType(value)} which cannot be inserted into column ${field.name}, which has type ${sqlType(field)}`,
    );
  }
}
