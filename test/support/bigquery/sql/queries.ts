/** Queries and what they read from. */
import type { Node, SelectStmt } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { quoted, storedName } from '../quoting.js';
import { informationSchema } from './informationSchema.js';
import { words } from './expressions.js';
import { nameParts, untranslated, type Emitters, type Translation } from './translation.js';

/** A table, view or common table expression with the name it goes by in the query. */
export function writeRelation(node: Node, t: Translation, alias?: string): string {
  const parts = nameParts(node);
  const [name = ''] = parts.slice(-1);
  const as = ` AS ${quoted(alias ?? name)}`;
  if (parts.length === 1) {
    if (t.common.has(name.toLowerCase())) return quoted(name) + as;
    if (t.isTemporary(name)) return `temp.${quoted(name)}${as}`;
  }
  if (parts.at(-2)?.toUpperCase() === 'INFORMATION_SCHEMA') {
    return `(${informationSchema(parts, t.names.catalog)})${as}`;
  }
  const { name: table, resource } = t.table(parts);
  if (resource.view === undefined) return storedName(table) + as;
  // By the names of the view, which its query need not have.
  const columns = resource.schema.fields.map((field) => quoted(field.name)).join(', ');
  return `(${t.writeView(resource.view.query)})${as} (${columns})`;
}

/** An array as rows: the element goes by the alias, and so does its place by the alias of the offset. */
function writeUnnest(array: string, element: string | undefined, offset: string | undefined): string {
  const name = quoted(element ?? 'element');
  const place = offset === undefined ? '' : `, generate_subscripts(${array}, 1) - 1 AS ${quoted(offset)}`;
  return `LATERAL (SELECT unnest(${array}) AS ${name}${place}) AS ${name}`;
}

function unnestParts(node: Node): { array: Node; alias: string | undefined } {
  const inner = node.type === 'alias' ? (node.expr as Node) : node;
  if (inner.type !== 'unnest_expr') throw untranslated('an array without UNNEST in FROM');
  return { array: inner.expr, alias: node.type === 'alias' ? node.alias.name : undefined };
}

/** A factor of FROM, with the alias that stands beside it. */
function writeFactor(node: Node, t: Translation, alias?: string): string {
  if (node.type === 'alias') {
    return writeFactor(node.expr as Node, t, node.alias.name);
  }
  if (node.type === 'unnest_with_offset_expr') {
    const { array, alias: element } = unnestParts(node.unnest);
    return writeUnnest(t.emit(array), element, alias ?? 'offset');
  }
  if (node.type === 'unnest_expr') return writeUnnest(t.emit(node.expr), alias, undefined);
  if (node.type === 'paren_expr') {
    const inner = node.expr as Node;
    const written =
      inner.type === 'select_stmt' || inner.type === 'compound_select_stmt' || inner.type === 'paren_expr'
        ? t.emit(inner)
        : writeFactor(inner, t);
    return `(${written})${alias === undefined ? '' : ` AS ${quoted(alias)}`}`;
  }
  if (node.type === 'join_expr') {
    const { left, operator, right, specification } = node;
    const join = operator === ',' ? ',' : words(operator).toUpperCase();
    if (!/^(,|(INNER |CROSS |(LEFT|RIGHT|FULL) (OUTER )?)?JOIN)$/.test(join)) throw untranslated(join);
    const on = specification === undefined ? '' : t.emit(specification);
    return `${writeFactor(left, t)} ${join} ${writeFactor(right, t)} ${on}`;
  }
  if (
    node.type === 'identifier' ||
    node.type === 'member_expr' ||
    node.type === 'bigquery_quoted_member_expr'
  ) {
    return writeRelation(node, t, alias);
  }
  throw untranslated(`${node.type.replaceAll('_', ' ')} in FROM`);
}

/** Names of common table expressions hold for the whole statement: inner ones are named apart by whoever writes it. */
function declareCommon({ clauses }: SelectStmt, t: Translation): void {
  for (const clause of clauses) {
    if (clause.type !== 'with_clause') continue;
    for (const { table } of clause.tables.items) t.common.add(table.name.toLowerCase());
  }
}

export const queryEmitters: Emitters = {
  select_stmt: (node, t) => {
    declareCommon(node, t);
    return node.clauses.map((clause) => t.emit(clause)).join(' ');
  },
  compound_select_stmt: ({ left, operator, right }, t) => {
    const name = words(operator).toUpperCase();
    if (!/ (ALL|DISTINCT)$/.test(name))
      throw invalidQuery(`Syntax error: Expected keyword ALL or keyword DISTINCT after ${name}`);
    return `${t.emit(left)} ${name.replace(' DISTINCT', '')} ${t.emit(right)}`;
  },
  with_clause: ({ recursiveKw, tables }, t) =>
    `WITH ${recursiveKw === undefined ? '' : 'RECURSIVE '}${t.emit(tables)}`,
  common_table_expr: ({ table, columns, expr }, t) => {
    if (columns !== undefined) throw untranslated('column names of a common table expression');
    return `${quoted(table.name)} AS ${t.emit(expr)}`;
  },
  select_clause: ({ modifiers, columns }, t) =>
    `SELECT ${modifiers.map((modifier) => t.emit(modifier)).join(' ')} ${columns === undefined ? '' : t.emit(columns)}`,
  select_distinct: () => 'DISTINCT',
  select_all: () => 'ALL',
  all_columns: () => '*',
  empty: () => '',
  except_columns: ({ expr, columns }, t) => `${t.emit(expr)} EXCLUDE ${t.emit(columns)}`,
  replace_columns: ({ expr, columns }, t) => `${t.emit(expr)} REPLACE ${t.emit(columns)}`,
  alias: ({ expr, alias }, t) => `${t.emit(expr as Node)} AS ${quoted(alias.name)}`,
  from_clause: ({ expr }, t) => `FROM ${writeFactor(expr as Node, t)}`,
  join_on_specification: ({ expr }, t) => `ON ${t.emit(expr)}`,
  join_using_specification: ({ expr }, t) => `USING ${t.emit(expr)}`,
  where_clause: ({ expr }, t) => `WHERE ${t.emit(expr)}`,
  group_by_clause: ({ columns }, t) => `GROUP BY ${t.emit(columns)}`,
  group_by_all: () => 'ALL',
  having_clause: ({ expr }, t) => `HAVING ${t.emit(expr)}`,
  qualify_clause: ({ expr }, t) => `QUALIFY ${t.emit(expr)}`,
  window_clause: ({ namedWindows }, t) => `WINDOW ${t.emit(namedWindows)}`,
  named_window: ({ name, window }, t) => `${quoted(name.name)} AS ${t.emit(window)}`,
  window_definition: ({ baseWindowName, partitionBy, orderBy, frame }, t) =>
    [baseWindowName, partitionBy, orderBy, frame]
      .map((each) => (each === undefined ? '' : t.emit(each)))
      .join(' '),
  partition_by_clause: ({ specifications }, t) => `PARTITION BY ${t.emit(specifications)}`,
  order_by_clause: ({ specifications }, t) => `ORDER BY ${t.emit(specifications)}`,
  sort_specification: ({ expr, direction, nullHandlingKw }, t) =>
    `${t.emit(expr)}${direction === undefined ? '' : t.emit(direction)}${nullHandlingKw === undefined ? '' : ` ${words(nullHandlingKw)}`}`,
  sort_direction_asc: () => ' ASC',
  sort_direction_desc: () => ' DESC',
  limit_clause: ({ count, offset }, t) =>
    `LIMIT ${count === undefined ? '' : t.emit(count)}${offset === undefined ? '' : ` OFFSET ${t.emit(offset)}`}`,
  offset_clause: ({ offset }, t) => `OFFSET ${t.emit(offset)}`,
  frame_clause: ({ unitKw, extent }, t) => `${unitKw.name} ${t.emit(extent)}`,
  frame_between: ({ begin, end }, t) => `BETWEEN ${t.emit(begin)} AND ${t.emit(end)}`,
  frame_bound_current_row: () => 'CURRENT ROW',
  frame_bound_preceding: ({ expr }, t) => `${t.emit(expr)} PRECEDING`,
  frame_bound_following: ({ expr }, t) => `${t.emit(expr)} FOLLOWING`,
  frame_unbounded: () => 'UNBOUNDED',
  values_clause: ({ values }, t) => `VALUES ${t.emit(values)}`,
  column_assignment: ({ column, expr }, t) => {
    const [name = ''] = column.type === 'paren_expr' ? [] : nameParts(column).slice(-1);
    if (name === '') throw untranslated('an assignment to several columns');
    return `${quoted(name)} = ${t.emit(expr)}`;
  },
  set_clause: ({ assignments }, t) => `SET ${t.emit(assignments)}`,
};
