/** The files that vitest runs, with those that they take tests from. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));
let running: Promise<ReadonlySet<string>> | undefined;

/** Paths of all files named *.test.ts and of what they import, directly or not, from below test/. */
export function filesThatRun(): Promise<ReadonlySet<string>> {
  return (running ??= findFiles());
}

async function findFiles(): Promise<ReadonlySet<string>> {
  const files = await readdir(root, { recursive: true });
  const found = new Set<string>();
  const left = files.filter((file) => file.endsWith('.test.ts')).map((file) => join(root, file));
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const { importedFiles } = ts.preProcessFile(await readFile(path, 'utf8'));
    for (const { fileName } of importedFiles) {
      const imported = join(path, '..', fileName.replace(/\.js$/, '.ts'));
      if (fileName.startsWith('.') && imported.startsWith(root) && imported.endsWith('.ts'))
        left.push(imported);
    }
  }
  return found;
}
