/** Makes the tables of the registry and keeps them in step with it, by adding only. */
import type { Table } from '../../model/column.js';
import { TidemarkError } from '../../model/errors.js';
import { tableNames, tables, type TableName } from '../../model/tables.js';
import type { Dialect } from '../sql/dialect.js';
import { standardText } from '../sql/dialects/standard.js';
import { writeRows } from '../sql/operationalRows.js';
import { changeRows, planSchema, schemaStatements, type HeldTable } from '../sql/schemaPlan.js';
import { missingViews } from '../sql/views/createViews.js';
import type { SchemaChange } from '../warehouse.js';
import type { Server } from './server.js';
import { inTransaction, takeTurn, type Session } from './session.js';

const oldestVersion = 15;

/** Columns by which reads look for rows, besides keys. */
const looked: Partial<Record<TableName, readonly (readonly string[])[]>> = {
  evaluations: [
    ['connection', 'created_at'],
    ['connection', 'submitted_at'],
    ['connection', 'form_context_id'],
    ['connection', 'form_id'],
  ],
  calibration_evaluations: [['connection', 'created_at']],
  feedback: [['connection', 'created_at']],
  load_audit: [['connection', 'stream', 'window_start']],
  interval_runs: [['connection', 'stream', 'interval_start']],
};

interface Catalog {
  hasSchema: boolean;
  tables: Map<string, HeldTable>;
  /** Their columns in order, by name. */
  indexes: Map<string, string>;
  /** Comments by name. */
  views: Map<string, string | null>;
}

/** Throws InvalidConfig for a server that is too old and when a column has another type than the registry. */
export async function ensureTables(server: Server, changedAt: string): Promise<SchemaChange[]> {
  // Looking takes no turn, because every process does it before its first load and mostly finds nothing to do.
  const due = await inTransaction(server, 'read', async (session) => {
    await checkServer(session, server);
    return whatIsDue(server, await readCatalog(session, server));
  });
  if (due.statements.length === 0) return [];
  return inTransaction(server, 'write', async (session) => {
    await takeTurn(session, server, 'load');
    // Another worker may have done it meanwhile.
    const { statements, changes } = whatIsDue(server, await readCatalog(session, server));
    for (const statement of statements) await session.run(statement);
    for (const statement of writeRows(server.dialect, 'schema_changes', changeRows(changes, changedAt))) {
      await session.run(statement);
    }
    return changes.map(({ table, column, change }) => ({ table, column, change }));
  });
}

function whatIsDue({ dialect, schema }: Server, held: Catalog) {
  const plan = planSchema(
    dialect,
    held.tables,
    'Rename or drop that column or table, or load into a schema of another name (warehouse.schema).',
  );
  const creating = held.hasSchema ? [] : [`CREATE SCHEMA ${dialect.identifier(schema)}`];
  const partitioning = (name: TableName) => {
    const { partitionBy }: Table = tables[name];
    return partitionBy === undefined ? '' : ` PARTITION BY RANGE (${dialect.identifier(partitionBy)})`;
  };
  const indexing = tableNames
    .flatMap((name) => indexesOf(name))
    .filter(({ name, columns }) => held.indexes.get(name) !== columns.join())
    .flatMap((index) => indexStatements(dialect, index, held.indexes.has(index.name)));
  return {
    changes: plan.changes,
    statements: [
      ...creating,
      ...schemaStatements(dialect, plan, partitioning),
      ...indexing,
      ...missingViews(dialect, held.views),
    ],
  };
}

interface Index {
  name: string;
  table: TableName;
  unique: boolean;
  columns: readonly string[];
}

/** @param isHeld over other columns: readers wait only while the new one takes its place, not while it is made */
function indexStatements(
  dialect: Dialect,
  { name, table, unique, columns }: Index,
  isHeld: boolean,
): string[] {
  const { identifier } = dialect;
  const create = (as: string) =>
    `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${identifier(as)} ON ${dialect.table(table)}
       (${columns.map(identifier).join(', ')})`;
  if (!isHeld) return [create(name)];
  const made = `${name}_new`;
  return [
    create(made),
    `DROP INDEX ${dialect.table(name)}`,
    `ALTER INDEX ${dialect.table(made)} RENAME TO ${identifier(name)}`,
  ];
}

/** The key's is unique, as far as partitions let it be: their column must be in it. */
function indexesOf(table: TableName): Index[] {
  const { key, partitionBy }: Table = tables[table];
  const unique = [...key, ...(partitionBy === undefined ? [] : [partitionBy])];
  return [
    { name: `${table}_key`, table, unique: true, columns: unique },
    ...(looked[table] ?? []).map((columns) => ({
      name: `${table}_${columns.at(-1) ?? ''}`,
      table,
      unique: false,
      columns,
    })),
  ];
}

async function readCatalog({ run }: Session, { schema }: Pick<Server, 'schema'>): Promise<Catalog> {
  const inSchema = `JOIN pg_namespace N ON N.oid = C.relnamespace AND N.nspname = ${standardText(schema)}
    WHERE NOT C.relispartition`;
  const found = await run(
    `SELECT C.relname AS table_name, NULL AS column_name, C.relkind::text AS type, obj_description(C.oid, 'pg_class') AS comment
     FROM pg_class C ${inSchema} AND C.relkind IN ('r', 'p', 'v')
     UNION ALL
     SELECT C.relname, NULL, 'index', string_agg(A.attname, ',' ORDER BY A.attnum)
     FROM pg_attribute A JOIN pg_class C ON C.oid = A.attrelid ${inSchema} AND C.relkind IN ('i', 'I')
     GROUP BY C.oid, C.relname
     UNION ALL
     SELECT C.relname, A.attname, format_type(A.atttypid, A.atttypmod), col_description(C.oid, A.attnum)
     FROM pg_attribute A JOIN pg_class C ON C.oid = A.attrelid ${inSchema}
       AND C.relkind IN ('r', 'p') AND A.attnum > 0 AND NOT A.attisdropped
     UNION ALL
     SELECT NULL, NULL, 'schema', NULL FROM pg_namespace WHERE nspname = ${standardText(schema)}
     ORDER BY 2 NULLS FIRST`,
  );
  const catalog: Catalog = { hasSchema: false, tables: new Map(), indexes: new Map(), views: new Map() };
  for (const { table_name: table, column_name: column, type, comment } of found) {
    const name = String(table);
    const text = typeof comment === 'string' ? comment : null;
    if (type === 'schema' && table === null) catalog.hasSchema = true;
    else if (column !== null)
      catalog.tables.get(name)?.columns.set(String(column), { type: String(type), comment: text });
    else if (type === 'index') catalog.indexes.set(name, text ?? '');
    else if (type === 'v') catalog.views.set(name, text);
    else catalog.tables.set(name, { comment: text, columns: new Map() });
  }
  return catalog;
}

/** `none` where nothing was ever loaded, `partly` where tables or columns of the registry are lacking. */
export async function stateOfTables(
  session: Session,
  server: Server,
): Promise<'none' | 'partly' | 'complete'> {
  const { tables: held } = await readCatalog(session, server);
  if (!tableNames.some((name) => held.has(name))) return 'none';
  const complete = tableNames.every((name) => {
    const columns = held.get(name)?.columns;
    return tables[name].columns.every((column) => columns?.has(column.name) === true);
  });
  return complete ? 'complete' : 'partly';
}

/** Throws InvalidConfig for a server that loads cannot work with. */
export async function checkServer({ run }: Session, { location }: Pick<Server, 'location'>): Promise<void> {
  const [found] = await run(
    `SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding`,
  );
  if (Number.parseInt(String(found?.['version']), 10) < oldestVersion) {
    throw new TidemarkError('InvalidConfig', `${location} is PostgreSQL ${String(found?.['version'])}.`, {
      remedy: `Loads merge as PostgreSQL does from ${oldestVersion} on: upgrade it, or name another server.`,
    });
  }
  if (found?.['encoding'] !== 'UTF8') {
    throw new TidemarkError('InvalidConfig', `${location} has the encoding ${String(found?.['encoding'])}.`, {
      remedy: "Make a database with ENCODING 'UTF8': texts of every language are to be held.",
    });
  }
}
