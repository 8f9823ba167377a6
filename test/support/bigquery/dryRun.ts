/** Queries that are only looked at: what they would read and answer, and whether they are right. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog } from './catalog.js';
import { queryStatistics } from './jobResources.js';
import { queryLocation } from './placement.js';
import { queryRequest } from './queryRequest.js';
import type { JobBody, QueryConfiguration } from './requests.js';
import { runQuery, type StatementResult } from './script.js';

export interface DryRunSurroundings {
  catalog: Catalog;
  connect: () => Promise<DuckDBConnection>;
}

/** Throws what is wrong with the query. */
export async function dryRun(
  { catalog, connect }: DryRunSurroundings,
  query: QueryConfiguration,
): Promise<StatementResult[]> {
  const connection = await connect();
  const results: StatementResult[] = [];
  try {
    await runQuery(connection, queryRequest(catalog, query, true), results);
    return results;
  } finally {
    connection.closeSync();
  }
}

/** The job that a dry run answers with; nobody can ask about it later. */
export async function dryRunJob(
  surroundings: DryRunSurroundings,
  query: QueryConfiguration,
  configuration: JobBody['configuration'],
  given: string | undefined,
): Promise<unknown> {
  const { projectId } = surroundings.catalog;
  const location = queryLocation(surroundings.catalog, query, given);
  const results = await dryRun(surroundings, query);
  return {
    kind: 'bigquery#job',
    jobReference: { projectId, location },
    configuration: { ...configuration, jobType: 'QUERY' },
    status: { state: 'DONE' },
    statistics: { creationTime: String(Date.now()), ...queryStatistics(projectId, results) },
  };
}
