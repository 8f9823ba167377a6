/**
 * Writing files so that they are there whole or not at all. What other things rely on survives a power cut as well; that
 * takes as long as writing a megabyte, so where a hash or a parse finds what a power cut has spoilt, a crash is enough.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unfinishedName } from './objectNames.js';

/** Makes a folder whose existence survives a power cut. */
async function makeDurableDirectory(directory: string): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true });
  if (firstMade === undefined) return;
  const stop = dirname(firstMade);
  for (let made = directory; made !== stop && made !== dirname(made); made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/** What a written file survives. */
type Survives = 'crash' | 'power cut';

/** Writes the whole file or leaves what was there. */
export async function writeWhole(path: string, body: Buffer, survives: Survives): Promise<void> {
  await replaceAtomically(path, survives, async (unfinished) => writeFile(unfinished, body, { flag: 'wx' }));
}

/** Moves a file to its place, also from another file system; the whole file or nothing is there. */
export async function moveWhole(source: string, path: string, survives: Survives): Promise<void> {
  await replaceAtomically(path, survives, async (unfinished) => {
    try {
      await rename(source, unfinished);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      await copyFile(source, unfinished);
    }
  });
  await rm(source, { force: true });
}

async function replaceAtomically(
  path: string,
  survives: Survives,
  write: (unfinished: string) => Promise<void>,
): Promise<void> {
  const directory = dirname(path);
  const isDurable = survives === 'power cut';
  await (isDurable ? makeDurableDirectory(directory) : mkdir(directory, { recursive: true }));
  const unfinished = join(directory, unfinishedName(randomUUID()));
  try {
    await write(unfinished);
    if (isDurable) await sync(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  if (isDurable) await syncDirectory(directory);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a folder as a file; its file system journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
