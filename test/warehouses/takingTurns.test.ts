import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import { evaluation, hour } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { scratchWarehouse } from './scratchWarehouse.js';
import { withSecondBatch } from './contract/secondBatch.js';

describe('taking turns', () => {
  it('loads two batches at once from one process, one after the other', async () => {
    const scratch = await scratchWarehouse();
    const batches = [
      await scratch.stage('b1', evaluation({ id: 'e1' })),
      await scratch.stage('b2', evaluation({ id: 'e2' })),
      await scratch.stage('b3', evaluation({ id: 'e1', score: 1, stamp: hour(10) })),
    ];
    const sameFile = await openWarehouse({ kind: 'duckdb', path: scratch.path }, scratch.store);
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
    const { scratch, second } = await withSecondBatch(scratchWarehouse);
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
    const { scratch } = await withSecondBatch(scratchWarehouse);
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
