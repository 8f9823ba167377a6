/** Writing files so that after a crash or a power cut they are there whole or not at all. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
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

/** Writes the whole file or leaves what was there. */
export async function writeDurably(path: string, body: Buffer): Promise<void> {
  await replaceAtomically(path, async (unfinished) => {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Moves a file to its place, also from another file system; the whole file or nothing is there. */
export async function moveDurably(source: string, path: string): Promise<void> {
  await replaceAtomically(path, async (unfinished) => {
    try {
      await rename(source, unfinished);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      await copyFile(source, unfinished);
    }
    const file = await open(unfinished, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  });
  await rm(source, { force: true });
}

async function replaceAtomically(path: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const directory = dirname(path);
  await makeDurableDirectory(directory);
  const unfinished = join(directory, unfinishedName(randomUUID()));
  try {
    await write(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncDirectory(directory);
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
