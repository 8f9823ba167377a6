/** JSON values are neither equal nor ordered there; here they would be, as text. */
import { cstVisitor, type Node, type Statement } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import { words } from './expressions.js';
import { nameParts, plainName, type Translation } from './translation.js';

const comparing: ReadonlySet<string> = new Set([
  ...[
    '=',
    '!=',
    '<>',
    '<',
    '<=',
    '>',
    '>=',
    'IN',
    'NOT IN',
    'IS DISTINCT FROM',
    'IS NOT DISTINCT FROM',
    'LIKE',
    'NOT LIKE',
  ],
]);
const givingJson: ReadonlySet<string> = new Set(['PARSE_JSON', 'TO_JSON', 'JSON_QUERY']);

/** Throws for comparing, grouping by or ordering by JSON. The tables of the statement must be known by now. */
export function refuseJsonComparisons(statement: Statement, t: Translation): void {
  const isJson = jsonColumns(statement, t);
  cstVisitor({
    binary_expr: ({ left, operator, right }) => {
      const name = words(operator as Parameters<typeof words>[0]).toUpperCase();
      if (!comparing.has(name)) return;
      const json = [left, right].find((side) => isJson(side as Node));
      if (json !== undefined)
        throw invalidQuery(`No matching signature for operator ${name} for argument types: JSON`);
    },
    group_by_clause: ({ columns }) => {
      if (columns.items.some(isJson))
        throw invalidQuery('Grouping by expressions of type JSON is not allowed');
    },
    partition_by_clause: ({ specifications }) => {
      if (specifications.items.some(isJson))
        throw invalidQuery('Partitioning by expressions of type JSON is not allowed');
    },
    sort_specification: ({ expr }) => {
      if (isJson(expr)) throw invalidQuery('Ordering by expressions of type JSON is not allowed');
    },
  })(statement);
}

/**
 * Tells JSON by the names of columns: a qualified one by its table, any other when all tables that have the column
 * have it as JSON and the statement gives the name to nothing else.
 */
function jsonColumns(statement: Statement, t: Translation): (node: Node) => boolean {
  const tables = [...t.touched.values()];
  const aliases = new Map<string, string>();
  const given = new Set<string>();
  cstVisitor({
    alias: ({ expr, alias }) => {
      const of = plainName(expr as Node)
        ?.at(-1)
        ?.toLowerCase();
      const name = alias.name.toLowerCase();
      if (of !== undefined) aliases.set(name, of);
      if (of !== name) given.add(name);
    },
  })(statement);
  const typesOf = (column: string, among: typeof tables) =>
    among.flatMap(({ resource }) =>
      resource.schema.fields.filter(({ name }) => name.toLowerCase() === column).map(({ type }) => type),
    );
  const isJson = (node: Node): boolean => {
    if (node.type === 'paren_expr') return isJson(node.expr as Node);
    if (node.type === 'func_call') return givingJson.has((nameParts(node.name).at(-1) ?? '').toUpperCase());
    if (node.type === 'json_literal') return true;
    if (
      node.type === 'member_expr' &&
      node.property.type === 'identifier' &&
      node.object.type === 'identifier'
    ) {
      const owner = aliases.get(node.object.name.toLowerCase()) ?? node.object.name;
      const among = tables.filter(({ name }) => name.tableId.toLowerCase() === owner.toLowerCase());
      const types = typesOf(node.property.name.toLowerCase(), among);
      return types.length > 0 && types.every((type) => type === 'JSON');
    }
    if (node.type !== 'identifier' || given.has(node.name.toLowerCase())) return false;
    const types = typesOf(node.name.toLowerCase(), tables);
    return types.length > 0 && types.every((type) => type === 'JSON');
  };
  return isJson;
}
