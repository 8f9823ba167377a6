/** The product's modules as plain JavaScript in a folder, for tests that need another process. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { transformWithOxc } from 'vite';

const root = resolve(import.meta.dirname, '../..');

/** Translates the folders into `directory` without checking types. */
export async function compileProduct(directory: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const file of await readdir(join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const source = await readFile(join(root, folder, file), 'utf8');
      const { code } = await transformWithOxc(source, file);
      const target = join(directory, folder, file.replace(/\.ts$/, '.js'));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, code);
    }
  }
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'dir');
}
