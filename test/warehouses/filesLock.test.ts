import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWarehouse } from '../../warehouses/openWarehouse.js';
import { evaluation } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { scratchFiles, type ScratchFiles } from './scratchFiles.js';

/** A process of its own, living or dead. */
async function otherProcess(state: 'living' | 'dead'): Promise<number> {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (state === 'dead') {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  return child.pid ?? 0;
}

const lockPath = ({ path }: ScratchFiles) => join(path, 'writer.lock');

const holder = (pid: number, host: string) =>
  JSON.stringify({ token: 'other', pid, host, since: '2026-11-01T00:00:00.000Z' });

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

describe('one writer at a time', () => {
  it.for([
    ['a living process', 'living', hostname(), 0, false],
    ['a living process that gave no sign of life for two minutes', 'living', hostname(), 2, true],
    ['a dead process', 'dead', hostname(), 0, true],
    ['another machine', 'living', 'elsewhere', 0, false],
    ['another machine that gave no sign of life for two minutes', 'dead', 'elsewhere', 2, true],
  ] as const)('against a lock of %s', async ([, state, host, minutes, takenOver]) => {
    const scratch = await scratchFiles('parquet');
    const batch = await scratch.stage('b1', evaluation());
    const pid = await otherProcess(state);
    await writeFile(lockPath(scratch), holder(pid, host));
    await utimes(lockPath(scratch), minutesAgo(minutes), minutesAgo(minutes));
    const load = scratch.warehouse.load(batch, noSignal);
    if (takenOver) {
      await expect(load).resolves.toMatchObject({ alreadyLoaded: false });
      await expect(readFile(lockPath(scratch))).rejects.toMatchObject({ code: 'ENOENT' });
      return;
    }
    await expect(load).rejects.toMatchObject({
      kind: 'WarehouseUnavailable',
      message: expect.stringContaining(`process ${pid} on ${host} since 2026-11-01`) as string,
    });
    await expect(scratch.warehouse.check()).rejects.toMatchObject({ kind: 'WarehouseUnavailable' });
    // Readers need no lock.
    expect(await scratch.rows('SELECT count(*) AS n FROM load_audit')).toEqual([{ n: 0 }]);
    expect(await readFile(lockPath(scratch), 'utf8')).toContain('other');
  });

  it('changes nothing when the lock was taken over while it loaded', async () => {
    const scratch = await scratchFiles('parquet');
    const batch = await scratch.stage('b1', evaluation());
    const before = await scratch.manifest();
    const pid = await otherProcess('living');
    // The staged files are opened in the middle of a load.
    const intruding = {
      ...scratch.store,
      localPath: async (...parameters: Parameters<typeof scratch.store.localPath>) => {
        await writeFile(lockPath(scratch), holder(pid, hostname()));
        return scratch.store.localPath(...parameters);
      },
    };
    const suspended = await openWarehouse({ kind: 'parquet', path: scratch.path }, intruding);
    await expect(suspended.load(batch, noSignal)).rejects.toMatchObject({
      kind: 'WarehouseUnavailable',
      message: expect.stringContaining('was taken over by another process') as string,
    });
    expect(await scratch.manifest()).toEqual(before);
    // The lock is the other one's to remove.
    expect(await readFile(lockPath(scratch), 'utf8')).toContain('other');
  });

  it('loads several batches at once from one process, one after the other', async () => {
    const scratch = await scratchFiles('parquet');
    const same = await openWarehouse({ kind: 'parquet', path: scratch.path }, scratch.store);
    const batches = [
      await scratch.stage('b1', evaluation({ id: 'e1' })),
      await scratch.stage('b2', evaluation({ id: 'e2' })),
    ];
    const results = await Promise.all(
      batches.flatMap((batch) => [scratch.warehouse.load(batch, noSignal), same.load(batch, noSignal)]),
    );
    expect(results.filter(({ alreadyLoaded }) => alreadyLoaded)).toHaveLength(2);
    expect(await scratch.rows('SELECT evaluation_id FROM evaluations ORDER BY ALL')).toEqual([
      { evaluation_id: 'e1' },
      { evaluation_id: 'e2' },
    ]);
  });
});
