/** jobs.* */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog } from './catalog.js';
import { page } from './datasetRoutes.js';
import { dryRun, dryRunJob } from './dryRun.js';
import { BigqueryError, invalid } from './errors.js';
import type { Call, Route } from './http.js';
import { jobResource } from './jobResources.js';
import type { Job, Jobs } from './jobs.js';
import { fetchObjects, keepFile, type Objects } from './loadFiles.js';
import { checkLoad, runLoad, type LoadFile } from './loadJob.js';
import { loadLocation, queryLocation } from './placement.js';
import { queryRequest } from './queryRequest.js';
import { queryResults } from './queryResults.js';
import {
  jobBody,
  queryBody,
  readBody,
  uploadBody,
  type JobBody,
  type QueryConfiguration,
} from './requests.js';
import { runQuery } from './script.js';
import { readUpload } from './upload.js';

export interface JobSurroundings {
  catalog: Catalog;
  jobs: Jobs;
  connect: () => Promise<DuckDBConnection>;
  /** Where files to load lie while they are. */
  directory: string;
  objects: Objects;
}

const root = '/bigquery/v2/projects/:project';

export function jobRoutes(surroundings: JobSurroundings): Route[] {
  const { catalog, jobs, directory, objects } = surroundings;
  const resource = (job: Job, state: Job['state']) => jobResource(catalog.projectId, job, state);
  const insert = async (call: Call) => start(readBody(jobBody, call.body, 'job'), call, []);

  const upload = async (call: Call) => {
    if (call.query['uploadType'] !== 'multipart') throw invalid('Only uploads of type multipart are taken');
    const { metadata, content } = readUpload(call.contentType, call.body as Buffer);
    const { configuration, jobReference } = readBody(uploadBody, metadata, 'job');
    const { location: _location, labels: _labels, ...load } = configuration.load;
    if (load.sourceUris !== undefined) throw invalid('Source URIs must not be given with an upload');
    return start({ configuration: { ...configuration, load }, jobReference }, call, [
      await keepFile(directory, content, 'upload'),
    ]);
  };

  async function start(
    { configuration, jobReference }: JobBody,
    { fault }: Call,
    uploaded: readonly LoadFile[],
  ): Promise<unknown> {
    const { query, load, dryRun: isDry = false } = configuration;
    if ((query === undefined) === (load === undefined))
      throw new BigqueryError('required', 'Required parameter is missing: one of query and load');
    if (query !== undefined && isDry)
      return dryRunJob(surroundings, query, configuration, jobReference?.location);
    if (isDry) throw invalid('dryRun is for queries');
    const location =
      load === undefined
        ? queryLocation(catalog, query as QueryConfiguration, jobReference?.location)
        : loadLocation(catalog, load, jobReference?.location);
    if (load !== undefined) checkLoad(load);
    const job = jobs.start({
      id: jobReference?.jobId,
      location,
      configuration,
      fault,
      type: load === undefined ? 'query' : 'load',
      work: async (connection, running) => {
        if (load === undefined)
          return runQuery(
            connection,
            queryRequest(catalog, query as QueryConfiguration, false),
            running.results,
          );
        running.load = await runLoad(
          connection,
          catalog,
          load,
          uploaded.length > 0 ? uploaded : await fetchObjects(load, directory, objects),
        );
      },
    });
    return resource(job, 'RUNNING');
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
    return queryResults(catalog.projectId, jobs, job, {
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
      dryRun: isDry,
      labels,
      location,
      requestId: _requestId,
      jobCreationMode: _mode,
      ...asked
    } = readBody(queryBody, body, 'queryRequest');
    if (isDry === true) {
      const [told] = await dryRun(surroundings, asked);
      return {
        kind: 'bigquery#queryResponse',
        jobComplete: true,
        totalBytesProcessed: String(told?.bytesProcessed ?? 0),
      };
    }
    const job = jobs.start({
      location: queryLocation(catalog, asked, location),
      type: 'query',
      configuration: { query: asked, ...(labels === undefined ? {} : { labels }) },
      fault,
      work: (connection, running) =>
        runQuery(connection, queryRequest(catalog, asked, false), running.results),
    });
    return queryResults(catalog.projectId, jobs, job, {
      timeoutMs,
      start: 0,
      maxResults,
      int64Timestamps: formatOptions?.useInt64Timestamp === true,
    });
  };

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
