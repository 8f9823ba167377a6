import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Paths within a folder of its files and those of its folders, sorted; fails where there is no such folder. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)))
    .sort();
}
