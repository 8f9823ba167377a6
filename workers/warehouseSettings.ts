/** The `warehouse` section of the configuration: the kind decides which settings it has. */
import { z } from 'zod';
import { duration, fromEnvironment, size } from './settingValues.js';

/** Loads by an embedded DuckDB. */
const engine = {
  memoryLimit: z
    .string()
    .regex(/^[1-9]\d{0,5}(MB|GB)$/, 'write for instance 512MB')
    .default('256MB')
    .describe('Memory of a load; more spills to disk.'),
  threads: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Threads of a load; more pay on machines with cores to spare.'),
};

const directoryOfFiles = {
  path: z.string().default('./warehouse').describe('The directory; made by the first load.'),
  ...engine,
  keepReplaced: duration
    .default(10 * 60_000)
    .describe('How long replaced files stay for readers of an earlier manifest.json.'),
};

/** What is left out, libpq's environment says: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE. */
const postgres = z
  .strictObject({
    kind: z.literal('postgres'),
    url: fromEnvironment
      .refine((text) => /^postgres(ql)?:\/\//.test(text), 'write postgres://user@host:port/database')
      .optional()
      .describe('Connection string, as ${NAME} when it holds a password; sslmode is set in it.'),
    host: z.string().min(1).optional(),
    port: z.int().min(1).max(65_535).optional(),
    database: z.string().min(1).optional(),
    user: z.string().min(1).optional(),
    password: fromEnvironment.optional().describe('As ${NAME} only.'),
    schema: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and underscores, 63 at most')
      .default('tidemark')
      .describe('Schema of the tables; made by the first load.'),
    lockWait: duration
      .refine((millis) => millis > 0 && millis <= 20 * 86_400_000, 'write 1ms to 20d')
      .default(60_000)
      .describe('How long a load waits for its turn before it is tried again.'),
  })
  .describe('A schema of a PostgreSQL database, version 15 or later.');

const datasetName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,1023}$/, 'use letters, digits and underscores');

/** Letters that BigQuery takes in labels; values may be empty. */
const labels = z.record(
  z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'use lower-case letters, digits, hyphens and underscores'),
  z.string().regex(/^[a-z0-9_-]{0,63}$/, 'use lower-case letters, digits, hyphens and underscores'),
);

/** Signs in with the application default credentials of the process: there is nothing secret to write here. */
const bigquery = z
  .strictObject({
    kind: z.literal('bigquery'),
    project: z
      .string()
      .regex(
        /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
        'write the id of the project, e.g. acme-quality',
      )
      .describe('Id of the project that holds the datasets and pays for jobs.'),
    dataset: datasetName.default('tidemark').describe('Dataset of the tables; made by the first load.'),
    stagingDataset: datasetName
      .default('tidemark_staging')
      .describe('Dataset of tables that live for the time of a load; made by the first load.'),
    location: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]+$/, 'write EU, US or a region such as europe-west3')
      .describe('Where the datasets are: EU, US or a region such as europe-west3.'),
    maximumBytesBilled: size
      .refine((bytes) => bytes >= 10 * 1024 ** 2, 'write at least 10MB: the least that a query is billed for')
      .default(20 * 1024 ** 3)
      .describe('A query or load that would be billed for more bytes is refused before it begins.'),
    labels: labels.default({}).describe('On datasets, tables and jobs, for bills.'),
  })
  .refine(({ dataset, stagingDataset }) => dataset !== stagingDataset, {
    path: ['stagingDataset'],
    error: 'must be another dataset than dataset, because its tables expire',
  })
  .describe('Two datasets of Google BigQuery.');

export const warehouse = z
  .discriminatedUnion(
    'kind',
    [
      z
        .strictObject({
          kind: z.literal('duckdb'),
          path: z.string().default('./tidemark.duckdb').describe('The file; made by the first load.'),
          ...engine,
        })
        .describe('One DuckDB file.'),
      z
        .strictObject({ kind: z.literal('parquet'), ...directoryOfFiles })
        .describe('A directory of Parquet files by table and month.'),
      z
        .strictObject({ kind: z.literal('ndjson'), ...directoryOfFiles })
        .describe('A directory of lines of JSON, compressed with gzip, by table and month.'),
      postgres,
      bigquery,
    ],
    { error: 'write duckdb, parquet, ndjson, postgres or bigquery' },
  )
  .describe('What is loaded into.');
