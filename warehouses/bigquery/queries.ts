/** Queries and scripts as jobs, each with a limit to what it may be billed for. */
import { randomUUID } from 'node:crypto';
import type { BigQuery, JobMetadata } from '@google-cloud/bigquery';
import type { BigqueryConfig } from './connection.js';
import { patiently, runJob } from './jobs.js';
import { jobName } from './names.js';
import { toPlainRow } from './plainValues.js';

const rowsPerPage = 10_000;

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

/** Rows of a query; values plain, as RunQuery has them. Names without a dataset mean that of the tables. */
export async function runQuery(
  bigquery: BigQuery,
  config: BigqueryConfig,
  sql: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const metadata = await runScript(bigquery, config, jobName(config, 'query', randomUUID()), sql, signal);
  const job = bigquery.job(metadata.jobReference?.jobId ?? '');
  const rows: Record<string, unknown>[] = [];
  let pageToken: string | undefined;
  do {
    const page = pageToken;
    const [found, next] = await patiently(signal, async () =>
      job.getQueryResults({
        autoPaginate: false,
        maxResults: rowsPerPage,
        wrapIntegers: true,
        ...(page === undefined ? {} : { pageToken: page }),
      }),
    );
    rows.push(...(found as Record<string, unknown>[]).map(toPlainRow));
    pageToken = (next as { pageToken?: string } | null)?.pageToken;
  } while (pageToken !== undefined);
  return rows;
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
