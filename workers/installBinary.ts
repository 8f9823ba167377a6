import { chmod, copyFile, rename } from 'node:fs/promises';

/** Puts a finished binary in its place all at once: whoever looks there finds a whole one or none. */
export async function installBinary(binary: string, target: string): Promise<void> {
  // The temporary directory may be another file system, across which a rename is not possible.
  const arriving = `${target}.${process.pid}`;
  await copyFile(binary, arriving);
  await chmod(arriving, 0o755);
  await rename(arriving, target);
}
