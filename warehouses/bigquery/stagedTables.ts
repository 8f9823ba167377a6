/** Staged files as tables of the staging dataset, for the time of a load. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { BigQuery, Job, JobMetadata, Table, TableMetadata } from '@google-cloud/bigquery';
import pMap from 'p-map';
import type { StagedTableName } from '../../model/tables.js';
import type { StagedObject, StagingStore } from '../../staging/stagingStore.js';
import type { BatchManifest } from '../warehouse.js';
import type { BigqueryConfig } from './connection.js';
import { isNotFound } from './failures.js';
import { patiently, runJob } from './jobs.js';
import { jobName, stagedTable } from './names.js';
import { stagedRows } from './script.js';
import { stagedFields } from './tableDefinitions.js';

const atOnce = 4;

/** Loads every file of a batch into its table; each is there with all its rows when the promise resolves. */
export async function stageTables(
  bigquery: BigQuery,
  config: BigqueryConfig,
  staging: StagingStore,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<void> {
  await pMap(
    stagedRows(batch).keys(),
    async (name) => {
      const object = batch.files[name];
      if (object !== undefined)
        await stageTable(bigquery, config, staging, batch.batchId, name, object, signal);
    },
    { concurrency: atOnce, signal },
  );
}

async function stageTable(
  bigquery: BigQuery,
  config: BigqueryConfig,
  staging: StagingStore,
  batchId: string,
  name: StagedTableName,
  object: StagedObject,
  signal: AbortSignal,
): Promise<void> {
  const table = bigquery.dataset(config.stagingDataset).table(stagedTable(config, batchId, name));
  const uri = bucketUri(staging, object);
  await runJob(
    bigquery,
    {
      name: jobName(config, `stage_${name}`, batchId, object.sha256),
      insert: async (jobId) =>
        uri === undefined
          ? upload(table, { ...loadOf(name), jobId }, await staging.localPath(object), signal)
          : bigquery.createJob({
              jobId,
              configuration: {
                labels: { ...config.labels },
                load: { ...loadOf(name), sourceUris: [uri], destinationTable: referenceOf(config, table) },
              },
            }),
      complaint: async (ended) => {
        const loaded = rowsOf(ended);
        if (loaded !== object.rows) return `${name}: ${loaded} of ${object.rows} staged rows were loaded.`;
        // An earlier attempt may have loaded it, and it has been dropped since.
        const held = await heldRows(table, signal);
        return held === object.rows ? undefined : `${name}: ${held} of ${object.rows} staged rows are there.`;
      },
    },
    signal,
  );
}

/** Drops the staged tables of a batch that is committed. */
export async function dropStagedTables(
  bigquery: BigQuery,
  config: BigqueryConfig,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<void> {
  const dataset = bigquery.dataset(config.stagingDataset);
  await pMap(
    stagedRows(batch).keys(),
    async (name) => {
      const table = dataset.table(stagedTable(config, batch.batchId, name));
      await patiently(signal, async () => table.delete({ ignoreNotFound: true }));
    },
    { concurrency: atOnce },
  );
}

/** BigQuery reads buckets of Cloud Storage itself. */
function bucketUri({ location }: StagingStore, { name }: StagedObject): string | undefined {
  return location.startsWith('gs://') ? `${location.replace(/\/$/, '')}/${name}` : undefined;
}

function loadOf(name: StagedTableName) {
  return {
    sourceFormat: 'PARQUET',
    writeDisposition: 'WRITE_TRUNCATE',
    createDisposition: 'CREATE_IF_NEEDED',
    schema: { fields: stagedFields(name) },
  };
}

const referenceOf = ({ project, stagingDataset }: BigqueryConfig, { id = '' }: Table) => ({
  projectId: project,
  datasetId: stagingDataset,
  tableId: id,
});

/**
 * Resolves when BigQuery has accepted the job. The client's own ways to load a file either lose errors of the file,
 * which end the process, or then ask for the job twice a second for as long as it takes.
 */
async function upload(
  table: Table,
  metadata: ReturnType<typeof loadOf> & { jobId: string },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  // oxlint-disable-next-line no-underscore-dangle -- what the client's own createLoadJob is built on
  const target = table.createWriteStream_(metadata);
  const accepted = new Promise<void>((resolve, reject) => {
    target.once('job', (job: Job | null) =>
      job === null ? reject(new Error('BigQuery answered an upload without a job.')) : resolve(),
    );
    target.once('error', reject);
  });
  await Promise.all([accepted, pipeline(createReadStream(path), target, { signal })]);
}

const rowsOf = ({ statistics }: JobMetadata) => Number(statistics?.load?.outputRows ?? 0);

async function heldRows(table: Table, signal: AbortSignal): Promise<number> {
  try {
    const [metadata] = await patiently(signal, async () => table.getMetadata());
    return Number((metadata as TableMetadata).numRows ?? 0);
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}
