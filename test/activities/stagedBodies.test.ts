import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getDocument, putBodies, requireBodies, requireDocument } from '../../activities/stagedBodies.js';
import { createFileStore } from '../../staging/fileStore.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

const name = 'page.jsonl';
const document = { ids: ['a', 'b'], text: 'two\nlines' };
const bodies = [
  { id: 'a', text: 'ä\n"b"\u2028' },
  { id: 'b', parts: [1, null] },
];

async function staged() {
  const folder = await scratchDirectory();
  const staging = createFileStore(folder, `file:${folder}`);
  await putBodies(staging, name, document, bodies);
  return { staging, path: join(folder, name) };
}

describe('a document with bodies behind it', () => {
  it('is read alone, or with each of its bodies', async () => {
    const { staging } = await staged();
    expect(await getDocument(staging, name)).toEqual(document);
    const whole = await requireBodies<typeof document>(staging, name);
    expect(whole.document).toEqual(document);
    for (const [index, body] of bodies.entries()) {
      expect(whole.body(index)).toEqual({ body, text: JSON.stringify(body) });
    }
  });

  it('that has none is read, too', async () => {
    const { staging } = await staged();
    await putBodies(staging, name, document, []);
    expect((await requireBodies(staging, name)).document).toEqual(document);
  });

  it('that is missing says so', async () => {
    const { staging } = await staged();
    expect(await getDocument(staging, 'other.jsonl')).toBeUndefined();
    await expect(requireDocument(staging, 'other.jsonl')).rejects.toThrow(/"other.jsonl" is missing/);
    await expect(requireBodies(staging, 'other.jsonl')).rejects.toThrow(/"other.jsonl" is missing/);
  });

  it('that was cut off is damaged, wherever it was cut', async () => {
    const { staging, path } = await staged();
    const lines = [document, ...bodies].map((line) => JSON.stringify(line)).join('\n');
    for (const length of [0, 5, lines.lastIndexOf('\n'), lines.length - 1]) {
      await writeFile(path, lines.slice(0, length));
      const reading = requireBodies(staging, name).then((whole) =>
        bodies.map((_, index) => whole.body(index)),
      );
      await expect(reading, `cut after ${length}`).rejects.toThrow(/"page.jsonl" in staging .* is damaged/);
    }
  });
});
