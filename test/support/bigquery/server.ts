/** A BigQuery of the test's own: the REST protocol of its clients, and GoogleSQL that really runs, in DuckDB. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OAuth2Client } from 'google-auth-library';
import { Catalog } from './catalog.js';
import { copyDataset } from './copyDataset.js';
import { datasetRoutes } from './datasetRoutes.js';
import { Faults, type FaultRule } from './faults.js';
import { createHttp, type RecordedRequest } from './http.js';
import { jobResource } from './jobResources.js';
import { jobRoutes } from './jobRoutes.js';
import { Jobs } from './jobs.js';
import type { Objects } from './loadFiles.js';
import { runQuery, type StatementResult } from './script.js';
import { connect, openStorage } from './storage.js';
import { plainRow } from './wire.js';

export interface BigqueryServerOptions {
  projectId?: string;
  faults?: readonly FaultRule[];
  /** For load jobs from `gs://bucket/name`. */
  objects?: Objects;
}

export interface BigqueryServer {
  url: string;
  /** What a client of the vendor's library takes to speak to this server. */
  clientOptions: { projectId: string; apiEndpoint: string; authClient: OAuth2Client };
  inject: (rule: FaultRule) => { struck: () => number };
  /** Every request so far, oldest first. */
  requests: () => readonly RecordedRequest[];
  /** Every job so far as its REST resource, oldest first. */
  jobs: () => unknown[];
  /** Runs GoogleSQL beside the protocol; the rows of its last query, timestamps as ISO 8601 with microseconds. */
  query: (sql: string) => Promise<Record<string, unknown>[]>;
  /** Makes a dataset like another one, beside the protocol. */
  copyDataset: (from: string, to: string) => Promise<void>;
  stop: () => Promise<void>;
}

export async function startBigqueryServer(options: BigqueryServerOptions = {}): Promise<BigqueryServer> {
  const { projectId = 'test-project', faults: rules = [], objects = () => undefined } = options;
  const instance = await openStorage();
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bigquery-'));
  const catalog = new Catalog(projectId);
  const connection = await connect(instance);
  const jobs = new Jobs(projectId, () => connect(instance));
  const faults = new Faults();
  for (const rule of rules) faults.add(rule);
  const record: RecordedRequest[] = [];
  const routes = [
    ...datasetRoutes(catalog, connection),
    ...jobRoutes({ catalog, jobs, connect: () => connect(instance), directory, objects }),
  ];
  const app = createHttp(projectId, routes, faults, record);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'test', expiry_date: Date.now() + 86_400_000 });

  const query = async (sql: string) => {
    const results: StatementResult[] = [];
    const own = await connect(instance);
    try {
      await runQuery(own, { catalog, sql, dryRun: false, parameters: [] }, results);
    } finally {
      own.closeSync();
    }
    const rows = results.findLast((result) => result.rows !== undefined)?.rows;
    return (rows?.rows ?? []).map((row) => plainRow(rows?.fields ?? [], row));
  };

  return {
    url,
    clientOptions: { projectId, apiEndpoint: url, authClient },
    inject: (rule) => faults.add(rule),
    requests: () => record,
    jobs: () => jobs.all().map((job) => jobResource(projectId, job, job.state)),
    query,
    copyDataset: (from, to) => copyDataset(catalog, connection, from, to),
    stop: async () => {
      await app.close();
      await jobs.idle();
      connection.closeSync();
      instance.closeSync();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
