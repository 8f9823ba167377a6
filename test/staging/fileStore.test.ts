import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createFileStore } from '../../staging/fileStore.js';
import { openStagingStore } from '../../staging/openStagingStore.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

async function scratchStore() {
  const directory = await scratchDirectory();
  return { directory, store: createFileStore(join(directory, 'store'), 'file:store') };
}

describe('the file store', () => {
  it('gives back what was put, with size and hash', async () => {
    const { store } = await scratchStore();
    const body = Buffer.from([0, 1, 2, 255]);
    const object = await store.put('acme/window-1/page.json.gz', body, 7);
    expect(object).toEqual({ name: 'acme/window-1/page.json.gz', bytes: 4, sha256: sha256(body), rows: 7 });
    expect(await store.get(object.name)).toEqual(body);
    expect(await readFile(await store.localPath(object))).toEqual(body);
    expect(await store.get('acme/window-1/other')).toBeUndefined();
    expect(await store.get('acme/window-1/page.json.gz/below')).toBeUndefined();
  });

  it('moves a file in', async () => {
    const { store, directory } = await scratchStore();
    const path = join(directory, 'made.parquet');
    await writeFile(path, 'content');
    const object = await store.putFile('tables/made.parquet', path, 3);
    expect(object).toMatchObject({ bytes: 7, sha256: sha256(Buffer.from('content')), rows: 3 });
    await expect(stat(path)).rejects.toThrow('ENOENT');
    expect(await store.get('tables/made.parquet')).toEqual(Buffer.from('content'));
  });

  it('replaces an object of the same name, whatever of many writers is last', async () => {
    const { store, directory } = await scratchStore();
    const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(200_000, index));
    await Promise.all(bodies.map((body) => store.put('a/b', body, 1)));
    const stored = await store.get('a/b');
    expect(bodies.some((body) => stored?.equals(body))).toBe(true);
    expect(await readdir(join(directory, 'store', 'a'))).toEqual(['b']);
  });

  it('lists names below a prefix, sorted, without files that are being written', async () => {
    const { store, directory } = await scratchStore();
    for (const name of ['w/b/2', 'w/b/10', 'w/a', 'w2/x', 'w/T05:00:00Z/p=1'])
      await store.put(name, Buffer.alloc(1), 0);
    await writeFile(join(directory, 'store', 'w', '.unfinished-1'), 'x');
    expect(await store.list('w/')).toEqual(['w/T05:00:00Z/p=1', 'w/a', 'w/b/10', 'w/b/2']);
    expect(await store.list('none/')).toEqual([]);
    expect((await readdir(join(directory, 'store', 'w'))).join()).not.toContain(':');
  });

  it('removes a prefix and nothing beside it', async () => {
    const { store } = await scratchStore();
    for (const name of ['w/a', 'w/b/c', 'w-2/a']) await store.put(name, Buffer.alloc(1), 0);
    await store.remove('w/');
    await store.remove('w/');
    expect(await store.list('w/')).toEqual([]);
    expect(await store.list('w-2/')).toEqual(['w-2/a']);
  });

  it.each(['', '/etc/passwd', '../x', 'a/../b', 'a//b', 'a/', '.hidden', 'a/.', 'a b', 'a\\b', 'ä', 'a\0'])(
    'refuses the name %j',
    async (name) => {
      const { store } = await scratchStore();
      await expect(store.put(name, Buffer.alloc(1), 0)).rejects.toThrow(
        'is no name for an object in staging',
      );
    },
  );

  it('refuses a prefix that is no folder', async () => {
    const { store } = await scratchStore();
    await expect(store.remove('a')).rejects.toThrow('End it in "/".');
    await expect(store.remove('/')).rejects.toThrow('is no name');
  });

  it('says what to do about an object that is not there', async () => {
    const { store } = await scratchStore();
    await expect(store.localPath({ name: 'gone', bytes: 1, sha256: '', rows: 0 })).rejects.toMatchObject({
      kind: 'LoadRefused',
      message: expect.stringContaining('"gone" is missing in staging file:store') as string,
    });
  });

  it('leaves the old object and no rest when it cannot write', async () => {
    const { store, directory } = await scratchStore();
    await mkdir(join(directory, 'store', 'taken', 'by-a-folder'), { recursive: true });
    await expect(store.put('taken', Buffer.alloc(1), 0)).rejects.toThrow();
    expect(await readdir(join(directory, 'store'))).toEqual(['taken']);
  });
});

describe('opening a staging store', () => {
  it('takes file: with a relative path and with an absolute URL', async () => {
    const directory = await scratchDirectory();
    const uri = pathToFileURL(join(directory, 'with space')).href;
    const store = openStagingStore(uri);
    await store.put('a', Buffer.from('x'), 0);
    expect(await readFile(join(directory, 'with space', 'a'), 'utf8')).toBe('x');
    expect(store.location).toBe(uri);
    expect(openStagingStore('file:./somewhere').location).toBe('file:./somewhere');
  });

  it.each(['s3://bucket/x', './folder', 'file:', 'file://host/share'])('refuses %j', (uri) => {
    expect(() => openStagingStore(uri)).toThrow(
      expect.objectContaining({
        kind: 'InvalidConfig',
        message: expect.stringContaining(uri) as string,
      }) as Error,
    );
  });
});
