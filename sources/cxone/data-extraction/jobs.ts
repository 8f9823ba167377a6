/** Jobs of the Data Extraction API: which a window takes, how they are started, asked for and downloaded. */
import { z } from 'zod';
import { TidemarkError } from '../../../model/errors.js';
import { jobOf, type ExtractionJob } from '../../../model/extractionJob.js';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import { clean } from '../../http/answerErrors.js';
import { download } from '../../http/download.js';
import type { CollectedJob, ExtractionJobs } from '../../extractionJobs.js';
import { wholeDays } from '../../lists/wholeDays.js';
import { trustedUrl } from './trustedHosts.js';
import type { DataExtractionClient } from './client.js';
import type { Entities, Entity } from './columns.js';
import { shapeFiles } from './shape.js';

export const jobsPath = '/data-extraction/v1/jobs';

const day = 86_400_000;
/** With the day more that is asked for, the longest span that the API takes. */
const daysPerJob = 14;

const submittedSchema = z.union([
  z.string().min(1),
  z.object({ jobId: z.string().min(1) }).transform(({ jobId }) => jobId),
  z.object({ id: z.string().min(1) }).transform(({ id }) => id),
]);

const jobSchema = z.object({
  jobStatus: z.object({
    status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED']),
    result: z.object({ url: z.string().nullish(), errorMessage: z.string().nullish() }).nullish(),
  }),
});

type Result = z.output<typeof jobSchema>['jobStatus']['result'];

export function createJobs(client: DataExtractionClient, entities: Entities): ExtractionJobs {
  const { api, trust } = client;
  const { connection } = trust;

  const fetchFile = async (result: Result, path: string, signal: AbortSignal): Promise<CollectedJob> => {
    // Taken for an empty file, it would look as if nothing were there.
    if (!result?.url) {
      throw new TidemarkError(
        'SchemaMismatch',
        `NICE CXone says that a job of connection ${connection} succeeded, and names no file.`,
        { remedy: 'Load the window anew; if it stays, report it to NICE.' },
      );
    }
    const url = trustedUrl('The file', result.url, 'file', trust);
    const purpose = `Download of an extract (connection ${connection})`;
    return { status: 'succeeded', bytes: await download({ url, path, purpose }, signal) };
  };

  return {
    tenant: async (context) => client.tenant(context),
    jobsOf: (window) => jobsOf(window, entities),

    submit: async ({ entity, version, startDate, endDate }, context) => {
      const body = { entityName: entity, version, startDate, endDate: dayAfter(endDate) };
      const { data, receivedAt } = await api.call(
        { method: 'POST', path: jobsPath, body, schema: submittedSchema, repeatable: false },
        context,
      );
      return { jobId: data, submittedAt: receivedAt };
    },

    collect: async (jobId, path, context) => {
      const { data } = await api.find(
        {
          method: 'GET',
          path: `${jobsPath}/${encodeURIComponent(jobId)}`,
          template: `${jobsPath}/{jobId}`,
          schema: jobSchema,
          repeatable: true,
        },
        context,
      );
      if (data === null) return { status: 'lost' };
      const { status, result } = data.jobStatus;
      switch (status) {
        case 'RUNNING':
          return { status: 'running' };
        case 'SUCCEEDED':
          return fetchFile(result, path, context.signal);
        case 'FAILED':
          return { status: 'failed', message: clean(result?.errorMessage || 'no reason given', []) };
        case 'CANCELLED':
          return { status: 'cancelled' };
        case 'EXPIRED':
          return { status: 'lost' };
      }
    },

    shape: async (files, keep, signal) => shapeFiles(files, entities, keep, signal),
  };
}

/** Workflows first: one that is submitted in between then has questions too many, and is not without any. */
function jobsOf(window: Interval, { workflows, questions }: Entities): ExtractionJob[] {
  return [workflows, questions].flatMap((entity) => [...jobsOfEntity(window, entity)]);
}

function* jobsOfEntity(window: Interval, { name, version }: Entity): Generator<ExtractionJob> {
  const { start, end } = wholeDays(window);
  const last = toMillis(end) - day;
  for (let first = toMillis(start); first <= last; first += daysPerJob * day) {
    yield jobOf({ entity: name, version }, first, Math.min(last, first + (daysPerJob - 1) * day));
  }
}

/** Whether the end counts is not said: with a day more, the last one is there in either case. */
const dayAfter = (date: string): string => toIso(toMillis(date) + day).slice(0, 10);
