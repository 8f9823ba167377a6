/** The two datasets, made where the configuration says. */
import type { BigQuery } from '@google-cloud/bigquery';
import { TidemarkError } from '../../model/errors.js';
import type { BigqueryConfig } from './connection.js';
import { isDuplicate, isNotFound } from './failures.js';
import { patiently } from './jobs.js';

/** Staged tables that a broken-off load left behind go by themselves. */
const stagedDays = 3;

/** Throws InvalidConfig when a dataset is elsewhere than configured. */
export async function ensureDatasets(
  bigquery: BigQuery,
  config: BigqueryConfig,
  signal: AbortSignal,
): Promise<void> {
  await ensureDataset(bigquery, config, config.dataset, signal, {
    description: 'Quality-management data, loaded by Tidemark.',
  });
  await ensureDataset(bigquery, config, config.stagingDataset, signal, {
    description: 'Staged tables of Tidemark, for the time of a load.',
    defaultTableExpirationMs: String(stagedDays * 86_400_000),
  });
}

async function ensureDataset(
  bigquery: BigQuery,
  { location, labels }: BigqueryConfig,
  id: string,
  signal: AbortSignal,
  options: { description: string; defaultTableExpirationMs?: string },
): Promise<void> {
  let found: string | undefined;
  try {
    const [metadata] = await patiently(signal, async () => bigquery.dataset(id).getMetadata());
    found = (metadata as { location?: string }).location;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await unlessThere(signal, async () => bigquery.createDataset(id, { location, labels, ...options }));
    return;
  }
  if (found === undefined || found.toLowerCase() === location.toLowerCase()) return;
  throw new TidemarkError(
    'InvalidConfig',
    `warehouse.location is ${location}, but the dataset ${id} is in ${found}.`,
    { remedy: `Write location: ${found}, or name another dataset.` },
  );
}

/** Another worker may make the same at the same time. */
export async function unlessThere(signal: AbortSignal, make: () => Promise<unknown>): Promise<void> {
  await patiently(signal, async () => {
    try {
      await make();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  });
}
