import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createFileStore } from '../../staging/fileStore.js';
import { openStagingStore } from '../../staging/openStagingStore.js';
import { scratchDirectory } from '../support/scratchDirectory.js';
import { describeStagingContract } from './stagingContract.js';

async function scratchStore() {
  const directory = await scratchDirectory();
  return { directory, store: createFileStore(join(directory, 'store'), 'file:store') };
}

describeStagingContract('the file store', async () => (await scratchStore()).store);

describe('the file store', () => {
  it('leaves nothing beside an object, whoever of many writers was last', async () => {
    const { store, directory } = await scratchStore();
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.put('a/b', Buffer.alloc(9, index), 1)));
    expect(await readdir(join(directory, 'store', 'a'))).toEqual(['b']);
  });

  it('says what is wrong with a directory that it cannot make, and that it is no matter of waiting', async () => {
    const directory = await scratchDirectory();
    await writeFile(join(directory, 'file'), '');
    await writeFile(join(directory, 'made'), '');
    for (const place of ['file', 'file/below']) {
      const store = createFileStore(join(directory, place), 'file:./staging');
      const refused = {
        kind: 'InvalidConfig',
        message: expect.stringMatching(
          /^staging file:\.\/staging cannot be written to: E\w+: .* Name a directory in staging/,
        ),
      };
      await expect(store.put('a/b', Buffer.alloc(1), 1)).rejects.toMatchObject(refused);
      await expect(store.putFile('a/b', join(directory, 'made'), 1)).rejects.toMatchObject(refused);
      // As is done when the failure is recorded.
      await store.remove('a/');
    }
  });

  it('does not list files that are being written, and keeps colons off the disk', async () => {
    const { store, directory } = await scratchStore();
    await store.put('w/T05:00:00Z/p=1', Buffer.alloc(1), 0);
    await writeFile(join(directory, 'store', 'w', '.unfinished-1'), 'x');
    expect(await store.list('w/')).toEqual(['w/T05:00:00Z/p=1']);
    expect((await readdir(join(directory, 'store', 'w'))).join()).not.toContain(':');
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
    const store = await openStagingStore(uri, directory);
    await store.put('a', Buffer.from('x'), 0);
    expect(await readFile(join(directory, 'with space', 'a'), 'utf8')).toBe('x');
    expect(store.location).toBe(uri);
    expect((await openStagingStore('file:./somewhere', directory)).location).toBe('file:./somewhere');
  });

  it.each(['gs://bucket', 's3://my.bucket-1/', 's3://bucket/a/b=1', 'gs://my_bucket/prefix/'])(
    'takes %j and asks nobody yet',
    async (uri) => {
      expect((await openStagingStore(uri, '/nowhere')).location).toBe(uri);
    },
  );

  it.each([
    'az://bucket/x',
    's3://',
    's3://UPPER/x',
    's3://b/x',
    's3://bucket/a//b',
    's3://bucket/../x',
    'gs://bucket/ä',
    'gs://bucket/.hidden',
    's3://bucket?x=1',
    './folder',
    'file:',
    'file://host/share',
  ])('refuses %j', async (uri) => {
    await expect(openStagingStore(uri, '/nowhere')).rejects.toThrow(
      expect.objectContaining({
        kind: 'InvalidConfig',
        message: expect.stringContaining(uri) as string,
      }) as Error,
    );
  });
});
