/** Staged rows on their way: DuckDB writes them as PostgreSQL's COPY reads them, so that none passes through here. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { from as copyFrom } from 'pg-copy-streams';
import type { Column } from '../../model/column.js';
import { TidemarkError } from '../../model/errors.js';
import { stagedColumns, type StagedTableName } from '../../model/tables.js';
import { plainRows } from '../duckdb/plainValues.js';
import { staged as stagedView } from '../duckdb/stagedFiles.js';
import { standardIdentifier, standardText } from '../sql/dialects/standard.js';
import type { BatchManifest } from '../warehouse.js';
import type { Server } from './server.js';
import type { Session } from './session.js';

export interface Copy {
  table: StagedTableName;
  path: string;
  rows: number;
}

export interface Copies {
  files: Copy[];
  /** What a reader of the audit should know about them. */
  notes: string[];
}

/** Writes a file for each staged table of the batch into the directory. */
export async function writeCopies(
  connection: DuckDBConnection,
  { files }: Pick<BatchManifest, 'files'>,
  directory: string,
  signal: AbortSignal,
): Promise<Copies> {
  const copies: Copies = { files: [], notes: [] };
  for (const [table, { rows }] of Object.entries(files) as [StagedTableName, { rows: number }][]) {
    signal.throwIfAborted();
    const path = join(directory, `${table}.copy`);
    const values = stagedColumns(table).map((column) => copied(column));
    // The text format of COPY: a backslash escapes, so nothing is quoted, and \N is null.
    await connection.run(
      `COPY (SELECT ${values.join(', ')} FROM ${stagedView(table)}) TO ${standardText(path)}
       (FORMAT csv, HEADER false, DELIMITER '\t', QUOTE '', ESCAPE '', NULLSTR '\\N')`,
    );
    copies.files.push({ table, path, rows });
    copies.notes.push(...(await nulNotes(connection, table)));
  }
  return copies;
}

const escaped = [
  ['chr(92)', 'chr(92) || chr(92)'],
  ['chr(9)', "chr(92) || 't'"],
  ['chr(10)', "chr(92) || 'n'"],
  ['chr(13)', "chr(92) || 'r'"],
  // PostgreSQL's texts end at a NUL; U+FFFD stands for what cannot be held.
  ['chr(0)', 'chr(65533)'],
] as const;

const isText = ({ type }: Column) => type === 'string' || type === 'json';

const copied = (column: Column) =>
  isText(column)
    ? escaped.reduce((sql, [what, by]) => `replace(${sql}, ${what}, ${by})`, standardIdentifier(column.name))
    : standardIdentifier(column.name);

async function nulNotes(connection: DuckDBConnection, table: StagedTableName): Promise<string[]> {
  const columns = stagedColumns(table).filter(isText);
  // In JSON it is an escape, unless its backslash is itself escaped; the dialect replaces it there.
  const holdsNul = ({ name, type }: Column) =>
    type === 'json'
      ? `contains(replace(${standardIdentifier(name)}, chr(92) || chr(92), ''), chr(92) || 'u0000')`
      : `contains(${standardIdentifier(name)}, chr(0))`;
  const [counts = {}] = await plainRows(
    connection,
    `SELECT ${columns.map((column) => `count(*) FILTER (${holdsNul(column)}) AS ${standardIdentifier(column.name)}`).join(', ')}
     FROM ${stagedView(table)}`,
  );
  return columns.flatMap(({ name }) =>
    counts[name] === 0
      ? []
      : [
          `${table}.${name}: NUL characters in ${String(counts[name])} rows, which PostgreSQL cannot hold, are U+FFFD.`,
        ],
  );
}

/** Copies the file into a staged table of the transaction. Throws LoadRefused when not every row arrived. */
export async function copyIn(
  { client, run }: Session,
  { dialect }: Pick<Server, 'dialect'>,
  { table, path, rows }: Copy,
  signal: AbortSignal,
): Promise<void> {
  const columns = stagedColumns(table);
  const target = dialect.staged(table);
  await run(
    `CREATE TEMPORARY TABLE ${target}
       (${columns.map(({ name, type }) => `${dialect.identifier(name)} ${dialect.stagedTypes[type]}`).join(', ')})
     ON COMMIT DROP`,
  );
  const names = columns.map(({ name }) => dialect.identifier(name)).join(', ');
  const copy = client.query(copyFrom(`COPY ${target} (${names}) FROM STDIN`));
  await pipeline(createReadStream(path), copy, { signal });
  if (copy.rowCount !== rows) {
    throw new TidemarkError(
      'LoadRefused',
      `${table}: the manifest says ${rows} rows, but ${copy.rowCount} arrived in PostgreSQL.`,
      { remedy: 'Nothing of the batch was loaded. Run the window again.' },
    );
  }
  // Without it the planner takes any table of a transaction for a small one.
  await run(`ANALYZE ${target}`);
}
