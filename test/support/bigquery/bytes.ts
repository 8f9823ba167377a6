/** How much a statement reads: the columns it names, in the partitions that its literals leave. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { cstVisitor, type Expr, type Node, type Statement } from 'sql-parser-cst';
import type { TableResource } from './catalog.js';
import type { TableField } from './fields.js';
import { quoted, storedName } from './quoting.js';
import { nameParts, type TouchedTable, type Translation } from './sql/translation.js';

export interface Estimate {
  bytesProcessed: number;
  /** Tables that have a price: every one counts at least 10 MB. */
  tablesRead: number;
}

const mebibyte = 1024 ** 2;

/** Bytes billed, rounded up as the service does. */
export function bytesBilled({ bytesProcessed, tablesRead }: Estimate): number {
  if (tablesRead === 0) return 0;
  return Math.max(tablesRead * 10 * mebibyte, Math.ceil(bytesProcessed / mebibyte) * mebibyte);
}

const widths: Partial<Record<TableField['type'], number>> = {
  INTEGER: 8,
  FLOAT: 8,
  TIMESTAMP: 8,
  DATETIME: 8,
  DATE: 8,
  BOOLEAN: 1,
  NUMERIC: 16,
};

/** Size of one value of a column, as SQL. */
export function storedBytes({ name, type, mode }: TableField): string {
  const column = quoted(name);
  if (mode === 'REPEATED') return `coalesce(strlen(CAST(${column} AS VARCHAR)), 0)`;
  const width = widths[type];
  const size =
    width ?? `2 + ${type === 'BYTES' ? `octet_length(${column})` : `strlen(CAST(${column} AS VARCHAR))`}`;
  return `CASE WHEN ${column} IS NULL THEN 0 ELSE ${size} END`;
}

export async function estimate(
  connection: DuckDBConnection,
  statement: Statement,
  t: Translation,
): Promise<Estimate> {
  const tables = [...t.touched.values()].filter(({ resource }) => resource.type === 'TABLE');
  const isDefinition =
    statement.type.startsWith('drop') ||
    statement.type.startsWith('alter') ||
    statement.type === 'create_view_stmt';
  if (tables.length === 0 || isDefinition) return { bytesProcessed: 0, tablesRead: 0 };
  const isInsertTarget = (table: TouchedTable) =>
    statement.type === 'insert_stmt' && insertTarget(statement) === table.name.tableId;
  const read = tables.filter((table) => !isInsertTarget(table));
  const named = namedColumns(statement, t);
  const sizes = read.map((table) => tableBytes(table, named, statement, t));
  const [[size] = []] = (
    await connection.runAndReadAll(`SELECT (${sizes.join(' + ') || 0})::BIGINT`)
  ).getRows();
  return { bytesProcessed: Number(size), tablesRead: read.length };
}

/** An INSERT reads its table only when it also selects from it, which this does not look for. */
function insertTarget(statement: Statement): string | undefined {
  const [insert] = statement.type === 'insert_stmt' ? statement.clauses : [];
  if (insert?.type !== 'insert_clause') return undefined;
  return nameParts(insert.table.type === 'alias' ? insert.table.expr : (insert.table as Node)).at(-1);
}

/** Every name in the statement in lower case; undefined when it takes all columns of something. */
function namedColumns(statement: Statement, t: Translation): ReadonlySet<string> | undefined {
  // What a view reads is not in the statement.
  if ([...t.touched.values()].some(({ resource }) => resource.type === 'VIEW')) return undefined;
  const names = new Set<string>();
  let all = statement.type === 'delete_stmt';
  cstVisitor({
    identifier: ({ name }) => void names.add(name.toLowerCase()),
    select_clause: ({ columns }) => {
      if (columns?.items.some((item) => isEverything(item as Node))) all = true;
    },
  })(statement);
  return all ? undefined : names;
}

const isEverything = (item: Node): boolean =>
  item.type === 'all_columns' ||
  item.type.endsWith('_columns') ||
  (item.type === 'member_expr' && item.property.type === 'all_columns');

/** Bytes of the columns and partitions that are read, as a subquery. */
function tableBytes(
  { name, resource }: TouchedTable,
  named: ReadonlySet<string> | undefined,
  statement: Statement,
  t: Translation,
): string {
  const fields = resource.schema.fields.filter((field) => named?.has(field.name.toLowerCase()) ?? true);
  if (fields.length === 0) return '0';
  const kept = partitionConditions(statement, resource, t);
  const where = kept.length === 0 ? '' : `WHERE ${kept.join(' AND ')}`;
  return `(SELECT coalesce(sum(${fields.map(storedBytes).join(' + ')}), 0) FROM ${storedName(name)} ${where})`;
}

/**
 * Conditions of literals on the partitioning column, from every chain of ANDs in WHERE and ON. Joining on another
 * table's month prunes nothing, which is what this shows.
 */
function partitionConditions(
  statement: Statement,
  { timePartitioning }: TableResource,
  t: Translation,
): string[] {
  const field = timePartitioning?.field?.toLowerCase();
  if (field === undefined) return [];
  const found: string[] = [];
  const collect = (expr: Node): void => {
    if (expr.type === 'paren_expr') return collect(expr.expr as Node);
    if (
      expr.type === 'between_expr' &&
      isColumn(expr.left, field) &&
      isConstant(expr.begin) &&
      isConstant(expr.end)
    ) {
      found.push(`${quoted(field)} BETWEEN ${t.emit(expr.begin)} AND ${t.emit(expr.end)}`);
    }
    if (expr.type !== 'binary_expr') return;
    const { left, operator, right } = expr;
    const name = typeof operator === 'string' ? operator : 'name' in operator ? operator.name : '';
    if (name === 'AND') {
      collect(left as Node);
      collect(right as Node);
    } else if (
      ['=', '<', '<=', '>', '>=', 'IN'].includes(name as string) &&
      isColumn(left as Node, field) &&
      isConstant(right as Node)
    ) {
      found.push(`${quoted(field)} ${name} ${t.emit(right as Node)}`);
    }
  };
  cstVisitor({
    where_clause: ({ expr }) => collect(expr),
    merge_clause: ({ condition }) => collect(condition),
    join_on_specification: ({ expr }) => collect(expr),
  })(statement);
  return found;
}

const isColumn = (node: Node, field: string) =>
  (node.type === 'identifier' && node.name.toLowerCase() === field) ||
  (node.type === 'member_expr' &&
    node.property.type === 'identifier' &&
    node.property.name.toLowerCase() === field);

function isConstant(node: Node | Expr): boolean {
  if (node.type === 'paren_expr' || node.type === 'list_expr') {
    const inside = node.type === 'paren_expr' ? [node.expr as Node] : (node.items as Node[]);
    return inside.every(isConstant);
  }
  return node.type.endsWith('_literal') || node.type === 'parameter';
}
