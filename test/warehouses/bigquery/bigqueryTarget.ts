/** BigQuery's test server as a target: a pair of datasets for each test. */
import {
  createBigqueryWarehouse,
  type BigqueryWarehouse,
} from '../../../warehouses/bigquery/bigqueryWarehouse.js';
import type { BigqueryConfig } from '../../../warehouses/bigquery/connection.js';
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

/** @param make makes the tables first, so that faults meet what comes after */
export async function bigqueryTarget(server: BigqueryServer, make = true): Promise<BigqueryTarget> {
  const config = configOf(server);
  const target = await scratchTarget(
    async (store) => {
      const warehouse = createBigqueryWarehouse(config, store, emulatorOf(server));
      if (make) await warehouse.ensureSchema();
      return warehouse;
    },
    async (table, column) => {
      await server.query(
        `ALTER TABLE \`${config.project}.${config.dataset}.${table}\` DROP COLUMN ${column}`,
      );
    },
  );
  return { ...target, warehouse: target.warehouse as BigqueryWarehouse, config };
}
