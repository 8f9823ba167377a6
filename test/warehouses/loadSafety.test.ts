import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../model/tables.js';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import type { BatchManifest } from '../../warehouses/warehouse.js';
import { compileProduct } from './compiledProduct.js';
import { noSignal, scratchWarehouse, type ScratchWarehouse } from './scratchWarehouse.js';
import { evaluation, hour, tombstone } from './sampleEvaluation.js';

/** A file with a loaded batch, and a second batch that touches every kind of table. */
async function withSecondBatch() {
  const scratch = await scratchWarehouse();
  await scratch.load('b1', evaluation(), evaluation({ id: 'e2' }));
  const second = await scratch.stage(
    'b2',
    evaluation({ stamp: hour(10), extracted: hour(10), score: 90, questions: ['q2', 'q3'] }),
    evaluation({ id: 'e3' }),
    tombstone('e2', hour(11)),
  );
  return { scratch, second };
}

async function expectRefusedWithoutTrace(scratch: ScratchWarehouse, batch: BatchManifest, message: RegExp) {
  const before = await scratch.dump();
  await expect(scratch.warehouse.load(batch, noSignal)).rejects.toMatchObject({
    kind: 'LoadRefused',
    message: expect.stringMatching(message) as string,
  });
  expect(await scratch.dump()).toEqual(before);
}

async function changeFile(path: string, ...statements: string[]) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const answer = (values: Partial<Row<'evaluation_answers'>>) => {
  const [row] = evaluation({ questions: ['q9'] }).evaluation_answers ?? [];
  return { evaluation_answers: row === undefined ? [] : [{ ...row, ...values }] };
};

describe('a batch that breaks a promise', () => {
  it('is refused for duplicate keys, by name and example', async () => {
    const { scratch } = await withSecondBatch();
    await expectRefusedWithoutTrace(
      scratch,
      await scratch.stage('twice', evaluation({ questions: ['q1', 'q1'] })),
      /evaluation_answers: the key \(connection, evaluation_id, question_id\) is not unique .*\(acme, e1, q1\) is there 2 times/,
    );
  });

  it('is refused for parts without their owner', async () => {
    const { scratch } = await withSecondBatch();
    const message =
      /evaluation_answers: rows of \(acme, nobody\) are staged without their row of evaluations/;
    const orphan = answer({ evaluation_id: 'nobody' });
    await expectRefusedWithoutTrace(scratch, await scratch.stage('o1', orphan), message);
    await expectRefusedWithoutTrace(scratch, await scratch.stage('o2', evaluation(), orphan), message);
  });

  it('is refused for a wrong count, a wrong hash, no Parquet, a missing file', async () => {
    const { scratch, second } = await withSecondBatch();
    const { evaluations } = second.files;
    if (evaluations === undefined) throw new Error('not staged');
    const withEvaluations = (changes: Partial<typeof evaluations>): BatchManifest => {
      return { ...second, files: { ...second.files, evaluations: { ...evaluations, ...changes } } };
    };
    const text = await scratch.store.put('b2/text', Buffer.from('no parquet'), 2);
    await expectRefusedWithoutTrace(
      scratch,
      withEvaluations({ rows: 7 }),
      /evaluations: the manifest says 7 rows, but the staged file has 2/,
    );
    await expectRefusedWithoutTrace(
      scratch,
      withEvaluations({ sha256: '0' }),
      /is not the file that was staged/,
    );
    await expectRefusedWithoutTrace(scratch, withEvaluations(text), /"b2\/text" is no Parquet file/);
    await expectRefusedWithoutTrace(scratch, withEvaluations({ name: 'b2/gone' }), /"b2\/gone" is missing/);
    const answers = second.files.evaluation_answers;
    if (answers === undefined) throw new Error('not staged');
    await expectRefusedWithoutTrace(
      scratch,
      withEvaluations(answers),
      /evaluations: the staged file and the column registry disagree about the column conversation_id|evaluation_context_id/,
    );
  });

  it('is refused for rows of another batch or connection, and for unknown entities', async () => {
    const { scratch, second } = await withSecondBatch();
    await expectRefusedWithoutTrace(scratch, { ...second, batchId: 'b3' }, /batch_id is not "b3"/);
    await expectRefusedWithoutTrace(scratch, { ...second, connection: 'other' }, /connection is not "other"/);
    await expectRefusedWithoutTrace(
      scratch,
      await scratch.stage('t', tombstone('e1', hour(12), 'evaluation_answers')),
      /tombstones.entity "evaluation_answers" is no table/,
    );
  });
});

describe('a load that fails in the middle', () => {
  it.each(['evaluations', 'evaluation_answers', 'evaluation_history', 'tombstones', 'load_audit'])(
    'while writing %s leaves everything as it was, and succeeds when the cause is gone',
    async (table) => {
      const { scratch, second } = await withSecondBatch();
      await changeFile(
        scratch.path,
        `ALTER TABLE ${table} ADD COLUMN obstacle VARCHAR DEFAULT 'x'`,
        `ALTER TABLE ${table} ALTER obstacle SET NOT NULL`,
        `ALTER TABLE ${table} ALTER obstacle DROP DEFAULT`,
      );
      await expectRefusedWithoutTrace(scratch, second, /refused the rows: Constraint Error/);
      await changeFile(scratch.path, `ALTER TABLE ${table} DROP COLUMN obstacle`);
      expect(await scratch.warehouse.load(second, noSignal)).toMatchObject({
        tables: { evaluations: { inserted: 1, updated: 1, softDeleted: 1 } },
      });
    },
  );

  it('or is aborted leaves everything as it was', async () => {
    const { scratch, second } = await withSecondBatch();
    const before = await scratch.dump();
    for (const delay of [0, 20, 40, 60]) {
      const abort = new AbortController();
      const reason = new Error('worker is shutting down');
      setTimeout(() => abort.abort(reason), delay);
      const outcome = await scratch.warehouse.load(second, abort.signal).catch((error: unknown) => error);
      if (outcome !== reason) break;
      expect(await scratch.dump()).toEqual(before);
    }
    expect((await scratch.warehouse.load(second, noSignal)).tables['evaluations']).toMatchObject({
      staged: 2,
    });
  });

  it('by SIGKILL of its process leaves everything as it was or all of it done', async () => {
    const many = Array.from({ length: 400 }, (_, index) =>
      evaluation({ id: `k${index}`, questions: ['a', 'b', 'c'] }),
    );
    const scratch = await scratchWarehouse();
    await scratch.load('b1', evaluation());
    const batch = await scratch.stage('big', ...many);
    const product = join(scratch.directory, 'product');
    await compileProduct(product, ['model', 'staging', 'warehouses']);
    await writeFile(join(scratch.directory, 'batch.json'), JSON.stringify(batch));
    await writeFile(
      join(product, 'load.mjs'),
      `import { readFileSync } from 'node:fs';
       import { createFileStore } from './staging/fileStore.js';
       import { openWarehouse } from './warehouses/openWarehouse.js';
       const [directory] = process.argv.slice(2);
       const store = createFileStore(directory + '/staging', 'file:staging');
       const warehouse = openWarehouse({ kind: 'duckdb', path: directory + '/warehouse.duckdb' }, store);
       const batch = JSON.parse(readFileSync(directory + '/batch.json', 'utf8'));
       process.stdout.write('loading');
       await warehouse.load(batch, new AbortController().signal);
       process.stdout.write(' done');`,
    );
    const killAfter = async (delay: number) => {
      const child = spawn(process.execPath, [join(product, 'load.mjs'), scratch.directory]);
      const exited = once(child, 'exit');
      await Promise.race([once(child.stdout, 'data'), exited]);
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      await exited;
    };
    const state = async () =>
      (
        await scratch.rows(
          `SELECT (SELECT count(*) FROM evaluations) AS evaluations, (SELECT count(*) FROM evaluation_answers) AS answers,
           (SELECT count(*) FROM evaluation_history) AS versions, (SELECT count(*) FROM load_audit) AS batches`,
        )
      )[0];
    const done = { evaluations: 401, answers: 1202, versions: 401, batches: 2 };
    for (const delay of [30, 80, 130, 180, 260]) {
      await killAfter(delay);
      const after = await state();
      if (after?.['batches'] === 2) break;
      expect(after).toEqual({ evaluations: 1, answers: 2, versions: 1, batches: 1 });
    }
    await scratch.warehouse.load(batch, noSignal);
    expect(await state()).toEqual(done);
  });
});

describe('taking turns', () => {
  it('loads two batches at once from one process, one after the other', async () => {
    const scratch = await scratchWarehouse();
    const batches = [
      await scratch.stage('b1', evaluation({ id: 'e1' })),
      await scratch.stage('b2', evaluation({ id: 'e2' })),
      await scratch.stage('b3', evaluation({ id: 'e1', score: 1, stamp: hour(10) })),
    ];
    const sameFile = openWarehouse({ kind: 'duckdb', path: scratch.path }, scratch.store);
    const all = batches.flatMap((batch) => [
      scratch.warehouse.load(batch, noSignal),
      sameFile.load(batch, noSignal),
    ]);
    const results = await Promise.all([...all, scratch.warehouse.check()]);
    expect(results.filter((result) => result?.alreadyLoaded === true)).toHaveLength(3);
    expect(await scratch.rows('SELECT evaluation_id, total_score FROM evaluations ORDER BY ALL')).toEqual([
      { evaluation_id: 'e1', total_score: 1 },
      { evaluation_id: 'e2', total_score: 80 },
    ]);
  });

  it('says who holds the file, so that the load is tried again', async () => {
    const { scratch, second } = await withSecondBatch();
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
       globalThis.held = await DuckDBInstance.create(${JSON.stringify(scratch.path)});
       process.stdout.write('held'); setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');
    const refused = {
      kind: 'WarehouseUnavailable',
      message: expect.stringContaining(`(PID ${holder.pid})`) as string,
    };
    await expect(scratch.warehouse.load(second, noSignal)).rejects.toMatchObject(refused);
    await expect(scratch.warehouse.check()).rejects.toMatchObject(refused);
    await expect(scratch.warehouse.query('SELECT 1')).rejects.toMatchObject(refused);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await scratch.warehouse.load(second, noSignal)).toMatchObject({ alreadyLoaded: false });
  });

  it('lets another process read the file between loads', async () => {
    const { scratch } = await withSecondBatch();
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
       const db = await DuckDBInstance.create(${JSON.stringify(scratch.path)}, { access_mode: 'READ_ONLY' });
       const reader = await (await db.connect()).runAndReadAll('SELECT count(*) FROM evaluations');
       console.log(String(reader.getRows()[0][0]));`,
    ]);
    expect(stdout.trim()).toBe('2');
  });
});
