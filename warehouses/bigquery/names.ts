/** Names of staged tables and of jobs: the same for the same batch in every attempt and process. */
import { createHash } from 'node:crypto';
import type { StagedTableName } from '../../model/tables.js';
import type { Dialect } from '../sql/dialect.js';
import { bigqueryDialect } from '../sql/dialects/bigquery.js';
import type { BigqueryConfig } from './connection.js';

type Place = Pick<BigqueryConfig, 'project' | 'dataset' | 'stagingDataset'>;

/** @param parts what makes the work the same, besides where it is done */
export function jobName({ project, dataset }: Place, verb: string, ...parts: readonly string[]): string {
  return `tidemark_${verb}_${hash(project, dataset, ...parts)}`;
}

/** Of the batch's own: several batches may be staged at once. */
export const stagedTable = ({ project, dataset }: Place, batchId: string, table: string) =>
  `stg_${table}_${hash(project, dataset, batchId)}`;

export function dialectOf(place: Place, batchId = ''): Dialect {
  return bigqueryDialect({
    project: place.project,
    dataset: place.dataset,
    staged: (table) =>
      `${place.project}.${place.stagingDataset}.${stagedTable(place, batchId, table as StagedTableName)}`,
  });
}

const hash = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
