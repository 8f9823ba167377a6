/** A process that is killed while it writes into staging: what it wrote is there whole, or what was there before. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createFileStore } from '../../staging/fileStore.js';
import { isUnfinished } from '../../staging/objectNames.js';
import { compileProduct } from '../support/compiledProduct.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const bytes = 32 * 1024 * 1024;
const kills = 12;
const cutsAtLeast = 4;

/** Writes two objects in turn under one name, each of one byte again and again, and says when the first is there. */
const writing = `
  import { createFileStore } from './staging/fileStore.js';
  const store = createFileStore(process.argv[2], 'file:store');
  for (let turn = 0; ; turn++) {
    await store.put('window/page', Buffer.alloc(${bytes}, turn % 2 === 0 ? 'a' : 'b'), 1);
    if (turn === 0) process.stdout.write('written');
  }
`;

it('leaves no object by halves', { timeout: 120_000 }, async () => {
  const product = await scratchDirectory();
  await compileProduct(product, ['model', 'staging']);
  await writeFile(join(product, 'writing.mjs'), writing);
  const directory = join(product, 'store');
  const store = createFileStore(directory, 'file:store');
  const unfinished = async () => (await readdir(join(directory, 'window'))).filter(isUnfinished).length;

  // What a kill in the middle of writing leaves is nobody's, and it stays: how many there are says how many it cut.
  let cuts = 0;
  for (let kill = 0; kill < kills || cuts < cutsAtLeast; kill++) {
    const child = spawn(process.execPath, [join(product, 'writing.mjs'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    while ((await unfinished()) === cuts) await after(1);
    await after(kill % 4);
    child.kill('SIGKILL');
    await once(child, 'exit');
    cuts = await unfinished();
    const found = await store.get('window/page');
    expect(found?.length).toBe(bytes);
    expect(found?.equals(Buffer.alloc(bytes, found.subarray(0, 1)))).toBe(true);
    expect(await store.list('window/')).toEqual(['window/page']);
  }
});
