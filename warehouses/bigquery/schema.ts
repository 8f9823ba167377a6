/** Makes datasets and tables of the registry and keeps them in step with it, by adding only. */
import type { BigQuery, Table as BigqueryTable, TableMetadata } from '@google-cloud/bigquery';
import pMap from 'p-map';
import type { Column, Table } from '../../model/column.js';
import { TidemarkError } from '../../model/errors.js';
import { tableNames, tables, type TableName } from '../../model/tables.js';
import { planSchema, type HeldTable, type PlannedChange } from '../sql/schemaPlan.js';
import type { BigqueryConfig } from './connection.js';
import { isDuplicate, isNotFound } from './failures.js';
import { patiently } from './jobs.js';
import { dialectOf } from './names.js';

/** Staged tables that a broken-off load left behind go by themselves. */
const stagedDays = 3;
const atOnce = 8;
/** BigQuery clusters by four columns at most. */
const mostClustered = 4;

interface Field {
  name?: string;
  type?: string;
  mode?: string;
  description?: string;
}

/**
 * Throws InvalidConfig when a column has another type than the registry, or a dataset is elsewhere than configured.
 * @param record is told what was done, also when something later failed
 */
export async function ensureTables(
  bigquery: BigQuery,
  config: BigqueryConfig,
  signal: AbortSignal,
  record: (changes: readonly PlannedChange[]) => Promise<void>,
): Promise<PlannedChange[]> {
  await ensureDataset(
    bigquery,
    config,
    config.dataset,
    { description: 'Quality-management data, by Tidemark.' },
    signal,
  );
  await ensureDataset(
    bigquery,
    config,
    config.stagingDataset,
    {
      description: 'Staged tables of Tidemark, for the time of a load.',
      defaultTableExpirationMs: String(stagedDays * 86_400_000),
    },
    signal,
  );
  const dataset = bigquery.dataset(config.dataset);
  const held = new Map<TableName, TableMetadata>();
  await pMap(
    tableNames,
    async (name) => {
      const metadata = await metadataOf(dataset.table(name), signal);
      if (metadata !== undefined) held.set(name, metadata);
    },
    { concurrency: atOnce },
  );
  const plan = planSchema(
    dialectOf(config),
    new Map([...held].map(([name, metadata]) => [name, heldTable(metadata)])),
    `Rename or drop that column or table in the dataset ${config.dataset}, or load into another dataset.`,
  );
  const planned = new Set([...plan.changes, ...plan.comments].map(({ table }) => table));
  const done: PlannedChange[] = [];
  try {
    await pMap(
      [...planned],
      async (name) => {
        const metadata = held.get(name);
        if (metadata === undefined) {
          await create(bigquery, config, name, signal);
        } else {
          await patiently(signal, async () => dataset.table(name).setMetadata(extended(name, metadata)));
        }
        done.push(...plan.changes.filter(({ table }) => table === name));
      },
      { concurrency: atOnce, stopOnError: false },
    );
  } finally {
    if (done.length > 0) await record(done);
  }
  return done;
}

async function ensureDataset(
  bigquery: BigQuery,
  { location, labels }: BigqueryConfig,
  id: string,
  options: { description: string; defaultTableExpirationMs?: string },
  signal: AbortSignal,
): Promise<void> {
  const dataset = bigquery.dataset(id);
  const find = async () => {
    const [metadata] = await patiently(signal, async () => dataset.getMetadata());
    return (metadata as { location?: string }).location;
  };
  let found: string | undefined;
  try {
    found = await find();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await unlessThere(signal, async () => bigquery.createDataset(id, { location, labels, ...options }));
    return;
  }
  if (found === undefined || found.toLowerCase() === location.toLowerCase()) return;
  throw new TidemarkError(
    'InvalidConfig',
    `warehouse.location is ${location}, but the dataset ${id} is in ${found}.`,
    { remedy: `Write location: ${found}, or name another dataset.` },
  );
}

async function metadataOf(table: BigqueryTable, signal: AbortSignal): Promise<TableMetadata | undefined> {
  try {
    const [metadata] = await patiently(signal, async () => table.getMetadata());
    return metadata as TableMetadata;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function create(
  bigquery: BigQuery,
  { dataset, labels }: BigqueryConfig,
  name: TableName,
  signal: AbortSignal,
) {
  await unlessThere(signal, async () =>
    bigquery.dataset(dataset).createTable(name, { ...newTable(name), labels }),
  );
}

/** Another worker may make the same at the same time. */
async function unlessThere(signal: AbortSignal, make: () => Promise<unknown>): Promise<void> {
  await patiently(signal, async () => {
    try {
      await make();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  });
}

/** A table of the registry as BigQuery defines it. */
export function newTable(name: TableName) {
  const { columns, grain, key, partitionBy }: Table = tables[name];
  return {
    description: grain,
    schema: { fields: columns.map((column) => field(column, column.nullable ? 'NULLABLE' : 'REQUIRED')) },
    ...(partitionBy === undefined ? {} : { timePartitioning: { type: 'MONTH', field: partitionBy } }),
    clustering: { fields: key.slice(0, mostClustered) },
  };
}

/** The columns that are there, whoever made them, with those that are missing behind them. */
function extended(name: TableName, metadata: TableMetadata): TableMetadata {
  const { columns, grain }: Table = tables[name];
  const known = new Map(columns.map((column) => [column.name, column]));
  const there = fieldsOf(metadata);
  const names = new Set(there.map((each) => each.name));
  return {
    description: grain,
    schema: {
      fields: [
        ...there.map((each) => ({
          ...each,
          description: known.get(each.name ?? '')?.description ?? each.description,
        })),
        // Nullable whatever the registry says: rows loaded before have no value.
        ...columns.filter((column) => !names.has(column.name)).map((column) => field(column, 'NULLABLE')),
      ],
    },
  } as TableMetadata;
}

function field({ name, type, description }: Column, mode: 'NULLABLE' | 'REQUIRED') {
  return { name, type: types[type], mode, description };
}

const { types } = dialectOf({ project: '', dataset: '', stagingDataset: '' });

/** The service answers with the names of its older SQL. */
const spelled: Readonly<Record<string, string>> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL' };

function heldTable(metadata: TableMetadata): HeldTable {
  return {
    comment: metadata.description ?? null,
    columns: new Map(
      fieldsOf(metadata).map(({ name = '', type = '', description }) => [
        name,
        { type: spelled[type] ?? type, comment: description ?? null },
      ]),
    ),
  };
}

const fieldsOf = ({ schema }: TableMetadata) => (schema as { fields?: Field[] } | undefined)?.fields ?? [];
