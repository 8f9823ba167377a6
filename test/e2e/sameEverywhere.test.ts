/** The same export into every kind of warehouse gives the same rows, table by table. */
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { BatchRef, ExtractedBatch } from '../../activities/contracts.js';
import {
  createApiActivities,
  createLocalActivities,
  createWarehouseActivities,
} from '../../activities/index.js';
import type { Dependencies } from '../../activities/dependencies.js';
import { tableNames } from '../../model/tables.js';
import { startSimulator, type Simulator } from '../../simulator/server.js';
import type { Cursor } from '../../sources/source.js';
import { createFileStore } from '../../staging/fileStore.js';
import type { StagingStore } from '../../staging/stagingStore.js';
import { createBigqueryWarehouse } from '../../warehouses/bigquery/bigqueryWarehouse.js';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import type { Warehouse } from '../../warehouses/warehouse.js';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { simulatedSources } from '../support/simulatedSources.js';
import { scratchDirectory } from '../support/scratchDirectory.js';
import { configOf, emulatorOf } from '../warehouses/bigquery/bigqueryTarget.js';
import { dumpOf } from '../warehouses/contract/target.js';

const from = '2026-09-01T00:00:00.000Z';
const to = '2026-09-25T00:00:00.000Z';
const priority = 2 as const;

let postgres: PostgresServer;
let bigquery: BigqueryServer;
let simulator: Simulator;

beforeAll(async () => {
  [postgres, bigquery, simulator] = await Promise.all([
    startPostgres(),
    startBigqueryServer(),
    startSimulator({ evaluations: 400, from, to, allowance: 100_000 }),
  ]);
});

afterAll(async () => Promise.all([postgres?.stop(), bigquery?.stop(), simulator?.close()]));

async function openAll(staging: StagingStore): Promise<Map<string, Warehouse>> {
  const directory = await scratchDirectory();
  const all = new Map<string, Warehouse>([
    ['duckdb', await openWarehouse({ kind: 'duckdb', path: join(directory, 'warehouse.duckdb') }, staging)],
    [
      'postgres',
      await openWarehouse({ kind: 'postgres', url: postgres.url, schema: 'same_everywhere' }, staging),
    ],
    ['parquet', await openWarehouse({ kind: 'parquet', path: join(directory, 'parquet') }, staging)],
    ['ndjson', await openWarehouse({ kind: 'ndjson', path: join(directory, 'ndjson') }, staging)],
    ['bigquery', createBigqueryWarehouse(configOf(bigquery), staging, emulatorOf(bigquery))],
  ]);
  onTestFinished(async () => {
    for (const warehouse of all.values()) await warehouse.close();
  });
  return all;
}

const run = async <I, R>(activity: (input: I) => Promise<R>, input: I): Promise<R> =>
  new MockActivityEnvironment().run<[I], R, (input: I) => Promise<R>>(activity, input);

/** Reads a window from the source once, and loads each batch of it into every warehouse. */
async function exportInto(
  warehouses: readonly Warehouse[],
  dependencies: Omit<Dependencies, 'warehouse'>,
  attempt: string,
): Promise<void> {
  const [reference] = warehouses;
  if (reference === undefined) throw new Error('no warehouse');
  const api = createApiActivities({ ...dependencies, warehouse: reference });
  const { normalizeBatch } = createLocalActivities({ ...dependencies, warehouse: reference });
  const { selectChanged } = createWarehouseActivities({ ...dependencies, warehouse: reference });
  const window = { start: from, end: new Date(Date.now() + 60_000).toISOString() };
  const windowDirectory = `acme/evaluations/${attempt}`;
  const of = { connection: 'acme', stream: 'evaluations' };
  const directory = await run(api.extractDirectory, { ...of, runDirectory: windowDirectory, priority });
  let cursor: Cursor | null = null;
  for (let number = 1; ; number++) {
    const batch: BatchRef = { ...of, window, windowDirectory, number };
    const extracted: ExtractedBatch = await run(api.extractPages, {
      ...{ batch, cursor, priority },
      maxPages: 10,
      maxSeconds: 600,
    });
    if (extracted.references > 0 && (await run(selectChanged, { batch })).lookups > 0) {
      await run(api.readRecords, { batch, priority });
    }
    await run(api.fetchForms, { batch, priority });
    const normalized = await run(normalizeBatch, {
      batch,
      directory: number === 1 ? directory.object : null,
    });
    for (const warehouse of warehouses) {
      await run(createWarehouseActivities({ ...dependencies, warehouse }).loadBatch, {
        batch,
        files: normalized.files,
        closesWindow: extracted.next === null,
        isLast: false,
        redacted: normalized.redacted,
        gone: normalized.gone,
        pages: extracted.pages,
        requests: extracted.requests,
        notes: normalized.notes,
      });
    }
    if (extracted.next === null) return;
    cursor = extracted.next;
  }
}

/** What a warehouse's own clock writes, and how it spells its types. */
const own = new Set(['loaded_at', 'first_seen_at', 'deleted_at', 'changed_at', 'column_type']);

const withoutOwn = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, own.has(name) && value !== null ? 'set' : value]),
    ),
  );

it('the same batches make the same tables: a first load, then changes, deletions and republished forms', async () => {
  const staging = createFileStore(join(await scratchDirectory(), 'staging'), 'file:staging');
  const warehouses = await openAll(staging);
  const dependencies = {
    ...simulatedSources(simulator, from),
    staging,
    underWay: async () => [],
    alerts: { send: async () => undefined },
  };
  await exportInto([...warehouses.values()], dependencies, 'first');

  const control = async (path: string, body?: object) => {
    const answer = await fetch(
      `${simulator.controlUrl}/${path}`,
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          },
    );
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json().catch(() => undefined)) as { ids: string[] };
  };
  const { ids } = await control('pick?kind=finished&n=12');
  for (const [index, evaluationId] of ids.entries()) {
    await control('events', { kind: (['rescore', 'reopen', 'delete'] as const)[index % 3], evaluationId });
  }
  await exportInto([...warehouses.values()], dependencies, 'second');
  // The same once more: nothing but how fresh the copies are may change.
  await exportInto([...warehouses.values()], dependencies, 'third');

  const [[, reference] = [], ...others] = warehouses;
  if (reference === undefined) throw new Error('no warehouse');
  const expected = await dumpOf(reference);
  expect(expected['evaluations']?.length).toBeGreaterThan(300);
  expect(expected['evaluation_answers']?.some((row) => row['is_deleted'] === true)).toBe(true);
  expect(expected['tombstones']).toHaveLength(4);
  for (const [name, warehouse] of others) {
    const found = await dumpOf(warehouse);
    for (const table of tableNames) {
      expect(withoutOwn(found[table] ?? []), `${name}: ${table}`).toEqual(withoutOwn(expected[table] ?? []));
    }
  }
}, 400_000);
