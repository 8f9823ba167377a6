/** Queries and scripts as jobs, each with a limit to what it may be billed for. */
import type { BigQuery, JobMetadata } from '@google-cloud/bigquery';
import type { BigqueryConfig } from './connection.js';
import { patiently, runJob } from './jobs.js';
import { toPlainRow } from './plainValues.js';

export interface Estimate {
  /** What the service would read, in bytes; it bills at least 10 MB for each table. */
  bytes: number;
  /** BigQuery's own word: SELECT, MERGE, SCRIPT … */
  statementType: string;
}

/** Runs a script to its end. @param name the same for the same work in every attempt */
export async function runScript(
  bigquery: BigQuery,
  config: BigqueryConfig,
  name: string,
  sql: string,
  signal: AbortSignal,
): Promise<JobMetadata> {
  return runJob(
    bigquery,
    {
      name,
      insert: async (jobId) => bigquery.createJob({ jobId, configuration: configurationOf(config, sql) }),
    },
    signal,
  );
}

/**
 * Rows of a query; values plain, as RunQuery has them. Names without a dataset mean that of the tables. A short query
 * takes one request, and one whose answer is lost is simply asked again.
 */
export async function runQuery(
  bigquery: BigQuery,
  config: BigqueryConfig,
  sql: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const { labels, query } = configurationOf(config, sql);
  const [rows] = await patiently(signal, async () =>
    bigquery.query({ ...query, labels, wrapIntegers: true }),
  );
  return (rows as Record<string, unknown>[]).map(toPlainRow);
}

/** What a statement would read; it is analysed and not run. */
export async function dryRun(
  bigquery: BigQuery,
  config: BigqueryConfig,
  sql: string,
  signal: AbortSignal,
): Promise<Estimate> {
  const [job] = await patiently(signal, async () =>
    bigquery.createJob({ configuration: { ...configurationOf(config, sql), dryRun: true } }),
  );
  const { statistics } = job.metadata as JobMetadata;
  return {
    bytes: Number(statistics?.query?.totalBytesProcessed ?? 0),
    statementType: statistics?.query?.statementType ?? '',
  };
}

function configurationOf({ project, dataset, maximumBytesBilled, labels }: BigqueryConfig, query: string) {
  return {
    labels: { ...labels },
    query: {
      query,
      useLegacySql: false,
      defaultDataset: { projectId: project, datasetId: dataset },
      maximumBytesBilled: String(maximumBytesBilled),
    },
  };
}
