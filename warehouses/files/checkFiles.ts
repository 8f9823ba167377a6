/** Whether a directory holds what its manifest says. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '../../model/errors.js';
import type { Manifest } from './manifest.js';
import { currentFiles } from './versions.js';

/** Throws InvalidConfig, naming the first file that is missing or has another size. Does not read the files. */
export async function checkFiles(directory: string, manifest: Manifest): Promise<void> {
  for (const { path, bytes } of currentFiles(manifest)) {
    const { size } = await stat(join(directory, path));
    if (size === bytes) continue;
    throw new TidemarkError(
      'InvalidConfig',
      `${join(directory, path)} has ${size} bytes, but manifest.json says ${bytes}.`,
      { remedy: 'Another program changed it: restore the directory from a backup.' },
    );
  }
}
