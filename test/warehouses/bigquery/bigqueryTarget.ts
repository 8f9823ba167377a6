/** BigQuery as a target: a pair of datasets for each test. */
import { randomUUID } from 'node:crypto';
import type { BigQuery } from '@google-cloud/bigquery';
import { onTestFinished } from 'vitest';
import {
  createBigqueryWarehouse,
  type BigqueryWarehouse,
} from '../../../warehouses/bigquery/bigqueryWarehouse.js';
import { openBigquery, type BigqueryConfig } from '../../../warehouses/bigquery/connection.js';
import type { StagingStore } from '../../../staging/stagingStore.js';
import type { BigqueryServer } from '../../support/bigquery/server.js';
import { scratchTarget, type ScratchTarget } from '../contract/target.js';

let opened = 0;

export interface BigqueryTarget extends ScratchTarget {
  warehouse: BigqueryWarehouse;
  config: BigqueryConfig;
}

export const configOf = (server: BigqueryServer): BigqueryConfig => {
  opened += 1;
  return {
    project: server.clientOptions.projectId,
    dataset: `tidemark_${opened}`,
    stagingDataset: `staging_${opened}`,
    location: 'EU',
    maximumBytesBilled: 20_000_000_000,
    labels: { team: 'quality' },
  };
};

export const emulatorOf = ({ url }: BigqueryServer) => ({ BIGQUERY_EMULATOR_HOST: url });

/**
 * @param make makes the tables first, so that faults meet what comes after; otherwise they are a copy of some that
 * were made once, which takes a moment only
 */
export async function bigqueryTarget(
  server: BigqueryServer,
  make: 'tables' | 'copy' = 'tables',
): Promise<BigqueryTarget> {
  const config = configOf(server);
  const target = await scratchTarget(
    async (store) => {
      const warehouse = createBigqueryWarehouse(config, store, emulatorOf(server));
      if (make === 'tables') await warehouse.ensureSchema();
      else await copyEmpty(server, config, store);
      return warehouse;
    },
    {
      async dropColumn(table, column) {
        const name = `\`${config.project}.${config.dataset}.${table}\``;
        await server.query(`CREATE OR REPLACE TABLE ${name} AS SELECT * EXCEPT (${column}) FROM ${name}`);
      },
      empty: async () => dropDatasets(await openBigquery(config, emulatorOf(server)), config),
    },
  );
  return { ...target, warehouse: target.warehouse as BigqueryWarehouse, config };
}

const made = new WeakMap<BigqueryServer, Promise<BigqueryConfig>>();

/** Every test begins with the same tables without rows. */
async function copyEmpty(server: BigqueryServer, config: BigqueryConfig, store: StagingStore): Promise<void> {
  const making = made.get(server) ?? makeEmpty(server, store);
  made.set(server, making);
  const empty = await making;
  await server.copyDataset(empty.dataset, config.dataset);
  await server.copyDataset(empty.stagingDataset, config.stagingDataset);
}

async function makeEmpty(server: BigqueryServer, store: StagingStore): Promise<BigqueryConfig> {
  const config = { ...configOf(server), dataset: 'tidemark_empty', stagingDataset: 'staging_empty' };
  await createBigqueryWarehouse(config, store, emulatorOf(server)).ensureSchema();
  return config;
}

/** In a project of Google's; the datasets are dropped when the test is over. */
export async function realTarget(project: string): Promise<ScratchTarget> {
  const suffix = randomUUID().replaceAll('-', '').slice(0, 12);
  const config: BigqueryConfig = {
    project,
    dataset: `tidemark_test_${suffix}`,
    stagingDataset: `tidemark_test_staging_${suffix}`,
    location: process.env['TIDEMARK_TEST_BIGQUERY_LOCATION'] ?? 'EU',
    maximumBytesBilled: 20 * 1024 ** 3,
    labels: { tidemark: 'test' },
  };
  const bigquery = await openBigquery(config, {});
  const empty = () => dropDatasets(bigquery, config);
  onTestFinished(empty);
  return scratchTarget(
    async (store) => {
      const warehouse = createBigqueryWarehouse(config, store, {});
      await warehouse.ensureSchema();
      return warehouse;
    },
    {
      async dropColumn(table, column) {
        await bigquery.query(`ALTER TABLE \`${project}.${config.dataset}.${table}\` DROP COLUMN ${column}`);
      },
      empty,
    },
  );
}

async function dropDatasets(bigquery: BigQuery, { dataset, stagingDataset }: BigqueryConfig): Promise<void> {
  for (const id of [dataset, stagingDataset]) await bigquery.dataset(id).delete({ force: true });
}
