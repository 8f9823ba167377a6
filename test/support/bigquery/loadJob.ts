/** Loading Parquet files into a table. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog, TableName, TableSettings } from './catalog.js';
import { BigqueryError, invalid, notFound } from './errors.js';
import { fieldOf, type TableField } from './fields.js';
import { quoted, storedName, text } from './quoting.js';
import type { LoadConfiguration } from './requests.js';
import { additions, readFields } from './schema.js';
import { createTable, widenTable } from './storage.js';

export interface LoadStatistics {
  inputFiles: number;
  inputFileBytes: number;
  outputRows: number;
}

/** A file to load, on this machine, with the name that errors call it by. */
export interface LoadFile {
  path: string;
  uri: string;
  bytes: number;
}

interface ParquetColumn {
  name: string;
  /** As DuckDB reads it. */
  stored: string;
}

/** Throws for what can be told from the settings alone. */
export function checkLoad(load: LoadConfiguration): void {
  if (load.sourceFormat !== 'PARQUET')
    throw invalid(`Source format ${load.sourceFormat ?? 'CSV'} is not one that this server loads`);
  if (
    load.schemaUpdateOptions !== undefined &&
    load.schemaUpdateOptions.length > 0 &&
    load.writeDisposition !== 'WRITE_APPEND' &&
    !load.destinationTable.tableId.includes('$')
  ) {
    throw invalid(
      'Schema update options should only be specified with WRITE_APPEND disposition, or with WRITE_TRUNCATE disposition on a table partition.',
    );
  }
  if (load.destinationTable.tableId.includes('$'))
    throw invalid('Partition decorators are not among what this server loads into');
}

/** Loads all files or nothing. */
export async function runLoad(
  connection: DuckDBConnection,
  catalog: Catalog,
  load: LoadConfiguration,
  files: readonly LoadFile[],
): Promise<LoadStatistics> {
  const name: TableName = {
    datasetId: load.destinationTable.datasetId,
    tableId: load.destinationTable.tableId,
  };
  catalog.dataset(name.datasetId);
  const held = catalog.find(name);
  if (held?.type === 'VIEW') throw invalid(`${catalog.path(name)} is a view and cannot be loaded into`);
  if (held === undefined && load.createDisposition === 'CREATE_NEVER')
    throw notFound(`Table ${catalog.path(name)}`);
  const isReplaced = held === undefined || load.writeDisposition === 'WRITE_TRUNCATE';
  if (
    held !== undefined &&
    load.writeDisposition === 'WRITE_EMPTY' &&
    (await countRows(connection, name)) > 0
  ) {
    throw new BigqueryError('duplicate', `Already Exists: Table ${catalog.path(name)}`);
  }
  const columns = await Promise.all(files.map((file) => describeFile(connection, file)));
  const given = load.schema === undefined ? inferSchema(columns[0] ?? []) : readFields(load.schema.fields);
  const wanted = isReplaced ? given : mergedSchema(catalog.path(name), held.schema.fields, given, load);

  await connection.run('BEGIN TRANSACTION');
  let outputRows = 0;
  try {
    const changes = isReplaced ? [createTable(name, wanted)] : widenTable(name, held.schema.fields, wanted);
    for (const sql of changes) await connection.run(sql);
    for (const [index, file] of files.entries()) {
      const selected = wanted.map((field) => selectColumn(field, columns[index] ?? [], file.uri));
      if (load.ignoreUnknownValues !== true) refuseUnknown(catalog.path(name), wanted, columns[index] ?? []);
      const list = wanted.map((field) => quoted(field.name)).join(', ');
      const result = await connection.run(
        `INSERT INTO ${storedName(name)} (${list}) SELECT ${selected.join(', ')} FROM ${rowsOf(file)}`,
      );
      outputRows += result.rowsChanged;
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw loadError(error);
  }
  const settings: TableSettings = { schema: { fields: wanted } };
  if (load.timePartitioning !== undefined) settings.timePartitioning = load.timePartitioning;
  if (load.clustering !== undefined) settings.clustering = load.clustering;
  if (held === undefined) catalog.putTable(name, settings);
  else catalog.changeTable(name, settings);
  return {
    inputFiles: files.length,
    inputFileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    outputRows,
  };
}

async function countRows(connection: DuckDBConnection, name: TableName): Promise<number> {
  const [[rows] = []] = (
    await connection.runAndReadAll(`SELECT count(*) FROM ${storedName(name)}`)
  ).getRows();
  return Number(rows);
}

/** BigQuery takes folders for columns where it is asked to, and nobody asks. */
const rowsOf = ({ path }: LoadFile) => `read_parquet(${text(path)}, hive_partitioning = false)`;

async function describeFile(connection: DuckDBConnection, file: LoadFile): Promise<ParquetColumn[]> {
  try {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${rowsOf(file)}`);
    return described
      .getRowObjects()
      .map((row) => ({ name: String(row['column_name']), stored: String(row['column_type']) }));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw invalid(
      `Error while reading data, error message: Input file is not in Parquet format. File: ${file.uri} (${said})`,
    );
  }
}

const inferSchema = (columns: readonly ParquetColumn[]) =>
  columns.map(({ name, stored }): TableField => ({ ...fieldOf(name, stored), mode: 'NULLABLE' }));

/** The schema of a table that is appended to: only as wide as the schema update options let it become. */
function mergedSchema(
  path: string,
  held: readonly TableField[],
  given: readonly TableField[],
  { schemaUpdateOptions = [] }: LoadConfiguration,
): TableField[] {
  const all = [...given, ...held.filter((field) => !given.some((each) => isSame(each.name, field.name)))];
  const added = additions(path, held, all);
  if (added.length > 0 && !schemaUpdateOptions.includes('ALLOW_FIELD_ADDITION')) {
    throw invalid(
      `Provided Schema does not match Table ${path}. Cannot add fields (field: ${added[0]?.name})`,
    );
  }
  const mayLoosen = schemaUpdateOptions.includes('ALLOW_FIELD_RELAXATION');
  const kept = held.map((field) => {
    const next = given.find(({ name }) => isSame(name, field.name)) ?? field;
    if (next.mode !== field.mode && !mayLoosen) {
      throw invalid(
        `Provided Schema does not match Table ${path}. Field ${field.name} has changed mode from ${field.mode} to ${next.mode}`,
      );
    }
    return { ...field, mode: next.mode };
  });
  return [...kept, ...added];
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Types of a file's column that a field takes, as DuckDB calls them. */
const accepted: Partial<Record<TableField['type'], RegExp>> = {
  STRING: /^VARCHAR$/,
  INTEGER: /^U?(BIGINT|INTEGER|SMALLINT|TINYINT)$/,
  FLOAT: /^(DOUBLE|FLOAT)$/,
  BOOLEAN: /^BOOLEAN$/,
  TIMESTAMP: /^TIMESTAMP WITH TIME ZONE$/,
  DATETIME: /^TIMESTAMP$/,
  DATE: /^DATE$/,
  NUMERIC: /^DECIMAL/,
  BYTES: /^BLOB$/,
};

function selectColumn(field: TableField, columns: readonly ParquetColumn[], uri: string): string {
  if (field.type === 'JSON') throw invalid(`Unsupported field type: JSON`);
  if (field.mode === 'REPEATED')
    throw invalid(`Field ${field.name} is REPEATED, which this server does not load`);
  const column = columns.find(({ name }) => isSame(name, field.name));
  if (column === undefined) {
    if (field.mode === 'REQUIRED')
      throw invalid(
        `Error while reading data, error message: Required column '${field.name}' is missing. File: ${uri}`,
      );
    return 'NULL';
  }
  if (!accepted[field.type]?.test(column.stored)) {
    throw invalid(
      `Error while reading data, error message: Parquet column '${field.name}' has type ${column.stored} which does not match the target cpp_type ${field.type}. File: ${uri}`,
    );
  }
  return quoted(column.name);
}

function refuseUnknown(path: string, fields: readonly TableField[], columns: readonly ParquetColumn[]): void {
  const unknown = columns.find(({ name }) => !fields.some((field) => isSame(field.name, name)));
  if (unknown !== undefined) {
    throw invalid(`Provided Schema does not match Table ${path}. Cannot add fields (field: ${unknown.name})`);
  }
}

function loadError(error: unknown): unknown {
  if (error instanceof BigqueryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const field = /NOT NULL constraint failed: \S*\.(\S+)/.exec(message)?.[1];
  return field === undefined
    ? invalid(message)
    : invalid(`Error while reading data, error message: Required field ${field} cannot be null`);
}
