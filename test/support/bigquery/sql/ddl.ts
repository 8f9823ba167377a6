/** Statements that make, change and drop tables, views and datasets. */
import type {
  AlterTableStmt,
  BigqueryOptions,
  CreateTableStmt,
  CreateViewStmt,
  DropTableStmt,
  DropViewStmt,
  Node,
} from 'sql-parser-cst';
import { BigqueryError, invalidQuery, notFound } from '../errors.js';
import type { TableName, TableSettings } from '../catalog.js';
import type { TableField } from '../fields.js';
import { quoted, storedName } from '../quoting.js';
import { columnDefinition, createTable, describeQuery, widenTable } from '../storage.js';
import { readColumn, readOptions, tableClauses } from './definitions.js';
import type { Plan, Session } from './plan.js';
import { nameParts, tableName, untranslated, type Translation } from './translation.js';

/** DDL on permanent tables is not for transactions. */
function outsideTransaction({ inTransaction }: Session): void {
  if (inTransaction)
    throw invalidQuery(
      'DDL statements are not supported in a transaction, except for those creating or droping temporary tables or temporary functions.',
    );
}

function exists(name: TableName, t: Translation): boolean {
  return t.names.catalog.find(name) !== undefined;
}

const alreadyExists = (name: TableName, t: Translation) =>
  new BigqueryError('duplicate', `Already Exists: Table ${t.names.catalog.path(name)}`);

export function planCreateTable(node: CreateTableStmt, t: Translation): Plan {
  const { kind, name: nameNode, columns, clauses, orReplaceKw, ifNotExistsKw } = node;
  const query = clauses.find((clause) => clause.type === 'as_clause');
  const written = query === undefined ? undefined : t.emit(query.expr as Node);
  const fields = columns?.expr.items.map((column) => {
    if (column.type !== 'column_definition') throw untranslated(column.type.replaceAll('_', ' '));
    return readColumn(column);
  });
  const statementType = written === undefined ? 'CREATE_TABLE' : 'CREATE_TABLE_AS_SELECT';
  const described = async ({ connection }: Session) =>
    fields ?? (written === undefined ? [] : await describeQuery(connection, written));
  const filled = (table: string, made: readonly TableField[]) =>
    written === undefined
      ? []
      : [`INSERT INTO ${table} (${made.map(({ name }) => quoted(name)).join(', ')}) ${written}`];

  if (kind !== undefined) {
    const words = Array.isArray(kind.kindKw) ? '' : kind.kindKw.name;
    if (!words.startsWith('TEMP')) throw untranslated(`CREATE ${words} TABLE`);
    const [tableId = '', ...dataset] = nameParts(nameNode).toReversed();
    if (dataset.length > 0) throw invalidQuery('Temporary tables cannot be qualified with a dataset');
    const isThere = t.isTemporary(tableId);
    if (isThere && orReplaceKw === undefined)
      throw new BigqueryError('duplicate', `Already Exists: Table ${tableId}`);
    return {
      statementType,
      temporary: tableId.toLowerCase(),
      run: async (session) => {
        if (!session.isScript)
          throw invalidQuery('Use of CREATE TEMPORARY TABLE requires a script or session');
        const made = await described(session);
        const path = `temp.${quoted(tableId)}`;
        await session.connection.run(
          `CREATE OR REPLACE TEMP TABLE ${quoted(tableId)} (${made.map(columnDefinition).join(', ')})`,
        );
        for (const fill of filled(path, made)) await session.connection.run(fill);
        return {};
      },
    };
  }

  const name = tableName(nameParts(nameNode), t.names);
  const isThere = exists(name, t);
  if (isThere && ifNotExistsKw === undefined && orReplaceKw === undefined) throw alreadyExists(name, t);
  const settings = tableClauses(clauses);
  return {
    statementType,
    target: name,
    run: async (session) => {
      outsideTransaction(session);
      if (isThere && ifNotExistsKw !== undefined) return {};
      const made = await described(session);
      // Filled under another name first, because the query may read the table that is replaced.
      const draft = { ...name, tableId: `${name.tableId} (being made)` };
      await session.connection.run(createTable(draft, made));
      try {
        for (const fill of filled(storedName(draft), made)) await session.connection.run(fill);
      } catch (error) {
        await session.connection.run(`DROP TABLE ${storedName(draft)}`);
        throw error;
      }
      if (isThere) await session.connection.run(`DROP TABLE ${storedName(name)}`);
      await session.connection.run(`ALTER TABLE ${storedName(draft)} RENAME TO ${quoted(name.tableId)}`);
      t.names.catalog.putTable(name, { schema: { fields: made }, ...settings });
      return {};
    },
  };
}

export function planCreateView(
  { name: nameNode, clauses, orReplaceKw, ifNotExistsKw, columns, kinds }: CreateViewStmt,
  t: Translation,
  source: string,
): Plan {
  if (kinds.length > 0) throw untranslated('this form of CREATE VIEW');
  const name = tableName(nameParts(nameNode), t.names);
  const query = clauses.find((clause) => clause.type === 'as_clause')?.expr as Node | undefined;
  const options = clauses.find((clause) => clause.type === 'bigquery_options');
  if (query?.range === undefined) throw untranslated('this form of CREATE VIEW');
  const text = source.slice(...query.range);
  const written = t.writeView(text);
  const held = t.names.catalog.find(name);
  if (held?.type === 'TABLE') throw alreadyExists(name, t);
  if (held !== undefined && orReplaceKw === undefined && ifNotExistsKw === undefined)
    throw alreadyExists(name, t);
  return {
    statementType: 'CREATE_VIEW',
    target: name,
    bind: written,
    run: async (session) => {
      outsideTransaction(session);
      if (held !== undefined && ifNotExistsKw !== undefined) return {};
      const fields = listedColumns(columns, await describeQuery(session.connection, written));
      t.names.catalog.putTable(name, {
        type: 'VIEW',
        schema: { fields },
        view: { query: text, useLegacySql: false },
        ...readOptions(options),
      });
      return {};
    },
  };
}

/** The names and descriptions that a view lists for what its query selects. */
function listedColumns(columns: CreateViewStmt['columns'], fields: readonly TableField[]): TableField[] {
  const listed = columns?.expr.items;
  if (listed === undefined) return [...fields];
  if (listed.length !== fields.length) {
    throw invalidQuery(
      `The number of columns in the column definition list does not match the number of columns produced by the query; ${listed.length} and ${fields.length}`,
    );
  }
  return fields.map((field, index) => {
    const { name, constraints } = listed[index] ?? { name: { name: field.name }, constraints: [] };
    const options = constraints.find((constraint) => constraint.type === 'bigquery_options');
    const { description } = readOptions(options as BigqueryOptions | undefined);
    return { ...field, name: name.name, ...(description === undefined ? {} : { description }) };
  });
}

/** DROP TABLE and DROP VIEW: each only what it is called. */
export function planDrop(node: DropTableStmt | DropViewStmt, t: Translation): Plan {
  const type = node.type === 'drop_view_stmt' ? 'VIEW' : 'TABLE';
  const [nameNode, ...more] = node.type === 'drop_view_stmt' ? node.views.items : node.tables.items;
  if (nameNode === undefined || more.length > 0) throw untranslated(`DROP ${type} of several`);
  const parts = nameParts(nameNode);
  const statementType = `DROP_${type}`;
  const [only = ''] = parts;
  if (parts.length === 1 && t.isTemporary(only)) {
    return {
      statementType,
      run: async ({ connection, temporary }) => {
        await connection.run(`DROP TABLE temp.${quoted(only)}`);
        temporary.delete(only.toLowerCase());
        return {};
      },
    };
  }
  const { catalog } = t.names;
  const name = tableName(parts, t.names);
  const held = catalog.find(name);
  if (held === undefined && node.ifExistsKw === undefined) throw notFound(`Table ${catalog.path(name)}`);
  if (held !== undefined && held.type !== type) throw invalidQuery(`${catalog.path(name)} is not a ${type}`);
  return {
    statementType,
    target: name,
    run: async (session) => {
      outsideTransaction(session);
      if (held === undefined) return {};
      if (type === 'TABLE') await session.connection.run(`DROP TABLE ${storedName(name)}`);
      catalog.removeTable(name);
      return {};
    },
  };
}

export function planAlterTable({ table, actions, ifExistsKw }: AlterTableStmt, t: Translation): Plan {
  const parts = nameParts(table);
  const { catalog } = t.names;
  const name = tableName(parts, t.names);
  const held = catalog.find(name);
  if (held === undefined && ifExistsKw !== undefined)
    return { statementType: 'ALTER_TABLE', target: name, run: async () => ({}) };
  const { schema } = catalog.table(name);
  let fields = schema.fields;
  let settings: Partial<TableSettings> = {};
  for (const action of actions.items) {
    if (action.type === 'alter_action_set_bigquery_options') {
      settings = { ...settings, ...readOptions(action.options) };
      continue;
    }
    if (action.type !== 'alter_action_add_column') throw untranslated(action.type.replaceAll('_', ' '));
    const field = readColumn(action.column);
    const isThere = fields.some((each) => each.name.toLowerCase() === field.name.toLowerCase());
    if (isThere && action.ifNotExistsKw === undefined)
      throw invalidQuery(`Column already exists: ${field.name}`);
    if (field.mode === 'REQUIRED') {
      throw invalidQuery(`Cannot add required columns to an existing table schema: ${field.name}`);
    }
    if (!isThere) fields = [...fields, field];
  }
  return {
    statementType: 'ALTER_TABLE',
    target: name,
    run: async (session) => {
      outsideTransaction(session);
      for (const sql of widenTable(name, schema.fields, fields)) await session.connection.run(sql);
      catalog.changeTable(name, { ...settings, schema: { fields } });
      return {};
    },
  };
}
