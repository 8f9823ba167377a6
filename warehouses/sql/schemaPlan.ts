/**
 * What must be added to the tables that a warehouse holds so that they have what the registry says; by adding only,
 * so that no version of Tidemark takes away what another one, or a person, put there.
 */
import type { Column } from '../../model/column.js';
import { TidemarkError } from '../../model/errors.js';
import { tableNames, tables, type Row, type TableName } from '../../model/tables.js';
import type { SchemaChange } from '../warehouse.js';
import type { Dialect } from './dialect.js';

export interface HeldTable {
  comment: string | null;
  /** By name; types as the catalog spells them. */
  columns: Map<string, { type: string; comment: string | null }>;
}

export interface PlannedChange extends SchemaChange {
  /** Type of an added column. */
  type: string | null;
}

export interface PlannedComment {
  table: TableName;
  /** Null: of the table itself. */
  column: string | null;
  text: string;
}

export interface SchemaPlan {
  changes: PlannedChange[];
  comments: PlannedComment[];
}

/**
 * Throws InvalidConfig when a column that is held has another type than the registry.
 * @param held what the catalog says, by table
 * @param remedy what a person can do about such a column
 */
export function planSchema(
  { types }: Pick<Dialect, 'types'>,
  held: ReadonlyMap<string, HeldTable>,
  remedy: string,
): SchemaPlan {
  const plan: SchemaPlan = { changes: [], comments: [] };
  for (const name of tableNames) planTable(plan, types, name, held.get(name), remedy);
  return plan;
}

function planTable(
  plan: SchemaPlan,
  types: Dialect['types'],
  name: TableName,
  held: HeldTable | undefined,
  remedy: string,
): void {
  const { columns, grain } = tables[name];
  if (held === undefined)
    plan.changes.push({ table: name, column: null, change: 'create_table', type: null });
  if (held?.comment !== grain) plan.comments.push({ table: name, column: null, text: grain });
  for (const column of columns) {
    const type = types[column.type];
    const heldColumn = held?.columns.get(column.name);
    if (held !== undefined && heldColumn === undefined) {
      plan.changes.push({ table: name, column: column.name, change: 'add_column', type });
    }
    if (heldColumn !== undefined && heldColumn.type !== type) {
      throw new TidemarkError(
        'InvalidConfig',
        `Column ${name}.${column.name} of the warehouse is ${heldColumn.type}, but ${type} is to be loaded into it.`,
        { remedy },
      );
    }
    if (heldColumn?.comment !== column.description) {
      plan.comments.push({ table: name, column: column.name, text: column.description });
    }
  }
}

/**
 * The statements of a plan, for warehouses with COMMENT ON.
 * @param partitioning what follows the columns of a new table
 */
export function schemaStatements(
  dialect: Dialect,
  { changes, comments }: SchemaPlan,
  partitioning: (table: TableName) => string = () => '',
): string[] {
  const { identifier, table, text } = dialect;
  return [
    ...changes.map(({ table: name, column, type }) =>
      column === null
        ? `CREATE TABLE ${table(name)} (${tables[name].columns.map((each) => definition(dialect, each)).join(', ')})${partitioning(name)}`
        : // Nullable whatever the registry says: rows loaded before have no value.
          `ALTER TABLE ${table(name)} ADD COLUMN ${identifier(column)} ${type}`,
    ),
    ...comments.map(({ table: name, column, text: comment }) =>
      column === null
        ? `COMMENT ON TABLE ${table(name)} IS ${text(comment)}`
        : `COMMENT ON COLUMN ${table(name)}.${identifier(column)} IS ${text(comment)}`,
    ),
  ];
}

function definition({ identifier, types }: Dialect, { name, type, nullable }: Column): string {
  return `${identifier(name)} ${types[type]}${nullable ? '' : ' NOT NULL'}`;
}

/** Rows of schema_changes. @param changedAt ISO 8601 UTC */
export function changeRows(changes: readonly PlannedChange[], changedAt: string): Row<'schema_changes'>[] {
  return changes.map(({ table, column, change, type }) => ({
    table_name: table,
    column_name: column,
    change,
    column_type: type,
    changed_at: changedAt,
  }));
}
