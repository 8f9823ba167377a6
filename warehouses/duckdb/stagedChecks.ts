/** The promises that staged rows must keep before anything is merged. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '../../model/errors.js';
import { identifier, list, literal } from '../../model/sqlText.js';
import { stagedColumns, tables, type StagedTableName } from '../../model/tables.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { ownerOf, versionedPlans } from '../sql/mergePlan.js';
import type { BatchManifest } from '../warehouse.js';
import { plainRows } from './plainValues.js';
import { readFooters, type Footer } from './stagedFooters.js';
import { staged, type StagedFile } from './stagedFiles.js';

/** For rows that no vendor's data should be able to bring about. */
const brokenPromise =
  'Nothing of the batch was loaded. The mapping broke its own promise: report it with this message.';

/** Throws LoadRefused naming table and column, key or example when the staged rows break a promise. */
export async function checkStagedRows(
  connection: DuckDBConnection,
  batch: BatchManifest,
  files: readonly StagedFile[],
): Promise<void> {
  const footers = await readFooters(connection, files);
  for (const file of files) {
    const footer = footers.get(file.path) ?? { rows: 0, columns: new Map() };
    checkColumns(file.table, footer);
    checkValues(file, footer, batch);
  }
  await checkUnique(connection, files);
  await checkOwners(connection, files, batch);
  if (batch.files.tombstones !== undefined) await checkTombstones(connection);
}

function checkColumns(table: StagedTableName, { columns }: Footer) {
  const found = [...columns].map(([name, { type }]) => `${name} ${type}`);
  const wanted = stagedColumns(table).map(({ name, type }) => `${name} ${duckdbDialect.stagedTypes[type]}`);
  const wrong =
    wanted.find((column) => !found.includes(column)) ?? found.find((column) => !wanted.includes(column));
  if (wrong === undefined) return;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: the staged file and the column registry disagree about the column ${wrong}.`,
    { remedy: 'It was staged by another version of Tidemark: run the window again.' },
  );
}

function checkValues(
  { table, object }: StagedFile,
  { rows, columns }: Footer,
  { batchId, connection: connectionName, sourceSystem }: BatchManifest,
) {
  if (rows !== object.rows) {
    throw new TidemarkError(
      'LoadRefused',
      `${table}: the manifest says ${object.rows} rows, but the staged file has ${rows}.`,
      { remedy: 'Run the window again.' },
    );
  }
  for (const { name, nullable } of stagedColumns(table)) {
    const empty = columns.get(name)?.empty;
    if (nullable || empty === 0) continue;
    throw new TidemarkError(
      'LoadRefused',
      `${table}.${name} is empty in ${empty ?? 'an unknown number of'} staged rows.`,
      {
        remedy: brokenPromise,
      },
    );
  }
  const stamped = { batch_id: batchId, connection: connectionName, source_system: sourceSystem };
  for (const [name, value] of Object.entries(stamped)) {
    const { least = null, greatest = null } = columns.get(name) ?? {};
    if (least === value && greatest === value) continue;
    throw new TidemarkError(
      'LoadRefused',
      `${table}.${name} is not "${value}", as the manifest says, in all staged rows, but "${least}" to "${greatest}".`,
      { remedy: brokenPromise },
    );
  }
}

/** DuckDB's MERGE would take any of two rows with one key, or insert both, without a word. */
async function checkUnique(connection: DuckDBConnection, files: readonly StagedFile[]) {
  const example = await firstExample(
    connection,
    files.map(({ table }) => {
      const { key } = tables[table];
      return `SELECT ${literal(table)} AS "table", ${keyText(key)}, count(*) AS times FROM ${staged(table)}
        GROUP BY ${list(key)} HAVING count(*) > 1`;
    }),
  );
  if (example === undefined) return;
  const { table, found, times } = example;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: the key (${tables[table].key.join(', ')}) is not unique in the staged rows: (${found}) is there ${times} times.`,
    { remedy: brokenPromise },
  );
}

/** Orphans are looked for among the owners of the batch, so a part without its owner would never be cleaned up. */
async function checkOwners(
  connection: DuckDBConnection,
  files: readonly StagedFile[],
  batch: Pick<BatchManifest, 'files'>,
) {
  const example = await firstExample(
    connection,
    files.flatMap(({ table }) => {
      const owner = ownerOf(table);
      if (owner === undefined) return [];
      const without =
        batch.files[owner.name] === undefined
          ? ''
          : `ANTI JOIN ${staged(owner.name)} USING (${list(owner.key)})`;
      return [
        `SELECT ${literal(table)} AS "table", ${keyText(owner.key)}, 1 AS times FROM ${staged(table)} ${without}`,
      ];
    }),
  );
  if (example === undefined) return;
  const { table, found } = example;
  const owner = ownerOf(table)?.name;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: rows of (${found}) are staged without their row of ${owner}.`,
    { remedy: brokenPromise },
  );
}

interface Example {
  table: StagedTableName;
  /** Values of the key. */
  found: string;
  times: number;
}

const keyText = (key: readonly string[]) =>
  `concat_ws(', ', ${key.map((column) => `${identifier(column)}::VARCHAR`).join(', ')}) AS found`;

/** In one statement, as each waits for the turn of this process. */
async function firstExample(
  connection: DuckDBConnection,
  queries: readonly string[],
): Promise<Example | undefined> {
  if (queries.length === 0) return undefined;
  const [example] = await plainRows(
    connection,
    `SELECT * FROM (${queries.map((query) => `(${query} LIMIT 1)`).join(' UNION ALL ')}) LIMIT 1`,
  );
  return example as Example | undefined;
}

async function checkTombstones(connection: DuckDBConnection) {
  const known = versionedPlans.map(({ name }) => literal(name)).join(', ');
  const [wrong] = await plainRows(
    connection,
    `SELECT entity FROM ${staged('tombstones')} WHERE entity NOT IN (${known}) LIMIT 1`,
  );
  if (wrong === undefined) return;
  throw new TidemarkError(
    'LoadRefused',
    `tombstones.entity "${String(wrong['entity'])}" is no table whose rows can be deleted.`,
    { remedy: brokenPromise },
  );
}
