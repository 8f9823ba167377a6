import { TidemarkError } from '../model/errors.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { createBigqueryWarehouse } from './bigquery/bigqueryWarehouse.js';
import type { BigqueryConfig as BigquerySettings } from './bigquery/connection.js';
import { createDuckdbWarehouse } from './duckdb/duckdbWarehouse.js';
import { createFilesWarehouse } from './files/filesWarehouse.js';
import { createPostgresWarehouse } from './postgres/postgresWarehouse.js';
import type { ServerSettings } from './postgres/server.js';
import type { Warehouse } from './warehouse.js';

/** The `warehouse` section of the configuration. */
export interface DuckdbConfig {
  kind: 'duckdb';
  /** The file; made by the first load. */
  path: string;
  /** Memory that loads may take, as DuckDB writes sizes; more spills to disk. Default 256MB. */
  memoryLimit?: string;
  /** Threads of a load. Default 2. */
  threads?: number;
}

/** A directory of files, for everything that reads Parquet or lines of JSON. */
export interface FilesConfig {
  kind: 'parquet' | 'ndjson';
  /** The directory; made by the first load. */
  path: string;
  /** Memory that loads may take, as DuckDB writes sizes; more spills to disk. Default 256MB. */
  memoryLimit?: string;
  /** Threads of a load. Default 2. */
  threads?: number;
  /** How long files that were replaced stay for readers that are at them, in milliseconds. Default ten minutes. */
  keepReplaced?: number;
}

/** A schema of a PostgreSQL database; what is not given, libpq's environment says. */
export interface PostgresConfig extends Partial<ServerSettings> {
  kind: 'postgres';
}

/** Two datasets of BigQuery. */
export interface BigqueryConfig extends BigquerySettings {
  kind: 'bigquery';
}

export type WarehouseConfig = DuckdbConfig | FilesConfig | PostgresConfig | BigqueryConfig;

/**
 * Opens the warehouse of the configuration; `staging` is where the files of batches are read from.
 * Throws InvalidConfig for a kind it does not know. Does not touch the warehouse yet.
 */
export function openWarehouse(config: WarehouseConfig, staging: StagingStore): Warehouse {
  switch (config.kind) {
    case 'duckdb':
      return createDuckdbWarehouse(
        { path: config.path, memoryLimit: config.memoryLimit ?? '256MB', threads: config.threads ?? 2 },
        staging,
      );
    case 'parquet':
    case 'ndjson':
      return createFilesWarehouse(
        {
          format: config.kind,
          path: config.path,
          memoryLimit: config.memoryLimit ?? '256MB',
          threads: config.threads ?? 2,
          keepReplaced: config.keepReplaced ?? 600_000,
        },
        staging,
      );
    case 'postgres':
      return createPostgresWarehouse(
        { ...config, schema: config.schema ?? 'tidemark', lockWait: config.lockWait ?? 60_000 },
        staging,
      );
    case 'bigquery':
      return createBigqueryWarehouse(config, staging);
    default:
      throw new TidemarkError(
        'InvalidConfig',
        `warehouse.kind: "${String((config as { kind: unknown }).kind)}" is no warehouse that Tidemark knows.`,
        {
          remedy: 'Write duckdb, parquet, ndjson, postgres or bigquery.',
        },
      );
  }
}
