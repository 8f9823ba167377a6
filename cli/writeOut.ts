/** Files that a command writes into the directory that --out names. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { write, writeJson } from './output.js';

/**
 * Writes the files, makes the directory where there is none, and says where they are.
 * @throws TidemarkError InvalidConfig when the directory cannot be made or written to
 */
export async function writeOut(
  directory: string,
  files: readonly { name: string; content: string }[],
  json: boolean,
): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    for (const { name, content } of files) await writeFile(join(directory, name), content);
  } catch (cause) {
    throw new TidemarkError(
      'InvalidConfig',
      `--out ${directory} cannot be written to: ${(cause as Error).message}.`,
      { remedy: 'Name a directory that can be made, and that you may write to.', cause },
    );
  }
  const written = files.map(({ name }) => join(directory, name));
  if (json) writeJson(written);
  else for (const path of written) write(path);
}
