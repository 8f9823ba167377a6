/** The files that vitest runs, with those that they take tests from. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

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
    for (const name of importedBy(path, await readFile(path, 'utf8'))) {
      const imported = join(path, '..', name.replace(/\.js$/, '.ts'));
      if (name.startsWith('.') && imported.startsWith(root) && imported.endsWith('.ts')) left.push(imported);
    }
  }
  return found;
}

/** What a module imports, and what it exports from others, as it writes their names. */
function importedBy(path: string, source: string): string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, source).module;
  const exported = staticExports.flatMap(({ entries }) => entries);
  return [...staticImports, ...exported, ...dynamicImports].flatMap(({ moduleRequest }) =>
    moduleRequest ? [source.slice(moduleRequest.start + 1, moduleRequest.end - 1)] : [],
  );
}
