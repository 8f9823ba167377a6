import { join } from 'node:path';
import { openStagingStore } from '../staging/openStagingStore.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { openWarehouse } from '../warehouses/openWarehouse.js';
import type { Warehouse } from '../warehouses/warehouse.js';
import { cacheDirectory } from './binaryCache.js';
import type { Configuration } from './configuration.js';

/** Staging and warehouse of a configuration; neither is touched yet. */
export async function openConfigured(
  configuration: Pick<Configuration, 'staging' | 'warehouse'>,
): Promise<{ staging: StagingStore; warehouse: Warehouse }> {
  const staging = await openStaging(configuration);
  return { staging, warehouse: await openWarehouse(configuration.warehouse, staging) };
}

/** Staging alone, for those to whom it does not matter whether the warehouse can be opened. */
export async function openStaging({ staging }: Pick<Configuration, 'staging'>): Promise<StagingStore> {
  return openStagingStore(staging, join(cacheDirectory(process.env), 'staging'));
}
