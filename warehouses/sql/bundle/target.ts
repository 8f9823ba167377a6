/** What a bundle of SQL files needs to know of a warehouse beside its dialect. */
import type { Column, Table } from '../../../model/column.js';
import type { Dialect } from '../dialect.js';

export interface BundleNames {
  /** Schema (BigQuery: dataset) of the tables; the staged ones are in another of that name with `_staging`. */
  schema: string;
  /** Where the copy of the directory is, without a slash at its end. */
  location: string;
}

export interface BundleTarget {
  readonly dialect: Dialect;
  /** The warehouse, as its makers write it. */
  readonly title: string;
  /** Kind of the directory that is copied from. */
  readonly format: 'parquet' | 'ndjson';
  /** The statements were run in this project's tests, on the warehouse itself. */
  readonly isTested: boolean;
  /** What has to be there before, and how files are run: Markdown. */
  readonly howToRun: string;
  /** Schemas, and what else the files stand on. */
  prepare(): string[];
  /** Makes a table of the registry where there is none. */
  createTable(table: Table): string[];
  staged(table: Table): string;
  /** Makes the staged table anew, with the rows of the directory; JSON is JSON already. */
  stage(table: Table): string[];
  /** Fails with the message when the query has rows. @param violations a query */
  refuse(violations: string, message: string): string;
  /**
   * What makes all statements between them one transaction, and whether tables and views can be made in one; null
   * where there is no such thing.
   */
  readonly transaction: { begin: string; commit: string; withTables: boolean } | null;
  /** A file that another program runs before anything is staged. */
  readonly before?: { name: string; statements(tables: readonly Table[]): string[] };
}

/** Columns as CREATE TABLE lists them. @param described what follows type and nullability */
export const definitions = (
  { identifier, types }: Pick<Dialect, 'identifier' | 'types'>,
  columns: readonly Column[],
  described: (column: Column) => string = () => '',
) =>
  columns.map(
    (column) =>
      `${identifier(column.name)} ${types[column.type]}${column.nullable ? '' : ' NOT NULL'}${described(column)}`,
  );

/** Columns of a staged table: NULL is found by a check that says where, not by the copy. */
export const stagedDefinitions = (dialect: Pick<Dialect, 'identifier' | 'types'>, { columns }: Table) =>
  definitions(
    dialect,
    columns.map((column) => ({ ...column, nullable: true })),
  ).join(',\n  ');

/** Columns that a file of the table has: a Parquet file leaves the month to the name of its folder. */
export const inFolder = (table: Table, { name }: Column) => name === table.partitionBy;

/** COMMENT statements for a table and its columns. */
export const comments = ({ identifier, table, text }: Dialect, { name, grain, columns }: Table) => [
  `COMMENT ON TABLE ${table(name)} IS ${text(grain)}`,
  ...columns.map(
    (column) => `COMMENT ON COLUMN ${table(name)}.${identifier(column.name)} IS ${text(column.description)}`,
  ),
];

/**
 * Fails by a cast that cannot be done: the message is part of what the warehouse then says. For those that have no
 * statement to fail with.
 */
export const refuseByCast = ({ text }: Pick<Dialect, 'text'>, violations: string, message: string) =>
  `SELECT CAST(CASE WHEN count(*) = 0 THEN '0' ELSE ${text(message)} END AS integer) AS violations
FROM (${violations}) V`;
