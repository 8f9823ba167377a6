import { readdir } from 'node:fs/promises';

/** Names of the files of a folder and of those within it, sorted; fails where there is no such folder. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}
