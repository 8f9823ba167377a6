/** Makes the tables and views of the registry and keeps them in step with it, by adding only. */
import { randomUUID } from 'node:crypto';
import type { BigQuery, TableMetadata } from '@google-cloud/bigquery';
import pMap from 'p-map';
import { tableNames, type TableName } from '../../model/tables.js';
import { writeRows } from '../sql/operationalRows.js';
import { changeRows, planSchema, type PlannedChange } from '../sql/schemaPlan.js';
import { createViews, missingViews } from '../sql/views/createViews.js';
import type { SchemaChange } from '../warehouse.js';
import type { BigqueryConfig } from './connection.js';
import { ensureDatasets, unlessThere } from './datasets.js';
import { isNotFound } from './failures.js';
import { patiently } from './jobs.js';
import { dialectOf, jobName } from './names.js';
import { runScript } from './queries.js';
import { inTransaction, scriptOf } from './script.js';
import { extended, heldTable, newTable } from './tableDefinitions.js';

const atOnce = 8;

/** Throws InvalidConfig when a column has another type than the registry, or a dataset is elsewhere than configured. */
export async function ensureTables(
  bigquery: BigQuery,
  config: BigqueryConfig,
  signal: AbortSignal,
): Promise<SchemaChange[]> {
  await ensureDatasets(bigquery, config, signal);
  const dialect = dialectOf(config);
  const held = await readCatalog(bigquery, config, signal);
  const plan = planSchema(
    dialect,
    new Map([...held].map(([name, metadata]) => [name, heldTable(metadata)])),
    `Rename or drop that column or table in the dataset ${config.dataset}, or load into another dataset.`,
  );
  const planned = new Set([...plan.changes, ...plan.comments].map(({ table }) => table));
  const done: PlannedChange[] = [];
  try {
    await pMap(
      planned,
      async (name) => {
        await makeOrExtend(bigquery, config, name, held.get(name), signal);
        done.push(...plan.changes.filter(({ table }) => table === name));
      },
      { concurrency: atOnce, stopOnError: false },
    );
  } finally {
    // What was done is on record also when something else failed.
    if (done.length > 0) await recordChanges(bigquery, config, done, signal);
  }
  const views = missingViews(
    dialect,
    new Map([...held].map(([name, { description }]) => [name, description ?? null])),
  );
  if (views.length > 0) {
    await runScript(bigquery, config, jobName(config, 'views', randomUUID()), scriptOf(views), signal);
  }
  return plan.changes.map(({ table, column, change }) => ({ table, column, change }));
}

/** Of the tables and views that are there; asking for each by name is free, the catalog's own tables are not. */
async function readCatalog(
  bigquery: BigQuery,
  config: BigqueryConfig,
  signal: AbortSignal,
): Promise<Map<string, TableMetadata>> {
  const dataset = bigquery.dataset(config.dataset);
  const held = new Map<string, TableMetadata>();
  const views = createViews(dialectOf(config)).map(({ name }) => name);
  await pMap(
    [...tableNames, ...views],
    async (name) => {
      try {
        const [metadata] = await patiently(signal, async () => dataset.table(name).getMetadata());
        held.set(name, metadata as TableMetadata);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    { concurrency: atOnce },
  );
  return held;
}

async function makeOrExtend(
  bigquery: BigQuery,
  { dataset: id, labels }: BigqueryConfig,
  name: TableName,
  held: TableMetadata | undefined,
  signal: AbortSignal,
): Promise<void> {
  const dataset = bigquery.dataset(id);
  if (held === undefined) {
    await unlessThere(signal, async () => dataset.createTable(name, { ...newTable(name), labels }));
  } else {
    await patiently(signal, async () => dataset.table(name).setMetadata(extended(name, held)));
  }
}

async function recordChanges(
  bigquery: BigQuery,
  config: BigqueryConfig,
  changes: readonly PlannedChange[],
  signal: AbortSignal,
): Promise<void> {
  const rows = changeRows(changes, new Date().toISOString());
  const statements = inTransaction(writeRows(dialectOf(config), 'schema_changes', rows));
  await runScript(bigquery, config, jobName(config, 'record', randomUUID()), scriptOf(statements), signal);
}
