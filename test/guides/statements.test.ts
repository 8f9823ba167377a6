/**
 * Holds the statements of the guides to the tests that are named for them, and docs/guides.md to the statements.
 * To write that page anew: TIDEMARK_UPDATE_DOCS=1 npx vitest run --project fast test/guides
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { renderStatements } from './renderStatements.js';
import { guides } from './statements.js';
import { filesThatRun } from './testFiles.js';
import { testTitles, type FoundTest } from './testTitles.js';
import type { Guide, Statement } from './statement.js';

const tests = new URL('../', import.meta.url);
const page = new URL('../../docs/guides.md', import.meta.url);
const statements = guides.flatMap((guide) => guide.statements);

/** What is wrong with the tests that are named for a statement. */
async function complaints(statement: Statement): Promise<string[]> {
  if ('missing' in statement) return [];
  if (statement.shownBy.length === 0) return ['no test'];
  const running = await filesThatRun();
  const wrong: string[] = [];
  for (const { file, test: title } of statement.shownBy) {
    const path = new URL(file, tests);
    if (!existsSync(path)) {
      wrong.push(`there is no ${file}`);
      continue;
    }
    if (!running.has(fileURLToPath(path))) wrong.push(`${file} is in no test`);
    const found = testTitles(await readFile(path, 'utf8')).filter((each) => each.title === title);
    if (found.length === 0) wrong.push(`${file} has no test "${title}"`);
    if (found.some(({ isHeldBack }) => isHeldBack)) wrong.push(`${file} may skip "${title}"`);
  }
  return wrong;
}

describe('the statements', () => {
  it.each(guides)('of guide $number are there once each, in order', ({ number, statements: of }: Guide) => {
    expect(of.map(({ id }) => id)).toEqual(of.map((_, index) => `${number}.${index + 1}`));
  });

  it('are of five guides', () => {
    expect(guides.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(statements.map(({ statement }) => statement)).size).toBe(statements.length);
  });

  it.each(statements.map((each) => [each.id, each.statement, each] as const))(
    '%s %s',
    async (...[, , each]) => {
      expect(await complaints(each)).toEqual([]);
    },
  );

  it('name no test twice', () => {
    for (const statement of statements) {
      const named = 'missing' in statement ? [] : statement.shownBy.map((each) => JSON.stringify(each));
      expect(named, statement.id).toEqual([...new Set(named)]);
    }
  });

  it('make docs/guides.md', async () => {
    const made = renderStatements(guides);
    if (process.env['TIDEMARK_UPDATE_DOCS'] === '1') await writeFile(page, made);
    const kept = await readFile(page, 'utf8');
    expect(kept, 'TIDEMARK_UPDATE_DOCS=1 npx vitest run --project fast test/guides').toBe(made);
  });
});

describe('what is wrong', () => {
  const said = { id: '0.1', statement: 'A statement.', how: 'So.' };
  const file = 'guides/statements.test.ts';
  const title = 'the statements > are of five guides';
  test.each([
    ['nothing', [{ file, test: title }], []],
    ['no test at all', [], ['no test']],
    [
      'a title that no test has',
      [{ file, test: 'the statements > are of six guides' }],
      [`${file} has no test "the statements > are of six guides"`],
    ],
    [
      'a title without that of its describe',
      [{ file, test: 'are of five guides' }],
      [`${file} has no test "are of five guides"`],
    ],
    ['a file that is not there', [{ file: 'none.test.ts', test: title }], ['there is no none.test.ts']],
    [
      'a file that no test uses',
      [{ file: 'replay/recordHistories.mjs', test: title }],
      ['replay/recordHistories.mjs is in no test', `replay/recordHistories.mjs has no test "${title}"`],
    ],
  ])('is found: %s', async (_, shownBy, expected) => {
    expect(await complaints({ ...said, shownBy })).toEqual(expected);
  });
});

describe('titles of tests', () => {
  const found = (source: string): FoundTest[] => testTitles(source);
  test.each<[string, string, FoundTest[]]>([
    ['a test', "it('a', () => {})", [{ title: 'a', isHeldBack: false }]],
    [
      'tests below describes',
      "describe('d', () => { describe('e', () => { test('a', f); }); it('b', f); })",
      [
        { title: 'd > e > a', isHeldBack: false },
        { title: 'd > b', isHeldBack: false },
      ],
    ],
    [
      'tables',
      "describe.each(rows)('d %s', () => { it.each([['it(']])('a %s', f); it.each`x ${1}`('b $x', f); })",
      [
        { title: 'd %s > a %s', isHeldBack: false },
        { title: 'd %s > b $x', isHeldBack: false },
      ],
    ],
    [
      'templates',
      'describe(`of ${name}`, () => { it(`a`, f); })',
      [{ title: 'of ${name} > a', isHeldBack: false }],
    ],
    [
      'what only a function makes',
      "export function f() { it('a', g); }",
      [{ title: 'a', isHeldBack: false }],
    ],
    ['a test that is skipped', "it.skip('a', f)", [{ title: 'a', isHeldBack: true }]],
    ['a test to be', "it.todo('a')", [{ title: 'a', isHeldBack: true }]],
    ['a test on a condition', "it.skipIf(slow)('a', f)", [{ title: 'a', isHeldBack: true }]],
    ['rows that are skipped', "it.skip.each(rows)('a', f)", [{ title: 'a', isHeldBack: true }]],
    ['a test that must fail', "it('a', { fails: true }, f)", [{ title: 'a', isHeldBack: true }]],
    [
      'a describe on a condition',
      "describe.runIf(x)('d', () => { it('a', f); })",
      [{ title: 'd > a', isHeldBack: true }],
    ],
    ['a test that is commented out', "// it('a', f)", []],
  ])('%s', (_, source, expected) => {
    expect(found(source)).toEqual(expected);
  });
});
