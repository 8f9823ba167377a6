/** A server with a client of the vendor's library, and what tests ask of jobs again and again. */
import { BigQuery, type JobMetadata, type Query } from '@google-cloud/bigquery';
import { expect } from 'vitest';
import { startBigqueryServer, type BigqueryServer, type BigqueryServerOptions } from './server.js';

export interface ServedClient {
  server: BigqueryServer;
  /** Repeats nothing by itself. */
  client: BigQuery;
  /** Runs a query job to its end and answers with its metadata, whether it failed or not. */
  run: (query: string, settings?: Query) => Promise<JobMetadata>;
  /** An id that no job has. */
  newId: () => string;
}

/** Starts a server in which there is a dataset `d`. */
export async function serveClient(options: BigqueryServerOptions = {}): Promise<ServedClient> {
  const server = await startBigqueryServer(options);
  const client = new BigQuery({ ...server.clientOptions, retryOptions: { autoRetry: false } });
  await client.createDataset('d');
  let ids = 0;
  const newId = () => `id_${(ids += 1)}`;
  const run = async (query: string, settings: Query = {}) => {
    const [job] = await client.createQueryJob({ query, jobId: newId(), ...settings });
    return ended(job);
  };
  return { server, client, run, newId };
}

/** The metadata of a job once it is done. */
export async function ended(job: { getMetadata: () => Promise<unknown[]> }): Promise<JobMetadata> {
  for (;;) {
    const [metadata] = (await job.getMetadata()) as [JobMetadata];
    if (metadata.status?.state === 'DONE') return metadata;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What a failed call says: its status, and the reason and message of its first error. */
export async function failure(call: Promise<unknown>) {
  const error = (await call.then(
    () => expect.unreachable('the call should have failed'),
    (thrown: unknown) => thrown,
  )) as { code?: number; message: string; errors?: { reason: string; message: string }[] };
  return {
    code: error.code,
    reason: error.errors?.[0]?.reason,
    message: error.errors?.[0]?.message ?? error.message,
  };
}
