/** A DuckDB file that many cases begin with as it was, and that is looked at after each. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { StagingStore } from '../../../staging/stagingStore.js';
import { plainRows } from '../../../warehouses/duckdb/plainValues.js';
import { openWarehouse } from '../../../warehouses/openWarehouse.js';
import type { Warehouse } from '../../../warehouses/warehouse.js';

export type Query = Warehouse['query'];

/** What a warehouse holds when a window is loaded into it: nothing, or what the window showed when nothing was wrong. */
export const begins = ['empty', 'loaded'] as const;
export type Begin = (typeof begins)[number];

export interface KeptWarehouse {
  warehouse: Warehouse;
  /** Keeps it as it is, as a begin. */
  keep(begin: Begin): Promise<void>;
  /** Puts it back to a begin. */
  reset(begin: Begin): Promise<void>;
  /** Whether its file is, byte for byte, what it was at the begin. */
  isUntouched(begin: Begin): Promise<boolean>;
  /** Looks at it by several queries at once: opening it is most of the work. */
  look<T>(work: (query: Query) => Promise<T>): Promise<T>;
}

export async function openKeptWarehouse(directory: string, staging: StagingStore): Promise<KeptWarehouse> {
  const path = join(directory, 'warehouse.duckdb');
  const warehouse = await openWarehouse({ kind: 'duckdb', path, threads: 1 }, staging);
  await warehouse.ensureSchema();
  const keptAt = (begin: Begin) => join(directory, `${begin}.duckdb`);
  return {
    warehouse,
    keep: async (begin) => copyFile(path, keptAt(begin)),
    reset: async (begin) => copyFile(keptAt(begin), path),
    isUntouched: async (begin) => (await readFile(path)).equals(await readFile(keptAt(begin))),
    look: async (work) => {
      const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
      const connection = await instance.connect();
      try {
        return await work(async (sql) => plainRows(connection, sql));
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    },
  };
}
