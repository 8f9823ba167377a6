/** A directory of files as a warehouse, in a folder of its own. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { TableName } from '../../model/tables.js';
import { createFileStore } from '../../staging/fileStore.js';
import type { FileFormatName } from '../../warehouses/files/formats.js';
import type { Manifest, ManifestFile } from '../../warehouses/files/manifest.js';
import { openWarehouse, type FilesConfig } from '../../warehouses/openWarehouse.js';
import { processDirectory } from '../support/scratchDirectory.js';
import { scratchTarget, type ScratchTarget } from './contract/target.js';

export interface ScratchFiles extends ScratchTarget {
  path: string;
  manifest(): Promise<Manifest>;
  /** Current files of a table, as the manifest has them. */
  files(table: TableName): Promise<ManifestFile[]>;
}

export async function scratchFiles(
  kind: FileFormatName,
  config: Partial<FilesConfig> = {},
): Promise<ScratchFiles> {
  let path = '';
  const manifest = async () => JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')) as Manifest;
  const target = await scratchTarget(
    async (store, directory) => {
      path = join(directory, 'warehouse');
      await cp(await emptyDirectory(kind), path, { recursive: true });
      return openWarehouse({ kind, path, ...config }, store);
    },
    {
      async dropColumn(table, column) {
        const held = await manifest();
        const entry = held.tables[table];
        if (entry === undefined) throw new Error(`${table} is not in the manifest.`);
        entry.columns = entry.columns.filter(({ name }) => name !== column);
        for (const file of entry.files) await rewriteWithout(join(path, file.path), kind, column);
        await writeFile(join(path, 'manifest.json'), JSON.stringify(held));
      },
      empty: () => rm(path, { recursive: true }),
    },
  );
  return {
    ...target,
    path,
    manifest,
    files: async (table) => (await manifest()).tables[table]?.files ?? [],
  };
}

async function rewriteWithout(path: string, kind: FileFormatName, column: string): Promise<void> {
  await withReader(async (connection) => {
    const [source, options] =
      kind === 'parquet'
        ? [`read_parquet('${path}', hive_partitioning = false)`, 'FORMAT parquet']
        : [`read_json('${path}', hive_partitioning = false)`, 'FORMAT json, COMPRESSION gzip'];
    await connection.run(`CREATE TABLE kept AS SELECT * EXCLUDE (${column}) FROM ${source}`);
    await connection.run(`COPY kept TO '${path}' (${options})`);
  });
}

/** Another program's DuckDB, which knows nothing of the directory. */
export async function withReader<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Every test of this process begins with the same empty directory. */
const made = new Map<FileFormatName, Promise<string>>();

async function emptyDirectory(kind: FileFormatName): Promise<string> {
  const directory = made.get(kind) ?? makeEmptyDirectory(kind);
  made.set(kind, directory);
  return directory;
}

async function makeEmptyDirectory(kind: FileFormatName): Promise<string> {
  const folder = await processDirectory();
  const path = join(folder, 'warehouse');
  const warehouse = await openWarehouse({ kind, path }, createFileStore(folder, 'file:none'));
  await warehouse.ensureSchema();
  return path;
}
