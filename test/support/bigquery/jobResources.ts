/** Jobs as REST resources. */
import { bytesBilled } from './bytes.js';
import type { Job } from './jobs.js';
import { affectedRows, type StatementResult } from './script.js';

const isTold: ReadonlySet<string> = new Set([
  'ASSERT',
  'BEGIN_TRANSACTION',
  'COMMIT_TRANSACTION',
  'ROLLBACK_TRANSACTION',
]);

/** The statement that a query job answers with: the last that reads, changes or defines something. */
export const answering = ({ results }: Pick<Job, 'results'>): StatementResult | undefined =>
  results.findLast(({ statementType }) => !isTold.has(statementType));

export function jobResource(
  projectId: string,
  job: Job,
  state: Job['state'],
  location = job.location,
): unknown {
  const { id, configuration, error, createdAt, startedAt, endedAt, parentId } = job;
  const isDone = state === 'DONE';
  return {
    kind: 'bigquery#job',
    id: `${projectId}:${location}.${id}`,
    jobReference: { projectId, jobId: id, location },
    user_email: 'tidemark@example.com',
    configuration: { ...configuration, jobType: job.type.toUpperCase() },
    status: {
      state,
      ...(isDone && error !== undefined ? { errorResult: error, errors: [error] } : {}),
    },
    statistics: {
      creationTime: String(createdAt),
      ...(startedAt === undefined ? {} : { startTime: String(startedAt) }),
      ...(parentId === undefined ? {} : { parentJobId: parentId }),
      ...(isDone ? { endTime: String(endedAt), ...statistics(projectId, job) } : {}),
    },
  };
}

function statistics(projectId: string, job: Job): object {
  if (job.type === 'load') return { load: job.load === undefined ? {} : strings(job.load) };
  return queryStatistics(projectId, job.results);
}

/** Of all statements together, with what one job says of the statement that answers. */
export function queryStatistics(
  projectId: string,
  results: readonly StatementResult[],
): Record<string, unknown> {
  const isScript = results.length > 1;
  const totals = {
    totalBytesProcessed: String(results.reduce((sum, { bytesProcessed }) => sum + bytesProcessed, 0)),
    totalBytesBilled: String(results.reduce((sum, result) => sum + bytesBilled(result), 0)),
  };
  const [only] = results;
  const ofStatement =
    only === undefined || isScript
      ? {}
      : {
          ...(only.dml === undefined
            ? {}
            : { numDmlAffectedRows: String(affectedRows(only.dml)), dmlStats: strings(only.dml) }),
          ...(only.rows === undefined ? {} : { schema: { fields: only.rows.fields } }),
          ...(only.target === undefined ? {} : target(projectId, only)),
        };
  return {
    totalBytesProcessed: totals.totalBytesProcessed,
    ...(isScript
      ? {
          numChildJobs: String(
            results.filter(({ statementType }) => !statementType.endsWith('_TRANSACTION')).length,
          ),
        }
      : {}),
    query: {
      ...totals,
      statementType: isScript ? 'SCRIPT' : (only?.statementType ?? 'SELECT'),
      cacheHit: false,
      ...ofStatement,
    },
  };
}

function target(projectId: string, { target: name, dml }: StatementResult): Record<string, unknown> {
  return { [dml === undefined ? 'ddlTargetTable' : 'dmlTargetTable']: { projectId, ...name } };
}

const strings = (counts: object) =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
