import { TidemarkError } from '../model/errors.js';
import type { StagingStore } from '../staging/stagingStore.js';
import type { BigqueryConfig as BigquerySettings } from './bigquery/connection.js';
import type { ServerSettings } from './postgres/server.js';
import type { Warehouse } from './warehouse.js';

/** The `warehouse` section of the configuration. */
export interface DuckdbConfig {
  kind: 'duckdb';
  /** The file; made by the first load. */
  path: string;
  /** Memory that loads may take, as DuckDB writes sizes; more spills to disk. Default 256MB. */
  memoryLimit?: string;
  /** Threads of a load. Default 1. */
  threads?: number;
}

/** A directory of files, for everything that reads Parquet or lines of JSON. */
export interface FilesConfig {
  kind: 'parquet' | 'ndjson';
  /** The directory; made by the first load. */
  path: string;
  /** Memory that loads may take, as DuckDB writes sizes; more spills to disk. Default 256MB. */
  memoryLimit?: string;
  /** Threads of a load. Default 1. */
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
 * Opens the warehouse of the configuration; `staging` is where the files of batches are read from. What a kind needs
 * is loaded with it: libraries of all of them take a quarter of a second.
 * Throws InvalidConfig for a kind it does not know. Does not touch the warehouse yet.
 */
export async function openWarehouse(config: WarehouseConfig, staging: StagingStore): Promise<Warehouse> {
  switch (config.kind) {
    case 'duckdb': {
      const { createDuckdbWarehouse } = await import('./duckdb/duckdbWarehouse.js');
      return createDuckdbWarehouse(
        { path: config.path, memoryLimit: config.memoryLimit ?? '256MB', threads: config.threads ?? 1 },
        staging,
      );
    }
    case 'parquet':
    case 'ndjson': {
      const { createFilesWarehouse } = await import('./files/filesWarehouse.js');
      return createFilesWarehouse(
        {
          format: config.kind,
          path: config.path,
          memoryLimit: config.memoryLimit ?? '256MB',
          threads: config.threads ?? 1,
          keepReplaced: config.keepReplaced ?? 600_000,
        },
        staging,
      );
    }
    case 'postgres': {
      const { createPostgresWarehouse } = await import('./postgres/postgresWarehouse.js');
      return createPostgresWarehouse(
        { ...config, schema: config.schema ?? 'tidemark', lockWait: config.lockWait ?? 60_000 },
        staging,
      );
    }
    case 'bigquery': {
      const { createBigqueryWarehouse } = await import('./bigquery/bigqueryWarehouse.js');
      return createBigqueryWarehouse(config, staging);
    }
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
