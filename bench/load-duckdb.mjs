/**
 * How fast a DuckDB file takes a batch, and whether memory stays flat over many batches.
 * Run after a build: node bench/load-duckdb.mjs [--answers 200000] [--memory 512MB] [--loads 50]
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stagedColumns } from '../dist/model/tables.js';
import { createFileStore } from '../dist/staging/fileStore.js';
import { createBatchWriter } from '../dist/staging/parquetWriter.js';
import { openWarehouse } from '../dist/warehouses/openWarehouse.js';

const { values: options } = parseArgs({
  options: {
    answers: { type: 'string', default: '200000' },
    memory: { type: 'string', default: '512MB' },
    loads: { type: 'string', default: '50' },
  },
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
const print = (line) => process.stdout.write(`${line}\n`);

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
const path = join(directory, 'bench.duckdb');
const warehouse = openWarehouse({ kind: 'duckdb', path, memoryLimit: options.memory }, store);
const megabytes = (bytes) => Math.round(bytes / 2 ** 20);

async function measure(name, work) {
  const begin = performance.now();
  const result = await work();
  print(
    `${name}: ${Math.round(performance.now() - begin)} ms, RSS ${megabytes(process.memoryUsage().rss)} MB`,
  );
  return result;
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
try {
  const evaluations = Math.ceil(Number(options.answers) / answersPerEvaluation);
  await measure('make the schema', () => warehouse.ensureSchema());
  await measure('schema, nothing to do', () => warehouse.ensureSchema());
  await measure('open and close', () => warehouse.check());
  const first = await measure(`stage ${options.answers} answers`, () => stage('first', 0, evaluations, 0));
  await measure('first load', () => warehouse.load(first, signal));
  const again = await stage('again', 0, evaluations, 0);
  await measure('load, nothing changed', () => warehouse.load(again, signal));
  const newer = await stage('newer', 0, evaluations, 1);
  await measure('load, everything changed', () => warehouse.load(newer, signal));
  const small = await stage('small', 0, 100, 2);
  await measure('load of 100 evaluations', () => warehouse.load(small, signal));
  const ids = Array.from({ length: 10_000 }, (_, index) => `evaluation-${index}`);
  await measure('known versions of 10,000 ids', () => warehouse.knownVersions('evaluations', 'acme', ids));
  print(`file: ${megabytes((await stat(path)).size)} MB`);
  for (let load = 1; load <= Number(options.loads); load++) {
    const batch = await stage(`loop-${load}`, load * 100, load * 100 + 100, 10 + load);
    await warehouse.load(batch, signal);
    if (load % 10 === 0) {
      globalThis.gc?.();
      print(`after ${load} small loads: RSS ${megabytes(process.memoryUsage().rss)} MB`);
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
