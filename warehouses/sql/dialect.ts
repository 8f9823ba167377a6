/** What the SQL of warehouses has in common, and where it differs. Everything here makes text and does no I/O. */
import type { ColumnType } from '../../model/column.js';
import type { StagedTableName } from '../../model/tables.js';

export type DialectName = 'duckdb' | 'postgres' | 'bigquery' | 'snowflake' | 'redshift' | 'databricks';

/** Rows of one table meet rows of a table of the warehouse by key. */
export interface Meeting {
  /** The target, as SQL names it; its alias is T. */
  target: string;
  /** The source, as SQL names it: a table, or a query in parentheses; its alias is S. */
  source: string;
  /** Columns that join both. */
  key: readonly string[];
  /** Further conditions on T and S, such as months for pruning. */
  where?: readonly string[];
}

export interface Update extends Meeting {
  /** Column of the target and expression over T and S. */
  set: readonly (readonly [column: string, value: string])[];
}

export interface Upsert extends Meeting {
  /** Columns of the source, all of which the target has too. */
  columns: readonly string[];
  /** Those of them that replace what the target holds. */
  replaced: readonly string[];
}

/** A view as it is to be made. */
export interface ViewDefinition {
  /** The view, as SQL names it. */
  view: string;
  description: string;
  /** Its columns in the order of the query. */
  columns: readonly { readonly name: string; readonly description: string }[];
  query: string;
}

export interface Dialect {
  readonly name: DialectName;
  /** Types of columns in the warehouse, spelled as its catalog spells them. */
  readonly types: Readonly<Record<ColumnType, string>>;
  /** Types of columns in staging: the same, but JSON is still text. */
  readonly stagedTypes: Readonly<Record<ColumnType, string>>;
  /** A table of the registry as statements name it. */
  table(name: string): string;
  /** A staged table of the batch as statements name it. */
  staged(name: StagedTableName): string;
  identifier(name: string): string;
  /** Literal of a text. */
  text(value: string): string;
  /** Literal of a moment. @param iso ISO 8601 in UTC */
  timestamp(iso: string): string;
  /** Literal of a day. @param day YYYY-MM-DD */
  date(day: string): string;
  /** JSON text as the warehouse's JSON. */
  parseJson(text: string): string;
  /** The warehouse's JSON as text. */
  jsonText(json: string): string;
  /** Any value as text. */
  textOf(value: string): string;
  /** First day of the month of a moment in UTC, whatever the time zone of the session. */
  monthOf(moment: string): string;
  /** Aggregate: texts with commas between them; null without any. */
  joined(text: string): string;
  /** A table that lives as long as the load. */
  createTemporary(name: string, select: string): string[];
  /** Changes rows of the target that meet one row of the source. */
  update(update: Update): string;
  /** Replaces rows of the target that meet a row of the source, and inserts the others. */
  upsert(upsert: Upsert): string;
  /** Makes a view or puts it in the place of an older one, described as far as the warehouse keeps descriptions. */
  createView(view: ViewDefinition): string[];
}

/** Joins two aliases on a key. */
export const sameKey = (
  { identifier }: Pick<Dialect, 'identifier'>,
  key: readonly string[],
  left: string,
  right: string,
) => key.map((column) => `${left}.${identifier(column)} = ${right}.${identifier(column)}`).join(' AND ');

/** That a flag is not set. Rows of before a column was lost and came back have none: nothing was said against them. */
export const isNot = (flag: string) => `NOT coalesce(${flag}, false)`;

/** Literal of a value of a row, by the type of its column. */
export function literalOf(dialect: Dialect, type: ColumnType, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  switch (type) {
    case 'integer':
    case 'double':
    case 'boolean':
      return String(value);
    case 'timestamp':
      return dialect.timestamp(String(value));
    case 'date':
      return dialect.date(String(value));
    case 'json':
      return dialect.parseJson(dialect.text(String(value)));
    case 'string':
      return dialect.text(String(value));
  }
}
