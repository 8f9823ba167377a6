import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluation } from './contract/sampleEvaluation.js';
import { scratchFiles } from './scratchFiles.js';

describe('a manifest', () => {
  it.for([
    ['torn', (text: string) => text.slice(0, text.length / 2), 'manifest.json is damaged'],
    ['without its tables', () => '{"formatVersion":1}', 'manifest.json is damaged'],
    [
      'of a later version',
      (text: string) => text.replace('"formatVersion": 1', '"formatVersion": 2'),
      'formatVersion 2',
    ],
    [
      'of another format',
      (text: string) => text.replace('"parquet"', '"ndjson"'),
      'the directory holds ndjson',
    ],
    ['lost', () => undefined, 'but no manifest.json that says what is current'],
  ] as const)('that is %s stops loads and changes nothing', async ([, change, message]) => {
    const scratch = await scratchFiles('parquet');
    await scratch.load('b1', evaluation());
    const path = join(scratch.path, 'manifest.json');
    const changed = change(await readFile(path, 'utf8'));
    await (changed === undefined ? rm(path) : writeFile(path, changed));
    const names = async () => (await readdir(scratch.path, { recursive: true })).sort();
    const before = await names();
    await expect(scratch.load('b2', evaluation({ id: 'e2' }))).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining(message) as string,
    });
    await expect(scratch.rows('SELECT 1')).rejects.toMatchObject({ kind: 'InvalidConfig' });
    expect(await names()).toEqual(before);
  });

  it('says the key as it is now, where an older version wrote it', async () => {
    const scratch = await scratchFiles('parquet');
    await scratch.load('b1', evaluation());
    const path = join(scratch.path, 'manifest.json');
    const { key = [] } = (await scratch.manifest()).tables['evaluation_history'] ?? {};
    const manifest = await scratch.manifest();
    const { evaluation_history: history } = manifest.tables;
    if (history !== undefined) history.key = key.slice(0, -1);
    await writeFile(path, JSON.stringify(manifest));
    await scratch.load('b2', evaluation({ id: 'e2' }));
    expect((await scratch.manifest()).tables['evaluation_history']?.key).toEqual(key);
  });

  it('of a file that another program changed is found out by the check', async () => {
    const scratch = await scratchFiles('ndjson');
    await scratch.load('b1', evaluation());
    await scratch.warehouse.check();
    const [file] = await scratch.files('evaluations');
    await writeFile(join(scratch.path, file?.path ?? ''), 'more', { flag: 'a' });
    await expect(scratch.warehouse.check()).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining('bytes, but manifest.json says') as string,
    });
  });
});
