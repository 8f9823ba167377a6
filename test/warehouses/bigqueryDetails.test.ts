/** What is BigQuery's own: datasets, partitions, labels, buckets, prices, and traps of its client. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileStore } from '../../staging/fileStore.js';
import { createBigqueryWarehouse } from '../../warehouses/bigquery/bigqueryWarehouse.js';
import { openBigquery } from '../../warehouses/bigquery/connection.js';
import { stageTables } from '../../warehouses/bigquery/stagedTables.js';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { bigqueryTarget, configOf, emulatorOf } from './bigquery/bigqueryTarget.js';
import { evaluation } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';

let server: BigqueryServer;
/** Where the objects of the bucket are. */
const bucket = new Map<string, string>();
beforeAll(async () => {
  server = await startBigqueryServer({
    objects: async (uri: string) => {
      const path = bucket.get(uri);
      return path === undefined ? undefined : readFile(path);
    },
  });
});
afterAll(() => server?.stop());

interface JobResource {
  statistics: { parentJobId?: string };
  jobReference: { jobId: string; location: string };
  configuration: {
    labels?: object;
    load?: { sourceUris?: string[] };
    query?: { maximumBytesBilled?: string };
  };
}
const jobs = () => server.jobs() as JobResource[];

describe('what is made', () => {
  it('is partitioned by month, clustered by key, described and labelled; staged tables expire', async () => {
    const { config } = await bigqueryTarget(server);
    const bigquery = await openBigquery(config, emulatorOf(server));
    const [table] = await bigquery.dataset(config.dataset).table('evaluation_answers').getMetadata();
    expect(table).toMatchObject({
      timePartitioning: { type: 'MONTH', field: 'evaluation_month' },
      clustering: { fields: ['connection', 'evaluation_id', 'question_id', 'form_id'] },
      labels: { team: 'quality' },
      description: expect.stringMatching(/./) as string,
    });
    const [dataset] = await bigquery.dataset(config.stagingDataset).getMetadata();
    expect(dataset).toMatchObject({ location: 'EU', defaultTableExpirationMs: String(3 * 86_400_000) });
  });

  it('is in the configured location, or refused', async () => {
    const { config, store } = await bigqueryTarget(server);
    const elsewhere = createBigqueryWarehouse({ ...config, location: 'US' }, store, emulatorOf(server));
    await expect(elsewhere.ensureSchema()).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(/location is US, but the dataset \w+ is in EU/) as string,
    });
  });

  it('is not made over a column of another type', async () => {
    const { config, warehouse } = await bigqueryTarget(server);
    const name = `\`${config.project}.${config.dataset}.evaluations\``;
    await server.query(
      `CREATE OR REPLACE TABLE ${name} AS SELECT * REPLACE ('80' AS total_score) FROM ${name}`,
    );
    await expect(warehouse.ensureSchema()).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining('Column evaluations.total_score of the warehouse is STRING') as string,
    });
  });
});

describe('jobs', () => {
  it('carry labels, the location and the limit; staged tables are gone afterwards', async () => {
    const target = await bigqueryTarget(server);
    const before = server.jobs().length;
    await target.load('b1', evaluation());
    const made = jobs().slice(before);
    // Statements of a script are jobs of their own, which the service makes.
    const queries = made.filter(
      ({ configuration, statistics }) =>
        configuration.query !== undefined && statistics.parentJobId === undefined,
    );
    expect(queries.length).toBeGreaterThan(2);
    for (const { configuration, jobReference } of queries) {
      expect(configuration).toMatchObject({
        labels: { team: 'quality' },
        query: { maximumBytesBilled: String(target.config.maximumBytesBilled) },
      });
      expect(jobReference.location).toBe('EU');
    }
    const bigquery = await openBigquery(target.config, emulatorOf(server));
    const [staged] = await bigquery.dataset(target.config.stagingDataset).getTables();
    expect(staged).toEqual([]);
  });

  it('of a load are all it asks for once the tables are known to be there', async () => {
    const { config, load } = await bigqueryTarget(server);
    await load('b1', evaluation());
    const asksForTables = () =>
      server.requests().filter(({ path }) => path.includes(`/datasets/${config.dataset}`)).length;
    const before = asksForTables();
    expect(before).toBeGreaterThan(0);
    await load('b2', evaluation({ id: 'e2' }));
    expect(asksForTables()).toBe(before);
  });

  it('cost one small query for a batch that is loaded already', async () => {
    const target = await bigqueryTarget(server);
    const batch = await target.stage('b1', evaluation());
    await target.warehouse.load(batch, noSignal);
    const before = server.jobs().length;
    expect(await target.warehouse.load(batch, noSignal)).toMatchObject({ alreadyLoaded: true });
    expect(server.jobs().length - before).toBe(1);
  });

  it('beyond the limit are refused, with the setting that raises it', async () => {
    const { config, store } = await bigqueryTarget(server);
    const poor = createBigqueryWarehouse({ ...config, maximumBytesBilled: 1 }, store, emulatorOf(server));
    await expect(poor.query('SELECT COUNT(*) AS n FROM schema_changes')).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining('maximumBytesBilled') as string,
    });
  });
});

describe('staged files', () => {
  it('in a bucket of Cloud Storage are read by BigQuery itself', async () => {
    const target = await bigqueryTarget(server);
    const batch = await target.stage('b1', evaluation());
    // Objects of the bucket are files here, so that both Tidemark and the server can read them.
    const folder = join(target.directory, 'staging');
    for (const object of Object.values(batch.files)) {
      bucket.set(`gs://acme-staging/tidemark/${object.name}`, join(folder, object.name));
    }
    const store = createFileStore(folder, 'gs://acme-staging/tidemark/');
    const warehouse = createBigqueryWarehouse(target.config, store, emulatorOf(server));
    const before = server.jobs().length;
    expect(await warehouse.load(batch, noSignal)).toMatchObject({ alreadyLoaded: false });
    const loads = jobs()
      .slice(before)
      .filter(({ configuration }) => configuration.load !== undefined);
    expect(loads.map(({ configuration }) => configuration.load?.sourceUris?.[0]).toSorted()).toEqual(
      Object.values(batch.files)
        .map(({ name }) => `gs://acme-staging/tidemark/${name}`)
        .toSorted(),
    );
    expect(loads[0]?.configuration.labels).toEqual({ team: 'quality' });
  });

  it('that are missing end the load and not the process', async () => {
    const target = await bigqueryTarget(server);
    const batch = await target.stage('b1', evaluation());
    await rm(join(target.directory, 'staging'), { recursive: true });
    const bigquery = await openBigquery(target.config, emulatorOf(server));
    await expect(stageTables(bigquery, target.config, target.store, batch, noSignal)).rejects.toThrow(
      /parquet/,
    );
  });
});

describe('queries', () => {
  it.each([
    'DELETE FROM load_audit WHERE TRUE',
    "INSERT INTO schema_changes (table_name) VALUES ('x')",
    'CREATE TABLE mine AS SELECT 1 AS one',
    'SELECT 1 AS one; DELETE FROM load_audit WHERE TRUE;',
  ])('are for reading only: %s', async (sql) => {
    const { warehouse } = await bigqueryTarget(server);
    await expect(warehouse.query(sql)).rejects.toMatchObject({ kind: 'InvalidRequest' });
  });

  it('have plain values, and all of their rows', async () => {
    const { config, store } = { config: configOf(server), store: createFileStore('none', 'file:none') };
    const warehouse = createBigqueryWarehouse(config, store, emulatorOf(server));
    await warehouse.ensureSchema();
    expect(
      await warehouse.query(
        `SELECT 9007199254740993 AS large, 7 AS small, 0.5 AS half, TRUE AS yes, CAST(NULL AS STRING) AS none,
           TIMESTAMP '1969-12-31T23:59:59.999999Z' AS before, DATE '2026-11-01' AS day, PARSE_JSON('{"a":1}') AS json`,
      ),
    ).toEqual([
      {
        large: '9007199254740993',
        small: 7,
        half: 0.5,
        yes: true,
        none: null,
        before: '1969-12-31T23:59:59.999Z',
        day: '2026-11-01',
        json: '{"a":1}',
      },
    ]);
  });

  it('can be estimated without being run', async () => {
    const target = await bigqueryTarget(server);
    await target.load('b1', evaluation());
    const all = await target.warehouse.estimate('SELECT * FROM evaluations');
    const one = await target.warehouse.estimate('SELECT evaluation_id FROM evaluations');
    expect(all.statementType).toBe('SELECT');
    expect(one.bytes).toBeGreaterThan(0);
    expect(all.bytes).toBeGreaterThan(one.bytes);
  });
});

describe('what reading costs', () => {
  it('is told for each thing that runs ask for, grows with what is held, and runs nothing', async () => {
    const { warehouse, load } = await bigqueryTarget(server);
    await load('b1', evaluation());
    const costs = async () => (await warehouse.readCosts?.('acme', 'evaluations')) ?? [];
    const before = await costs();
    expect(before.length).toBeGreaterThan(4);
    await load('b2', ...Array.from({ length: 50 }, (_, index) => evaluation({ id: `e${index}` })));
    const ran = jobs().length;
    const after = await costs();
    expect(jobs()).toHaveLength(ran);
    for (const [index, { operation, bytes }] of after.entries()) {
      expect(operation).toBe(before[index]?.operation);
      expect(bytes, operation).toBeGreaterThanOrEqual(before[index]?.bytes ?? 0);
      expect(bytes, operation).toBeGreaterThan(0);
    }
  });
});
