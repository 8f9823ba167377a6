/** Queries and scripts as jobs, each with a limit to what it may be billed for. */
import { randomUUID } from 'node:crypto';
import type { BigQuery, JobMetadata } from '@google-cloud/bigquery';
import type { BigqueryConfig } from './connection.js';
import { patiently, runJob } from './jobs.js';
import { toPlainRow, type Field } from './plainValues.js';

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

/** An answer of the API with as much of the result as fits. */
interface Page {
  jobReference?: { jobId?: string };
  /** False while the query runs. */
  jobComplete?: boolean;
  schema?: { fields?: Field[] };
  rows?: unknown[];
  pageToken?: string;
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
  const { location } = config;
  const formatOptions = { useInt64Timestamp: true };
  const json = { ...query, labels, location, formatOptions, requestId: randomUUID() };
  let page = await ask(bigquery, signal, { method: 'POST', uri: '/queries', json });
  const uri = `/queries/${page.jobReference?.jobId ?? ''}`;
  const rows: Record<string, unknown>[] = [];
  for (;;) {
    const fields = page.schema?.fields ?? [];
    for (const row of page.rows ?? []) rows.push(toPlainRow(fields, row));
    const { pageToken } = page;
    if (page.jobComplete !== false && pageToken === undefined) return rows;
    const qs = {
      location,
      'formatOptions.useInt64Timestamp': true,
      ...(pageToken === undefined ? {} : { pageToken }),
    };
    page = await ask(bigquery, signal, { uri, qs });
  }
}

async function ask(
  bigquery: BigQuery,
  signal: AbortSignal,
  request: { method?: 'POST'; uri: string; json?: object; qs?: object },
): Promise<Page> {
  return patiently(
    signal,
    async () =>
      new Promise<Page>((resolve, reject) => {
        bigquery.request({ ...request }, (error, body) =>
          error === null ? resolve(body as Page) : reject(error),
        );
      }),
  );
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
