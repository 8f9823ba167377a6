/** docs/configuration.md: every setting is on it, and none that is not there any more. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const fileOf = async (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

/** Names of the properties of a JSON schema, at any depth. */
function settingsOf(schema: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') for (const name of Object.keys(value as object)) found.add(name);
      walk(value);
    }
  };
  walk(schema);
  return found;
}

it('names every setting of the schema', async () => {
  const page = await fileOf('docs/configuration.md');
  const settings = [...settingsOf(JSON.parse(await fileOf('tidemark.schema.json')))];
  expect(settings.length).toBeGreaterThan(60);
  const missing = settings.filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(page));
  expect(missing).toEqual([]);
});

it('has nothing in its tables that the schema does not know', async () => {
  const page = await fileOf('docs/configuration.md');
  const schema = await fileOf('tidemark.schema.json');
  const listed = [...page.matchAll(/^\| `([A-Za-z]+)`/gm)].map(([, name]) => name ?? '');
  expect(listed.length).toBeGreaterThan(40);
  expect(listed.filter((name) => !schema.includes(`"${name}"`))).toEqual([]);
});
