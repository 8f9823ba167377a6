import { createHash } from 'node:crypto';
import { access, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiesToRemove, createDownloadCache, type CacheLimits } from '../../staging/downloadCache.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const limits: CacheLimits = { bytes: 100, busyMillis: 1_000, keepMillis: 60_000 };

describe('which copies must go', () => {
  const copies = fc.array(fc.record({ bytes: fc.nat(60), usedAt: fc.integer({ min: -100_000, max: 0 }) }));
  const sum = (some: readonly { bytes: number }[]) => some.reduce((total, { bytes }) => total + bytes, 0);

  it('keeps those in use, removes the old, and takes as few of the others as the limit needs', () => {
    fc.assert(
      fc.property(copies, (all) => {
        const removed = copiesToRemove(all, limits, 0);
        const kept = all.filter((copy) => !removed.includes(copy));
        for (const copy of removed) expect(copy.usedAt).toBeLessThan(-limits.busyMillis);
        for (const copy of kept) {
          expect(-copy.usedAt).toBeLessThanOrEqual(limits.keepMillis);
          // What is kept was used at least as lately as what is removed.
          for (const other of removed) expect(copy.usedAt).toBeGreaterThanOrEqual(other.usedAt);
        }
        const free = kept.filter((copy) => -copy.usedAt > limits.busyMillis);
        if (free.length > 0) expect(sum(kept)).toBeLessThanOrEqual(limits.bytes);
        const last = removed.at(-1);
        if (last !== undefined && -last.usedAt <= limits.keepMillis)
          expect(sum(kept) + last.bytes).toBeGreaterThan(limits.bytes);
      }),
    );
  });
});

const there = async (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

describe('a cache of downloads', () => {
  const body = Buffer.alloc(60, 1);
  const object = (name: string) => ({
    name,
    bytes: body.byteLength,
    sha256: createHash('sha256').update(body).digest('hex'),
    rows: 1,
  });
  const download = async (path: string) => writeFile(path, body);

  it('stays below its limit, whatever stores share it, and spares what is in use', async () => {
    const root = await scratchDirectory();
    const [one, other] = ['s3://one', 's3://other'].map((uri) => createDownloadCache(root, uri, limits));
    if (one === undefined || other === undefined) throw new Error('no cache');
    const first = await one.find(object('w/a'), download);
    const longAgo = new Date(Date.now() - 10_000);
    const second = await other.find(object('w/a'), download);
    expect(second).not.toBe(first);
    expect(await there(first)).toBe(true);
    await utimes(first, longAgo, longAgo);
    const third = await one.find(object('w/b'), download);
    expect(await Promise.all([first, second, third].map(there))).toEqual([false, true, true]);
  });

  it('marks a copy as used each time', async () => {
    const cache = createDownloadCache(await scratchDirectory(), 's3://one', limits);
    const path = await cache.find(object('w/a'), download);
    const longAgo = new Date(Date.now() - 10_000);
    await utimes(path, longAgo, longAgo);
    await cache.find(object('w/a'), download);
    expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(9_000);
  });

  it('forgets, in the end, what a killed process was downloading', async () => {
    const root = await scratchDirectory();
    const cache = createDownloadCache(root, 's3://one', limits);
    const rest = join(root, '.unfinished-1');
    await writeFile(rest, 'half');
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(rest, longAgo, longAgo);
    await cache.remove('w/');
    expect(await there(rest)).toBe(false);
  });

  it('leaves no file behind and tries again after a download that failed', async () => {
    const cache = createDownloadCache(await scratchDirectory(), 's3://one', limits);
    const failing = async (path: string) => {
      await writeFile(path, 'half');
      throw new Error('cut off');
    };
    await expect(cache.find(object('w/a'), failing)).rejects.toThrow('cut off');
    expect(await there(await cache.find(object('w/a'), download))).toBe(true);
  });

  it('says what to do when there can be no directory', async () => {
    const file = join(await scratchDirectory(), 'file');
    await writeFile(file, '');
    await expect(
      createDownloadCache(file, 's3://one', limits).find(object('w/a'), download),
    ).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining('XDG_CACHE_HOME') as string,
    });
  });
});
