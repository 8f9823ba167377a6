/** jobs.* */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cstVisitor, type Node } from 'sql-parser-cst';
import { setTimeout as delay } from 'node:timers/promises';
import { BigqueryError, invalid, notFound, type Reason } from './errors.js';
import type { Catalog } from './catalog.js';
import { page } from './datasetRoutes.js';
import type { Call, Route } from './http.js';
import { answering, jobResource, queryStatistics } from './jobResources.js';
import type { Job, Jobs } from './jobs.js';
import { checkLoad, runLoad, type LoadFile } from './loadJob.js';
import {
  jobBody,
  queryBody,
  readBody,
  uploadBody,
  type JobBody,
  type LoadConfiguration,
  type QueryConfiguration,
} from './requests.js';
import { runQuery, type QueryRequest, type StatementResult } from './script.js';
import { readStatements } from './sql/parse.js';
import { nameParts, type QueryParameter } from './sql/translation.js';
import { affectedRows } from './script.js';
import { readUpload } from './upload.js';
import { wireRows } from './wire.js';
import type { DuckDBConnection } from '@duckdb/node-api';

export interface JobSurroundings {
  catalog: Catalog;
  jobs: Jobs;
  connect: () => Promise<DuckDBConnection>;
  /** Where files to load lie while they are. */
  directory: string;
  /** The bytes of an object by its URI; undefined when there is none. */
  objects: (uri: string) => Promise<Uint8Array | undefined> | Uint8Array | undefined;
}

const root = '/bigquery/v2/projects/:project';

export function jobRoutes(surroundings: JobSurroundings): Route[] {
  const { catalog, jobs, connect, directory, objects } = surroundings;
  const resource = (job: Job, state: Job['state']) => jobResource(catalog.projectId, job, state);
  const keep = async (bytes: Uint8Array, uri: string): Promise<LoadFile> => {
    const path = join(directory, `${createHash('sha256').update(bytes).digest('hex')}.parquet`);
    await writeFile(path, bytes);
    return { path, uri, bytes: bytes.length };
  };

  const insert = async (call: Call) => start(readBody(jobBody, call.body, 'job'), call, []);

  const upload = async (call: Call) => {
    if (call.query['uploadType'] !== 'multipart') throw invalid('Only uploads of type multipart are taken');
    const { metadata, content } = readUpload(call.contentType, call.body as Buffer);
    const { configuration, jobReference } = readBody(uploadBody, metadata, 'job');
    const { location: _location, labels: _labels, ...load } = configuration.load;
    if (load.sourceUris !== undefined) throw invalid('Source URIs must not be given with an upload');
    return start({ configuration: { ...configuration, load }, jobReference }, call, [
      await keep(content, 'upload'),
    ]);
  };

  async function start(
    { configuration, jobReference }: JobBody,
    { fault }: Call,
    uploaded: readonly LoadFile[],
  ): Promise<unknown> {
    const { query, load, dryRun = false } = configuration;
    if ((query === undefined) === (load === undefined))
      throw new BigqueryError('required', 'Required parameter is missing: one of query and load');
    if (query !== undefined && dryRun) return dryRunOf(query, configuration, jobReference?.location);
    if (dryRun) throw invalid('dryRun is for queries');
    const location =
      load === undefined
        ? queryLocation(query as QueryConfiguration, jobReference?.location)
        : loadLocation(load, jobReference?.location);
    if (load !== undefined) checkLoad(load);
    const job = jobs.start({
      id: jobReference?.jobId,
      location,
      configuration,
      fault,
      type: load === undefined ? 'query' : 'load',
      work: async (connection, running) => {
        if (load === undefined)
          return runQuery(connection, requestOf(query as QueryConfiguration, false), running.results);
        running.load = await runLoad(
          connection,
          catalog,
          load,
          uploaded.length > 0 ? uploaded : await fetchObjects(load),
        );
      },
    });
    return resource(job, 'RUNNING');
  }

  async function fetchObjects({ sourceUris = [] }: LoadConfiguration): Promise<LoadFile[]> {
    if (sourceUris.length === 0)
      throw new BigqueryError('required', 'Required parameter is missing: sourceUris');
    const files: LoadFile[] = [];
    for (const uri of sourceUris) {
      if (!uri.startsWith('gs://'))
        throw invalid(`Source URI must be a Google Cloud Storage location: ${uri}`);
      const bytes = await objects(uri);
      if (bytes === undefined) throw notFound(`URI ${uri}`);
      files.push(await keep(bytes, uri));
    }
    return files;
  }

  const requestOf = (query: QueryConfiguration, dryRun: boolean): QueryRequest => ({
    catalog,
    sql: query.query,
    dryRun,
    defaultDataset: query.defaultDataset?.datasetId,
    parameters: (query.queryParameters ?? []).map(readParameter),
    maximumBytesBilled: query.maximumBytesBilled === undefined ? undefined : Number(query.maximumBytesBilled),
  });

  async function dryRunOf(
    query: QueryConfiguration,
    configuration: JobBody['configuration'],
    given: string | undefined,
  ): Promise<unknown> {
    const location = queryLocation(query, given);
    const results = await withConnection((connection, done) =>
      runQuery(connection, requestOf(query, true), done),
    );
    return {
      kind: 'bigquery#job',
      jobReference: { projectId: catalog.projectId, location },
      configuration: { ...configuration, jobType: 'QUERY' },
      status: { state: 'DONE' },
      statistics: { creationTime: String(Date.now()), ...queryStatistics(catalog.projectId, results) },
    };
  }

  async function withConnection(
    work: (connection: DuckDBConnection, done: StatementResult[]) => Promise<void>,
  ) {
    const connection = await connect();
    const results: StatementResult[] = [];
    try {
      await work(connection, results);
      return results;
    } finally {
      connection.closeSync();
    }
  }

  /** Where a query runs: where the datasets are that it names. */
  function queryLocation({ query, defaultDataset }: QueryConfiguration, given: string | undefined): string {
    const datasets = [
      ...namedDatasets(query),
      ...(defaultDataset === undefined ? [] : [defaultDataset.datasetId]),
    ];
    return (
      datasets.reduce<string | undefined>((location, id) => placed(id, location), given?.toUpperCase()) ??
      'US'
    );
  }

  const loadLocation = ({ destinationTable }: LoadConfiguration, given: string | undefined) =>
    placed(destinationTable.datasetId, given) ?? 'US';

  function placed(datasetId: string, location: string | undefined): string | undefined {
    const held = catalog.datasets().find(({ datasetReference }) => datasetReference.datasetId === datasetId);
    if (held === undefined) return location;
    if (location !== undefined && location.toUpperCase() !== held.location.toUpperCase()) {
      throw notFound(`Dataset ${catalog.projectId}:${datasetId} was not found in location ${location}`);
    }
    return held.location.toUpperCase();
  }

  const found = ({ params, query }: Call) => jobs.find(params['job'] ?? '', query['location']);

  const get = (call: Call) => {
    const job = found(call);
    return resource(job, jobs.poll(job));
  };

  const cancel = (call: Call) => {
    const job = found(call);
    if (job.state !== 'DONE') job.cancelled = true;
    job.pollsLeft = 0;
    return { kind: 'bigquery#jobCancelResponse', job: resource(job, job.state) };
  };

  const list = ({ query }: Call) => {
    const { parentJobId } = query;
    const chosen = jobs
      .all()
      .filter(({ parentId, lost }) => parentId === parentJobId && !lost)
      .toReversed();
    const { items, ...next } = page(chosen, query);
    return { kind: 'bigquery#jobList', ...next, jobs: items.map((job) => resource(job, job.state)) };
  };

  const getQueryResults = async (call: Call) => {
    const job = found(call);
    if (job.type !== 'query') throw invalid(`Cannot get query results of a ${job.type} job`);
    const { query } = call;
    return results(job, {
      timeoutMs: Number(query['timeoutMs'] ?? 10_000),
      start: Number(query['pageToken'] ?? query['startIndex'] ?? 0),
      maxResults: query['maxResults'] === undefined ? undefined : Number(query['maxResults']),
      int64Timestamps: query['formatOptions.useInt64Timestamp'] === 'true',
    });
  };

  const query = async ({ body, fault }: Call) => {
    const {
      timeoutMs = 10_000,
      maxResults,
      formatOptions,
      dryRun,
      labels,
      location,
      requestId: _requestId,
      jobCreationMode: _mode,
      ...asked
    } = readBody(queryBody, body, 'queryRequest');
    if (dryRun === true) {
      const told = await withConnection((connection, done) =>
        runQuery(connection, requestOf(asked, true), done),
      );
      return {
        kind: 'bigquery#queryResponse',
        jobComplete: true,
        ...told.map(({ bytesProcessed }) => ({ totalBytesProcessed: String(bytesProcessed) }))[0],
      };
    }
    const job = jobs.start({
      location: queryLocation(asked, location),
      type: 'query',
      configuration: { query: asked, ...(labels === undefined ? {} : { labels }) },
      fault,
      work: (connection, running) => runQuery(connection, requestOf(asked, false), running.results),
    });
    return results(job, {
      timeoutMs,
      start: 0,
      maxResults,
      int64Timestamps: formatOptions?.useInt64Timestamp === true,
    });
  };

  async function results(
    job: Job,
    wanted: { timeoutMs: number; start: number; maxResults: number | undefined; int64Timestamps: boolean },
  ): Promise<unknown> {
    const jobReference = { projectId: catalog.projectId, jobId: job.id, location: job.location };
    if (jobs.poll(job) === 'RUNNING') {
      if (job.pollsLeft > 0)
        return { kind: 'bigquery#getQueryResultsResponse', jobReference, jobComplete: false };
      await Promise.race([job.settled, delay(Math.min(wanted.timeoutMs, 10_000), undefined, { ref: false })]);
      if (job.state !== 'DONE')
        return { kind: 'bigquery#getQueryResultsResponse', jobReference, jobComplete: false };
    }
    if (job.error !== undefined) throw new BigqueryError(job.error.reason as Reason, job.error.message);
    const last = answering(job);
    const end = wanted.maxResults === undefined ? Infinity : wanted.start + wanted.maxResults;
    const total = last?.rows?.rows.length ?? 0;
    return {
      kind: 'bigquery#getQueryResultsResponse',
      jobReference,
      jobComplete: true,
      cacheHit: false,
      totalBytesProcessed: String(job.results.reduce((sum, { bytesProcessed }) => sum + bytesProcessed, 0)),
      ...(last?.dml === undefined ? {} : { numDmlAffectedRows: String(affectedRows(last.dml)) }),
      totalRows: String(total),
      schema: { fields: last?.rows?.fields ?? [] },
      ...(last?.rows === undefined
        ? {}
        : {
            rows: wireRows(last.rows.fields, last.rows.rows.slice(wanted.start, end), wanted.int64Timestamps),
          }),
      ...(end < total ? { pageToken: String(end) } : {}),
    };
  }

  const ofJob = ({ params }: Call) => {
    const job = jobs.all().find(({ id }) => id === params['job']);
    return { jobId: params['job'], jobType: job?.type, sql: job?.configuration.query?.query };
  };
  const ofInsert = ({ body }: Call) => aboutJob(body as JobBody);
  const ofUpload = ({ contentType, body }: Call) =>
    aboutJob(readUpload(contentType, body as Buffer).metadata as JobBody);
  const resultParameters = [
    'location',
    'timeoutMs',
    'maxResults',
    'startIndex',
    'pageToken',
    'formatOptions.useInt64Timestamp',
  ];
  return [
    { endpoint: 'jobs.insert', method: 'POST', path: `${root}/jobs`, about: ofInsert, handle: insert },
    {
      endpoint: 'jobs.upload',
      method: 'POST',
      path: `/upload${root}/jobs`,
      parameters: ['uploadType'],
      about: ofUpload,
      handle: upload,
    },
    {
      endpoint: 'jobs.get',
      method: 'GET',
      path: `${root}/jobs/:job`,
      parameters: ['location'],
      about: ofJob,
      handle: get,
    },
    {
      endpoint: 'jobs.list',
      method: 'GET',
      path: `${root}/jobs`,
      parameters: ['maxResults', 'pageToken', 'parentJobId', 'projection', 'allUsers', 'stateFilter'],
      handle: list,
    },
    {
      endpoint: 'jobs.cancel',
      method: 'POST',
      path: `${root}/jobs/:job/cancel`,
      parameters: ['location'],
      about: ofJob,
      handle: cancel,
    },
    {
      endpoint: 'jobs.query',
      method: 'POST',
      path: `${root}/queries`,
      about: ({ body }) => ({ jobType: 'query', sql: (body as { query: string }).query }),
      handle: query,
    },
    {
      endpoint: 'jobs.getQueryResults',
      method: 'GET',
      path: `${root}/queries/:job`,
      parameters: resultParameters,
      about: ofJob,
      handle: getQueryResults,
    },
  ];
}

function aboutJob({ jobReference, configuration: { load, query } }: JobBody) {
  return {
    jobId: jobReference?.jobId,
    jobType: load === undefined ? ('query' as const) : ('load' as const),
    sql: query?.query,
  };
}

function readParameter({
  name,
  parameterType,
  parameterValue,
}: NonNullable<QueryConfiguration['queryParameters']>[number]): QueryParameter {
  const one = (value: string | number | boolean | null | undefined) =>
    value === undefined || value === null ? null : String(value);
  const isArray = parameterType.type === 'ARRAY';
  return {
    name,
    type: parameterType.type,
    elementType: parameterType.arrayType?.type,
    value: isArray
      ? (parameterValue.arrayValues ?? []).map(({ value }) => one(value))
      : one(parameterValue.value),
  };
}

/** What stands before the last dot of a name is a dataset, if there is one of that name. */
function namedDatasets(sql: string): string[] {
  const datasets: string[] = [];
  const add = (node: Node) => {
    try {
      const parts = nameParts(node).filter((part) => part.toUpperCase() !== 'INFORMATION_SCHEMA');
      datasets.push(...parts.slice(0, -1));
    } catch {
      // Members that are no names, such as elements of arrays.
    }
  };
  try {
    for (const statement of readStatements(sql))
      cstVisitor({ bigquery_quoted_member_expr: add, member_expr: add })(statement);
  } catch (error) {
    // What cannot be read fails when it runs, where the job can tell.
    if (!(error instanceof BigqueryError)) throw error;
  }
  return [...new Set(datasets)];
}
