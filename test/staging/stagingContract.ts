/** What every staging store promises, as tests; each store runs them on its own ground. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StagedObject, StagingStore } from '../../staging/stagingStore.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

/** @param open makes a store that is empty and nobody else's; called in each test. */
export function describeStagingContract(what: string, open: () => Promise<StagingStore>): void {
  describe(`${what}, as any staging store,`, () => {
    it('gives back what was put, with size and hash', async () => {
      const store = await open();
      const body = Buffer.from([0, 1, 2, 255]);
      const object = await store.put('acme/window-1/page.json.gz', body, 7);
      expect(object).toEqual({ name: 'acme/window-1/page.json.gz', bytes: 4, sha256: sha256(body), rows: 7 });
      expect(await store.get(object.name)).toEqual(body);
      expect(await readFile(await store.localPath(object))).toEqual(body);
      expect(await store.get('acme/window-1/other')).toBeUndefined();
      expect(await store.get('acme/window-1/page.json.gz/below')).toBeUndefined();
    });

    it('keeps an empty object', async () => {
      const store = await open();
      const object = await store.put('a/empty', Buffer.alloc(0), 0);
      expect(await store.get('a/empty')).toEqual(Buffer.alloc(0));
      expect(await readFile(await store.localPath(object))).toEqual(Buffer.alloc(0));
      expect(await store.list('a/')).toEqual(['a/empty']);
    });

    it.each([7, 20 * 1024 ** 2])('moves a file of %i bytes in', async (bytes) => {
      const store = await open();
      const path = join(await scratchDirectory(), 'made.parquet');
      const body = randomBytes(bytes);
      await writeFile(path, body);
      const object = await store.putFile('tables/made.parquet', path, 3);
      expect(object).toEqual({ name: 'tables/made.parquet', bytes, sha256: sha256(body), rows: 3 });
      await expect(stat(path)).rejects.toThrow('ENOENT');
      expect((await readFile(await store.localPath(object))).equals(body)).toBe(true);
    });

    it('puts nothing when there is no file to move', async () => {
      const store = await open();
      const path = join(await scratchDirectory(), 'not-made.parquet');
      await expect(store.putFile('a/b', path, 1)).rejects.toThrow('ENOENT');
      expect(await store.list('a/')).toEqual([]);
    });

    it('replaces an object of the same name, whatever of many writers is last', async () => {
      const store = await open();
      const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(200_000, index));
      const objects = await Promise.all(bodies.map((body) => store.put('a/b', body, 1)));
      const stored = (await store.get('a/b')) ?? Buffer.alloc(0);
      const last = objects.find((object) => object.sha256 === sha256(stored));
      expect(last).toBeDefined();
      expect((await readFile(await store.localPath(last as StagedObject))).equals(stored)).toBe(true);
      expect(await store.list('a/')).toEqual(['a/b']);
    });

    it('keeps apart names of every character that there may be', async () => {
      const store = await open();
      const names = ['A', 'a', 'T05:00:00Z', 'p=1', '=', '-', '_', 'x..y', 'x.', ':', 'a-b_c=d:e.f', '0']
        .flatMap((part) => [`odd/${part}`, `odd/in/${part}/x`])
        .sort();
      for (const name of names) await store.put(name, Buffer.from(name), 0);
      expect(await store.list('odd/')).toEqual(
        names
          .filter((name) => !name.startsWith('odd/in/'))
          .concat(names.filter((name) => name.startsWith('odd/in/')))
          .sort(),
      );
      for (const name of names) expect((await store.get(name))?.toString()).toBe(name);
    });

    it('lists names below a prefix, sorted', async () => {
      const store = await open();
      for (const name of ['w/b/2', 'w/b/10', 'w/a', 'w2/x']) await store.put(name, Buffer.alloc(1), 0);
      expect(await store.list('w/')).toEqual(['w/a', 'w/b/10', 'w/b/2']);
      expect(await store.list('none/')).toEqual([]);
    });

    it('removes a prefix and nothing beside it', async () => {
      const store = await open();
      const [removed] = await Promise.all(
        ['w/a', 'w/b/c', 'w-2/a', 'ww/a'].map((name) => store.put(name, Buffer.alloc(1), 0)),
      );
      await store.localPath(removed as StagedObject);
      await store.remove('w/');
      await store.remove('w/');
      expect(await store.list('w/')).toEqual([]);
      expect(await store.get('w/a')).toBeUndefined();
      expect(await store.list('w-2/')).toEqual(['w-2/a']);
      expect(await store.list('ww/')).toEqual(['ww/a']);
      await expect(store.localPath(removed as StagedObject)).rejects.toMatchObject({ kind: 'LoadRefused' });
    });

    it('lists and removes more objects than fit into one answer', async () => {
      const store = await open();
      const names = Array.from({ length: 1_100 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
      for (let start = 0; start < names.length; start += 50) {
        await Promise.all(names.slice(start, start + 50).map((name) => store.put(name, Buffer.from('x'), 0)));
      }
      await store.put('more/1', Buffer.from('x'), 0);
      expect(await store.list('many/')).toEqual(names);
      await store.remove('many/');
      expect(await store.list('many/')).toEqual([]);
      expect(await store.list('more/')).toEqual(['more/1']);
    });

    it.each(['', '/etc/passwd', '../x', 'a/../b', 'a//b', 'a/', '.hidden', 'a/.', 'a b', 'a\\b', 'ä', 'a\0'])(
      'refuses the name %j',
      async (wrong) => {
        const store = await open();
        await expect(store.put(wrong, Buffer.alloc(1), 0)).rejects.toThrow(
          'is no name for an object in staging',
        );
      },
    );

    it('refuses a prefix that is no folder', async () => {
      const store = await open();
      await expect(store.remove('a')).rejects.toThrow('End it in "/".');
      await expect(store.list('a')).rejects.toThrow('End it in "/".');
      await expect(store.remove('/')).rejects.toThrow('is no name');
    });

    it('says what to do about an object that is not there', async () => {
      const store = await open();
      await expect(store.localPath({ name: 'gone', bytes: 1, sha256: '', rows: 0 })).rejects.toMatchObject({
        kind: 'LoadRefused',
        message: expect.stringContaining(`"gone" is missing in staging ${store.location}`) as string,
      });
    });
  });
}

/** What stores promise that keep local copies of objects from elsewhere. */
export function describeLocalCopies(what: string, open: () => Promise<StagingStore>): void {
  describe(`local copies of ${what}`, () => {
    it('are downloaded once, and again when they are not the object any more', async () => {
      const store = await open();
      const object = await store.put('w/file', Buffer.from('content'), 1);
      const path = await store.localPath(object);
      const { ino } = await stat(path);
      expect(await store.localPath(object)).toBe(path);
      expect((await stat(path)).ino).toBe(ino);
      for (const damage of [() => truncate(path, 3), () => writeFile(path, 'CONTENT')]) {
        await damage();
        expect(await readFile(await store.localPath(object), 'utf8')).toBe('content');
      }
    });

    it('are whole for all who ask at once', async () => {
      const store = await open();
      const body = randomBytes(3_000_000);
      const object = await store.put('w/file', body, 1);
      const paths = await Promise.all(Array.from({ length: 10 }, () => store.localPath(object)));
      expect(new Set(paths).size).toBe(1);
      expect((await readFile(paths[0] ?? '')).equals(body)).toBe(true);
    });

    it('do not replace each other when a name gets another content', async () => {
      const store = await open();
      const before = await store.put('w/file', Buffer.from('before'), 1);
      const path = await store.localPath(before);
      const after = await store.put('w/file', Buffer.from('after'), 1);
      expect(await readFile(await store.localPath(after), 'utf8')).toBe('after');
      expect(await readFile(path, 'utf8')).toBe('before');
    });

    it('are refused when the object is not what was staged', async () => {
      const store = await open();
      const object = await store.put('w/file', Buffer.from('before'), 1);
      await store.put('w/file', Buffer.from('after'), 1);
      await expect(store.localPath(object)).rejects.toMatchObject({
        kind: 'LoadRefused',
        message: expect.stringContaining('"w/file" is not the file that was staged (SHA-256)') as string,
      });
    });
  });
}
