/** Statements and literals as the SQL standard has them; most dialects take most of them. */
import {
  sameKey,
  type Dialect,
  type Meeting,
  type Update,
  type Upsert,
  type ViewDefinition,
} from '../dialect.js';

/** For dialects in which a backslash is a character like any other. */
export { identifier as standardIdentifier, literal as standardText } from '../../../model/sqlText.js';

/** For dialects that read backslashes in texts as escapes. */
export const backslashText = (value: string) =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;

/** For dialects in which AT TIME ZONE gives the wall clock there. */
export const utcMonth = (moment: string) => `CAST(date_trunc('month', ${moment} AT TIME ZONE 'UTC') AS date)`;

type Naming = Pick<Dialect, 'identifier'>;
type Describing = Pick<Dialect, 'identifier' | 'text'>;

export const names = ({ identifier }: Naming, columns: readonly string[]) =>
  columns.map((column) => identifier(column)).join(', ');

const meeting = (dialect: Naming, { key, where }: Meeting) =>
  [sameKey(dialect, key, 'T', 'S'), ...(where ?? [])].join(' AND ');

const assignments = ({ identifier }: Naming, set: Update['set']) =>
  set.map(([column, value]) => `${identifier(column)} = ${value}`).join(', ');

const replacing = ({ identifier }: Naming, { replaced }: Upsert): Update['set'] =>
  replaced.map((column) => [column, `S.${identifier(column)}`]);

export function updateFrom(dialect: Naming, update: Update): string {
  return `UPDATE ${update.target} AS T SET ${assignments(dialect, update.set)}
    FROM ${update.source} AS S WHERE ${meeting(dialect, update)}`;
}

export function mergeUpdate(dialect: Naming, update: Update): string {
  return `MERGE INTO ${update.target} AS T USING ${update.source} AS S ON ${meeting(dialect, update)}
    WHEN MATCHED THEN UPDATE SET ${assignments(dialect, update.set)}`;
}

export function mergeUpsert(dialect: Naming, upsert: Upsert): string {
  const { identifier } = dialect;
  return `MERGE INTO ${upsert.target} AS T USING ${upsert.source} AS S ON ${meeting(dialect, upsert)}
    WHEN MATCHED THEN UPDATE SET ${assignments(dialect, replacing(dialect, upsert))}
    WHEN NOT MATCHED THEN INSERT (${names(dialect, upsert.columns)})
      VALUES (${upsert.columns.map((column) => `S.${identifier(column)}`).join(', ')})`;
}

/** For dialects that describe a view by statements of their own. */
export function viewWithComments({ identifier, text }: Describing, definition: ViewDefinition): string[] {
  const { view, description, columns, query } = definition;
  return [
    `CREATE OR REPLACE VIEW ${view} AS ${query}`,
    `COMMENT ON VIEW ${view} IS ${text(description)}`,
    ...columns.map(
      (column) => `COMMENT ON COLUMN ${view}.${identifier(column.name)} IS ${text(column.description)}`,
    ),
  ];
}

/**
 * For dialects that describe a view where they name its columns.
 * @param described makes a description of a text literal
 */
export function viewWithListedColumns(
  { identifier, text }: Describing,
  { view, description, columns, query }: ViewDefinition,
  described: (literal: string) => string,
  describedColumn = (literal: string) => `COMMENT ${literal}`,
): string {
  const listed = columns.map(
    (column) => `${identifier(column.name)} ${describedColumn(text(column.description))}`,
  );
  return `CREATE OR REPLACE VIEW ${view} (${listed.join(', ')}) ${described(text(description))} AS ${query}`;
}
