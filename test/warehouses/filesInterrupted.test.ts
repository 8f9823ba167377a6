import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileStore } from '../../staging/fileStore.js';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import type { Warehouse } from '../../warehouses/warehouse.js';
import { plainRows } from '../../warehouses/duckdb/plainValues.js';
import { compileProduct } from '../support/compiledProduct.js';
import { withSecondBatch } from './contract/secondBatch.js';
import { noSignal } from './contract/target.js';
import { scratchFiles, withReader } from './scratchFiles.js';

/** Everything that a load could have left half done, by what the manifest says. */
const state = async (warehouse: Warehouse) =>
  warehouse.query(
    `SELECT (SELECT list(evaluation_id || ' ' || total_score || ' ' || is_deleted ORDER BY evaluation_id) FROM evaluations) AS evaluations,
       (SELECT list(evaluation_id || ' ' || question_id || ' ' || is_deleted ORDER BY evaluation_id, question_id) FROM evaluation_answers) AS answers,
       (SELECT count(*) FROM evaluation_history) AS versions, (SELECT count(*) FROM tombstones) AS tombstones,
       (SELECT count(*) FROM load_audit) AS batches`,
  );

/** Rows of each partition as a reader sees them who knows nothing of the manifest. */
const globbed = async (path: string) =>
  withReader(async (connection) =>
    plainRows(
      connection,
      `SELECT evaluation_month, count(*) AS n, count(DISTINCT evaluation_id || question_id) AS keys
       FROM read_parquet('${path}/evaluation_answers/*/*.parquet', hive_partitioning = true) GROUP BY ALL`,
    ),
  );

describe(
  'a load into a directory whose process is killed before any of its files gets its name',
  { timeout: 300_000 },
  () => {
    it('is as if it had not begun, or done; the next load finds nothing of it in its way', async () => {
      const { scratch, second } = await withSecondBatch(() => scratchFiles('parquet'));
      const product = join(scratch.directory, 'product');
      await compileProduct(product, ['model', 'staging', 'warehouses']);
      await writeFile(join(product, 'killed.mjs'), killedBefore);
      await writeFile(join(product, 'load.mjs'), loading(second));

      const before = await state(scratch.warehouse);
      const outcomes: string[] = [];
      for (let step = 1; ; step += 1) {
        const directory = join(scratch.directory, `step-${step}`);
        for (const part of ['staging', 'warehouse']) {
          // With their times, by which published files are known to be current.
          await cp(join(scratch.directory, part), join(directory, part), {
            recursive: true,
            preserveTimestamps: true,
          });
        }
        const child = spawn(
          process.execPath,
          ['--import', join(product, 'killed.mjs'), join(product, 'load.mjs'), directory],
          { env: { ...process.env, KILL_BEFORE: String(step) }, stdio: ['ignore', 'ignore', 'inherit'] },
        );
        const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];

        const path = join(directory, 'warehouse');
        const store = createFileStore(join(directory, 'staging'), 'file:staging');
        const warehouse = await openWarehouse({ kind: 'parquet', path, keepReplaced: 0 }, store);
        const after = await state(warehouse);
        const seen = await globbed(path);
        for (const { n, keys } of seen) expect(n).toBe(keys);

        const isBefore = JSON.stringify(after) === JSON.stringify(before);
        const again = await warehouse.load(second, noSignal);
        const done = await state(warehouse);
        expect(again.alreadyLoaded).toBe(!isBefore);
        if (!isBefore) expect(after).toEqual(done);
        expect(done).not.toEqual(before);
        expect(await leftovers(path)).toEqual([]);
        outcomes.push(isBefore ? 'before' : 'done');
        if (signal === null) {
          expect(code).toBe(0);
          break;
        }
      }
      // The one step between is the rename of the manifest.
      expect(outcomes.join(' ')).toMatch(/^(before ){5,}(done ){5,}done$/);
    });
  },
);

/** Files of killed operations and replaced versions: none are left once a later load is over. */
async function leftovers(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true });
  const versions = names.filter((name) => name.startsWith('_versions') && name.endsWith('.parquet'));
  const published = names.filter((name) => /^[a-z].*\.parquet$/.test(name));
  const odd = names.filter((name) => name.includes('unfinished') || /^_work.+|lock/.test(name));
  return versions.length === published.length ? odd : [...odd, ...versions];
}

/** Ends its process, as nothing could prevent, before a certain one of the renames by which files get their names. */
const killedBefore = `
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  let left = Number(process.env.KILL_BEFORE);
  const original = files.rename;
  files.rename = async (source, target) => {
    if (!target.includes('.unfinished-')) left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return original(source, target);
  };
  syncBuiltinESMExports();`;

const loading = (batch: unknown) => `
  import { createFileStore } from './staging/fileStore.js';
  import { openWarehouse } from './warehouses/openWarehouse.js';
  const [directory] = process.argv.slice(2);
  const store = createFileStore(directory + '/staging', 'file:staging');
  const warehouse = await openWarehouse({ kind: 'parquet', path: directory + '/warehouse', keepReplaced: 0 }, store);
  await warehouse.load(${JSON.stringify(batch)}, new AbortController().signal);`;
