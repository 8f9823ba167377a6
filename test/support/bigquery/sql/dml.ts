/** MERGE, INSERT, UPDATE and DELETE, with what DuckDB would let pass. */
import type { DeleteStmt, InsertStmt, MergeStmt, MergeWhenClause, Node, UpdateStmt } from 'sql-parser-cst';
import { cstVisitor } from 'sql-parser-cst';
import { invalidQuery } from '../errors.js';
import type { TableField } from '../fields.js';
import { quoted, storedName } from '../quoting.js';
import { assignable, type Assignment } from './assignments.js';
import { noRows, type DmlStats, type Plan, type Session } from './plan.js';
import { nameParts, untranslated, type Translation } from './translation.js';

const severalSourceRows = () =>
  invalidQuery('UPDATE/MERGE must match at most one source row for each target row');

interface Target {
  /** The table with its alias, as FROM takes it. */
  from: string;
  alias: string;
  path: string;
  fields: readonly TableField[] | undefined;
  name: Plan['target'];
}

/** The table that DML changes: one of a dataset, or a temporary one. */
function readTarget(node: Node, t: Translation): Target {
  const table = node.type === 'alias' ? (node.expr as Node) : node;
  const parts = nameParts(table);
  const alias = node.type === 'alias' ? node.alias.name : (parts.at(-1) ?? '');
  const [only = ''] = parts;
  if (parts.length === 1 && t.isTemporary(only)) {
    const path = `temp.${quoted(only)}`;
    return { from: `${path} AS ${quoted(alias)}`, alias, path, fields: undefined, name: undefined };
  }
  const { name, resource } = t.table(parts);
  if (resource.view !== undefined)
    throw invalidQuery(
      `${t.names.catalog.path(name)} is not allowed for this operation because it is currently a VIEW.`,
    );
  const path = storedName(name);
  return { from: `${path} AS ${quoted(alias)}`, alias, path, fields: resource.schema.fields, name };
}

const changed =
  (kind: keyof DmlStats, sql: string) =>
  async ({ connection }: Session) => ({
    dml: { ...noRows, [kind]: (await connection.run(sql)).rowsChanged },
  });

export function planInsert({ clauses }: InsertStmt, t: Translation): Plan {
  const [insert, values, ...more] = clauses;
  if (insert?.type !== 'insert_clause' || values === undefined || more.length > 0)
    throw untranslated('this form of INSERT');
  const target = readTarget(insert.table, t);
  const columns =
    insert.columns?.expr.items.map(({ name }) => name) ?? target.fields?.map(({ name }) => name);
  const list = columns === undefined ? '' : ` (${columns.map(quoted).join(', ')})`;
  const written = t.emit(values);
  const sql = `INSERT INTO ${target.path}${list} ${written}`;
  const rows =
    values.type === 'values_clause'
      ? values.values.items.map((row) => (row.type === 'paren_expr' ? row.expr.items : []))
      : undefined;
  const wrong = rows?.find((row) => columns !== undefined && row.length !== columns.length);
  if (wrong !== undefined) {
    throw invalidQuery(
      `Inserted row has wrong column count; Has ${wrong.length}, expected ${columns?.length}`,
    );
  }
  const assignments =
    rows === undefined
      ? [{ from: `(${written})`, columns: columns ?? [], literals: selectLiterals(values) }]
      : rows.map((row): Assignment => ({
          from: `(SELECT ${row.map((each, index) => `${t.emit(each)} AS c${index}`).join(', ')})`,
          columns: columns ?? [],
          literals: row,
        }));
  return {
    statementType: 'INSERT',
    target: target.name,
    bind: sql,
    run: async (session) => {
      for (const assignment of assignments) await assignable(session.connection, target.fields, assignment);
      return changed('insertedRowCount', sql)(session);
    },
  };
}

/** The expressions that a SELECT lists, where they can be told; a literal takes the type of its column. */
function selectLiterals(node: Node): readonly Node[] {
  if (node.type !== 'select_stmt') return [];
  const select = node.clauses.find((clause) => clause.type === 'select_clause');
  const items: readonly Node[] =
    select?.type === 'select_clause' ? ((select.columns?.items ?? []) as Node[]) : [];
  if (items.some(({ type }) => type.endsWith('_columns'))) return [];
  return items.map((item) => (item.type === 'alias' ? (item.expr as Node) : item));
}

export function planDelete({ clauses }: DeleteStmt, t: Translation): Plan {
  const [remove, where, ...more] = clauses;
  const [table] = remove?.type === 'delete_clause' ? remove.tables.items : [];
  if (table === undefined || more.length > 0) throw untranslated('this form of DELETE');
  if (where?.type !== 'where_clause') throw invalidQuery('DELETE must have a WHERE clause');
  const target = readTarget(table, t);
  const sql = `DELETE FROM ${target.from} ${t.emit(where)}`;
  return { statementType: 'DELETE', target: target.name, bind: sql, run: changed('deletedRowCount', sql) };
}

export function planUpdate({ clauses }: UpdateStmt, t: Translation): Plan {
  const [update, set, ...rest] = clauses;
  const [table] = update?.type === 'update_clause' ? update.tables.items : [];
  if (table === undefined || set?.type !== 'set_clause') throw untranslated('this form of UPDATE');
  const from = rest.find((clause) => clause.type === 'from_clause');
  const where = rest.find((clause) => clause.type === 'where_clause');
  if (where === undefined) throw invalidQuery('UPDATE must have a WHERE clause');
  if (rest.length > (from === undefined ? 1 : 2)) throw untranslated('this form of UPDATE');
  const target = readTarget(table, t);
  const [source, condition] = [from === undefined ? '' : t.emit(from), t.emit(where)];
  const sql = `UPDATE ${target.from} ${t.emit(set)} ${source} ${condition}`;
  const joined = `FROM ${target.from}${source === '' ? '' : `, ${source.replace(/^FROM /, '')}`}`;
  const assignment = readAssignments(set.assignments.items, joined, t);
  return {
    statementType: 'UPDATE',
    target: target.name,
    bind: sql,
    guards: source === '' ? [] : [severalMatches(target, joined, condition)],
    run: async (session) => {
      await assignable(session.connection, target.fields, assignment);
      return changed('updatedRowCount', sql)(session);
    },
  };
}

function readAssignments(items: readonly Node[], from: string, t: Translation): Assignment {
  const set = items.flatMap((item) => (item.type === 'column_assignment' ? [item] : []));
  const columns = set.map(({ column }) =>
    column.type === 'paren_expr' ? '' : (nameParts(column).at(-1) ?? ''),
  );
  return {
    from: `(SELECT ${set.map(({ expr }, index) => `${t.emit(expr)} AS c${index}`).join(', ')} ${from})`,
    columns,
    literals: set.map(({ expr }) => expr),
  };
}

const severalMatches = ({ alias }: Target, joined: string, where: string) => ({
  sql: `SELECT 1 ${joined} ${where} GROUP BY ${quoted(alias)}.rowid HAVING count(*) > 1 LIMIT 1`,
  error: severalSourceRows(),
});

export function planMerge({ clauses }: MergeStmt, t: Translation): Plan {
  const [merge, ...whens] = clauses;
  if (merge?.type !== 'merge_clause') throw untranslated('this form of MERGE');
  const target = readTarget(merge.target, t);
  const source = t
    .emit({
      type: 'from_clause',
      fromKw: { type: 'keyword', text: 'FROM', name: 'FROM' },
      expr: merge.source,
    } as Node)
    .replace(/^FROM /, '');
  const condition = t.emit(merge.condition);
  const sourceAlias = merge.source.type === 'alias' ? merge.source.alias.name : '';
  const joined = `FROM ${target.from} JOIN ${source} ON ${condition}`;
  const assignments: Assignment[] = [];
  const matched: string[] = [];
  const written = whens.map((when) => {
    if (when.type !== 'merge_when_clause') throw untranslated('this form of MERGE');
    refuseCorrelation(when, [target.alias, sourceAlias]);
    const kind = matchKind(when);
    const test = when.condition === undefined ? 'TRUE' : t.emit(when.condition.expr);
    if (kind === 'MATCHED') matched.push(test);
    const { action } = when;
    const perSource =
      kind === 'NOT MATCHED' ? `FROM ${source}` : kind === 'MATCHED' ? joined : `FROM ${target.from}`;
    const head = `WHEN ${kind} AND ${test} THEN`;
    if (action.type === 'merge_action_delete') return `${head} DELETE`;
    if (action.type === 'merge_action_update') {
      assignments.push(readAssignments(action.set.assignments.items, perSource, t));
      return `${head} UPDATE ${t.emit(action.set)}`;
    }
    const [values, ...more] = action.type === 'merge_action_insert' ? action.clauses : [];
    const [row, ...others] = values?.type === 'values_clause' ? values.values.items : [];
    if (
      action.type !== 'merge_action_insert' ||
      row?.type !== 'paren_expr' ||
      others.length + more.length > 0
    ) {
      throw untranslated(`this action of MERGE`);
    }
    const columns =
      action.columns?.expr.items.map(({ name }) => name) ?? target.fields?.map(({ name }) => name) ?? [];
    const cells = row.expr.items;
    if (columns.length !== cells.length) {
      throw invalidQuery(
        `Inserted row has wrong column count; Has ${cells.length}, expected ${columns.length}`,
      );
    }
    assignments.push({
      from: `(SELECT ${cells.map((cell, index) => `${t.emit(cell)} AS c${index}`).join(', ')} ${perSource})`,
      columns,
      literals: cells,
    });
    return `${head} INSERT (${columns.map(quoted).join(', ')}) VALUES ${t.emit(row)}`;
  });
  const sql = `MERGE INTO ${target.from} USING ${source} ON ${condition} ${written.join(' ')} RETURNING merge_action`;
  return {
    statementType: 'MERGE',
    target: target.name,
    bind: sql,
    guards:
      matched.length === 0
        ? []
        : [severalMatches(target, joined, `WHERE ${matched.map((each) => `(${each})`).join(' OR ')}`)],
    run: async ({ connection }) => {
      for (const assignment of assignments) await assignable(connection, target.fields, assignment);
      const actions = (await connection.runAndReadAll(sql)).getRows().map(([action]) => action);
      const count = (name: string) => actions.filter((action) => action === name).length;
      return {
        dml: {
          insertedRowCount: count('INSERT'),
          updatedRowCount: count('UPDATE'),
          deletedRowCount: count('DELETE'),
        },
      };
    },
  };
}

function matchKind({
  matchedKw,
  byKw,
}: MergeWhenClause): 'MATCHED' | 'NOT MATCHED' | 'NOT MATCHED BY SOURCE' {
  if (!Array.isArray(matchedKw)) return 'MATCHED';
  return byKw?.[1].name === 'SOURCE' ? 'NOT MATCHED BY SOURCE' : 'NOT MATCHED';
}

/** Subqueries in the clauses of a MERGE may not look at the row that is merged. */
function refuseCorrelation(when: MergeWhenClause, aliases: readonly string[]): void {
  const inside = cstVisitor({
    member_expr: ({ object }) => {
      if (object.type === 'identifier' && aliases.includes(object.name)) {
        throw invalidQuery('Correlated Subquery is unsupported in WHEN clause.');
      }
    },
  });
  cstVisitor({ select_stmt: (select) => inside(select) })(when);
}
