import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileProduct } from '../support/compiledProduct.js';
import { evaluation } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { changeFile, scratchWarehouse } from './scratchWarehouse.js';
import { expectRefusedWithoutTrace, withSecondBatch } from './contract/secondBatch.js';

describe('a load that fails in the middle', () => {
  it('leaves everything as it was, whatever it was writing, and succeeds when the cause is gone', async () => {
    const { scratch, second } = await withSecondBatch(scratchWarehouse);
    for (const table of [
      'evaluations',
      'evaluation_answers',
      'evaluation_history',
      'tombstones',
      'load_audit',
    ]) {
      await changeFile(
        scratch.path,
        `ALTER TABLE ${table} ADD COLUMN obstacle VARCHAR DEFAULT 'x'`,
        `ALTER TABLE ${table} ALTER obstacle SET NOT NULL`,
        `ALTER TABLE ${table} ALTER obstacle DROP DEFAULT`,
      );
      const message = new RegExp(
        `refused the rows: Constraint Error: NOT NULL constraint failed: ${table}.obstacle`,
      );
      await expectRefusedWithoutTrace(scratch, second, message);
      await changeFile(scratch.path, `ALTER TABLE ${table} DROP COLUMN obstacle`);
    }
    expect(await scratch.warehouse.load(second, noSignal)).toMatchObject({
      tables: { evaluations: { inserted: 1, updated: 1, softDeleted: 1 } },
    });
  });

  it('leaves everything as it was or all of it done when its process is killed', async () => {
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
       const warehouse = await openWarehouse({ kind: 'duckdb', path: directory + '/warehouse.duckdb' }, store);
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
    let interrupted = 0;
    for (const delay of [60, 130, 200, 270]) {
      await killAfter(delay);
      const after = await state();
      if (after?.['batches'] === 2) break;
      interrupted += 1;
      expect(after).toEqual({ evaluations: 1, answers: 2, versions: 1, batches: 1 });
    }
    expect(interrupted).toBeGreaterThan(0);
    await scratch.warehouse.load(batch, noSignal);
    expect(await state()).toEqual(done);
  });
});
