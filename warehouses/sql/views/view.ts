/** What a view for analysts is made of. */
import type { Column } from '../../../model/column.js';
import { tables, type TableName } from '../../../model/tables.js';
import { isNot, type Dialect } from '../dialect.js';

export type ViewColumn = Pick<Column, 'name' | 'type' | 'description' | 'personal'>;

export interface View {
  name: string;
  /** What one row stands for and what is left out, in sentences. */
  description: string;
  columns: readonly ViewColumn[];
  /** The query behind it. */
  sql: string;
}

/** A column of a view with the SQL of its value. */
export type Selected = readonly [value: string, column: ViewColumn];

/** Columns of a table as they are, described as the registry describes them. @param alias of the table in the query */
export function taken(alias: string, table: TableName, names: readonly string[]): Selected[] {
  const columns: readonly Column[] = tables[table].columns;
  return names.map((name) => {
    const column = columns.find((each) => each.name === name);
    if (column === undefined) throw new Error(`${table} has no column ${name} for a view.`);
    const { type, description, personal } = column;
    return [`${alias}.${name}`, { name, type, description, ...(personal === true ? { personal } : {}) }];
  });
}

export const computed = (
  value: string,
  name: string,
  type: Column['type'],
  description: string,
  personal?: true,
): Selected => [value, { name, type, description, ...(personal === true ? { personal } : {}) }];

/**
 * The vendor, behind the columns that views had before it: a view that a warehouse has may gain columns only there.
 * @param alias of rows that know it
 */
export const vendorOf = (alias: string): Selected[] => taken(alias, 'evaluations', ['source_system']);

/**
 * The form over all its versions. Where the source gives no such id its version stays alone, because scores of
 * different forms do not compare.
 * @param evaluation alias of an evaluation, or of anything else that names its form so
 */
export const stableForm = (evaluation: string): Selected =>
  computed(
    `coalesce(${evaluation}.form_context_id, ${evaluation}.form_id)`,
    'form_context_id',
    'string',
    'The form over all its versions; the id of its version where the source gives no other.',
  );

/** The list between SELECT and FROM. */
export const selectList = ({ identifier }: Pick<Dialect, 'identifier'>, selected: readonly Selected[]) =>
  selected.map(([value, { name }]) => `${value} AS ${identifier(name)}`).join(',\n  ');

export const columnsOf = (selected: readonly Selected[]): ViewColumn[] =>
  selected.map(([, column]) => column);

/** Evaluations that count for an agent: finished, still at the source and in use. Calibrations and self-assessments are tables apart. */
export const counts = (evaluation: string) =>
  `${isNot(`${evaluation}.is_deleted`)} AND ${isNot(`${evaluation}.is_archived`)} AND ${evaluation}.status = 'FINISHED'`;

/**
 * Those of them whose scores compare. One that is pending is not the vendor's last word: it is loaded all the same when
 * it stays so for days, and in an average it would weigh like any other.
 */
export const settled = (evaluation: string) =>
  `${counts(evaluation)} AND coalesce(${evaluation}.score_calculation_status, 'final') <> 'pending'`;
