/** A DuckDB warehouse in a folder of its own. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createFileStore } from '../../staging/fileStore.js';
import { openWarehouse, type DuckdbConfig } from '../../warehouses/openWarehouse.js';
import { processDirectory } from '../support/scratchDirectory.js';
import { scratchTarget, type ScratchTarget } from './contract/target.js';

export interface ScratchWarehouse extends ScratchTarget {
  path: string;
}

export async function scratchWarehouse(config: Partial<DuckdbConfig> = {}): Promise<ScratchWarehouse> {
  let path = '';
  const target = await scratchTarget(
    async (store, directory) => {
      path = join(directory, 'warehouse.duckdb');
      await copyFile(await emptyWarehouse, path);
      return openWarehouse({ kind: 'duckdb', path, ...config }, store);
    },
    {
      dropColumn: async (table, column) => changeFile(path, `ALTER TABLE ${table} DROP COLUMN ${column}`),
      empty: () => rm(path),
    },
  );
  return { ...target, path };
}

/** Making the schema takes a moment, and every test of this process begins with the same empty file. */
const emptyWarehouse = makeEmptyWarehouse();

async function makeEmptyWarehouse(): Promise<string> {
  const directory = await processDirectory();
  const path = join(directory, 'empty.duckdb');
  const warehouse = await openWarehouse({ kind: 'duckdb', path }, createFileStore(directory, 'file:none'));
  await warehouse.ensureSchema();
  return path;
}

/** Changes the file behind the warehouse's back, as another program would. */
export async function changeFile(path: string, ...statements: string[]) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}
