/** No room for the DuckDB file, at whatever it was writing: an error that says so, and the file is as it was. */
import { execFile } from 'node:child_process';
import { copyFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { BatchManifest } from '../../warehouses/warehouse.js';
import { compileProduct } from '../support/compiledProduct.js';
import { evaluation, hour } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { scratchWarehouse, type ScratchWarehouse } from './scratchWarehouse.js';

const kibibyte = 1_024;
/** Limits between the size of the file before the load and after it. */
const limits = 6;

interface Outcome {
  kind: string;
  message: string;
}

it('a load that the disk has no room for says so, leaves all as it was, and succeeds when there is room', async () => {
  const scratch = await scratchWarehouse();
  await scratch.load('b1', evaluation(), evaluation({ id: 'e2' }));
  const many = Array.from({ length: 1_500 }, (_, index) =>
    evaluation({ id: `k${index}`, questions: ['a', 'b', 'c'], values: { agent_name: unlike(index) } }),
  );
  const batch = await scratch.stage('big', evaluation({ stamp: hour(10), score: 1 }), ...many);
  const loadWithin = await limitedLoader(scratch, batch);
  const [before, small] = [await scratch.dump(), await sizeOf(scratch.path)];

  // How large it becomes, of a copy.
  const kept = `${scratch.path}.kept`;
  await copyFile(scratch.path, kept);
  await scratch.warehouse.load(batch, noSignal);
  const [after, large] = [await scratch.dump(), await sizeOf(scratch.path)];
  await copyFile(kept, scratch.path);
  await rm(kept);

  let refused = 0;
  for (let step = 0; step < limits; step++) {
    const largest = small + Math.floor((step * (large - small)) / limits / kibibyte) * kibibyte;
    const outcome = await loadWithin(largest);
    // DuckDB may find room in the file that a load before this one gave back.
    if (outcome === null) break;
    refused += 1;
    expect(outcome).toEqual({
      kind: 'WarehouseUnavailable',
      message: expect.stringContaining(`There is no room for ${scratch.path}: `) as string,
    });
    expect(outcome.message).toMatch(/File too large\. Nothing of this load is in it\. .*make room/u);
    expect(await scratch.dump(), `a limit of ${largest} bytes`).toEqual(before);
  }
  expect(refused).toBeGreaterThan(limits / 2);
  await scratch.warehouse.load(batch, noSignal);
  expect(withoutTimes(await scratch.dump())).toEqual(withoutTimes(after));
});

it('tables that the disk has no room for are made when there is room', async () => {
  const scratch = await scratchWarehouse();
  const batch = await scratch.stage('b1', evaluation());
  const loadWithin = await limitedLoader(scratch, batch);
  await scratch.empty();
  expect(await loadWithin(64 * kibibyte)).toEqual({
    kind: 'WarehouseUnavailable',
    message: expect.stringContaining(`There is no room for ${scratch.path}: `) as string,
  });
  await scratch.warehouse.load(batch, noSignal);
  expect(await scratch.rows('SELECT count(*) AS n FROM evaluations')).toEqual([{ n: 1 }]);
});

/** Loads the batch in a process whose files may be so large; resolves with the error, or null. */
async function limitedLoader({ directory, path }: ScratchWarehouse, batch: BatchManifest) {
  const product = join(directory, 'product');
  await compileProduct(product, ['model', 'staging', 'warehouses']);
  await writeFile(join(directory, 'batch.json'), JSON.stringify(batch));
  await writeFile(
    join(product, 'load.mjs'),
    `import { readFileSync, writeFileSync } from 'node:fs';
     import { createFileStore } from './staging/fileStore.js';
     import { openWarehouse } from './warehouses/openWarehouse.js';
     const [directory, path] = process.argv.slice(2);
     const store = createFileStore(directory + '/staging', 'file:staging');
     const warehouse = await openWarehouse({ kind: 'duckdb', path }, store);
     const batch = JSON.parse(readFileSync(directory + '/batch.json', 'utf8'));
     const outcome = await warehouse.load(batch, new AbortController().signal).then(
       () => null,
       ({ kind = 'none', message }) => ({ kind, message }),
     );
     writeFileSync(directory + '/outcome.json', JSON.stringify(outcome));`,
  );
  const limited = 'ulimit -S -f "$0"; exec "$@"';
  const load = [process.execPath, join(product, 'load.mjs'), directory, path];
  return async (largest: number): Promise<Outcome | null> => {
    await promisify(execFile)('bash', ['-c', limited, String(largest / kibibyte), ...load]);
    return JSON.parse(await readFile(join(directory, 'outcome.json'), 'utf8')) as Outcome | null;
  };
}

const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;

/** A text that cannot be compressed. */
const unlike = (index: number) =>
  Array.from({ length: 40 }, (_, part) => ((index + 1) * 7_919 + part * 104_729).toString(36)).join('');

/** Two loads of a batch differ in when they were. */
const withoutTimes = (dump: unknown): unknown =>
  JSON.parse(JSON.stringify(dump, (name, value: unknown) => (name.endsWith('_at') ? undefined : value)));
