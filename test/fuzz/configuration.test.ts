/** Configurations that people get wrong in ways nobody thought of: taken, or refused with the place and the remedy. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfiguration } from '../../workers/loadConfiguration.js';
import { expectTidemarkError } from './support/judge.js';
import { edits, mutate } from './support/mutateJson.js';
import { sampling } from './support/sampling.js';
import { sampleConfigurations } from './support/sampleConfigurations.js';
import { useConfiguration } from './support/useConfiguration.js';

const directory = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
afterAll(() => rm(directory, { recursive: true, force: true }));
const path = join(directory, 'tidemark.yaml');
const planted = 'planted-Secret-0815';
const secretsOf = ['A', 'B', 'C', 'D', 'ACME_CLIENT_ID', 'ACME_CLIENT_SECRET', 'CXONE_CLIENT_SECRET'];
const environment = {
  ...Object.fromEntries(secretsOf.map((name) => [name, planted])),
  ...{ DATABASE_URL: `postgres://quality:${planted}@127.0.0.1/quality`, SOMETHING: 'something' },
};

/** Loads a text; what was accepted must be of use, or say what is wrong with it. */
async function judge(text: string): Promise<'accepted' | 'refused'> {
  await writeFile(path, text);
  try {
    const configuration = await loadConfiguration(path, environment);
    await useConfiguration(configuration).catch((error: unknown) => checkError(error));
    return 'accepted';
  } catch (error) {
    const message = checkError(error);
    expect(message).toContain(path);
    // Where: a dotted path, or line and column.
    expect(message).toMatch(/\n {2}- \S+|line \d+, column \d+/u);
    return 'refused';
  }
}

function checkError(error: unknown): string {
  const { message, remedy } = expectTidemarkError(error, ['InvalidConfig']);
  expect(remedy, message).toMatch(/\S/u);
  expect(message).not.toContain(planted);
  return message;
}

const values = [
  ...[
    '0s',
    '0d',
    '1ms',
    '-1h',
    '1.5h',
    '5 m',
    '1H',
    '99999999999999999999d',
    '9'.repeat(400) + 'd',
    '366000d',
  ],
  ...['${NOT_SET}', '${NOT_SET_2}', '${}', '${A B}', '$HOME', '${SOMETHING}${NOT_SET}', '${SOMETHING}'],
  ...[
    'https://user:' + planted + '@example.com',
    'postgres://u:' + planted + '@host/db',
    'http://example.com',
  ],
  ...['https://[::1', 'https://', 'file:///', 'file:', 's3://', 'gs://b', 'file:\0'],
  ...[
    'genesys',
    'cxone',
    'guide',
    'published',
    'data-extraction',
    'Genesys',
    'duckdb',
    'postgres',
    'bigquery',
  ],
  ...['UTC', 'Europe/Berlin', 'Mars/Olympus', 65_536, -5, 1.5],
  ...[{ startFrom: '2026-01-01' }, { startFrom: '2026-01-01', every: '0s' }],
];

const samples = await sampleConfigurations();

describe('a configuration with something wrong in it', () => {
  it('is taken, or refused with the place and the remedy', async () => {
    const outcomes = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), edits(values), async (text, made) => {
        outcomes[await judge(stringify(mutate(parse(text), made)))] += 1;
      }),
      sampling(2_500),
    );
    // Otherwise it would hold for any input.
    expect(Math.min(outcomes.accepted, outcomes.refused) * 25).toBeGreaterThan(
      outcomes.accepted + outcomes.refused,
    );
  });

  it('as broken text is taken, or refused with line and column', async () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ':',
        ' : ',
        '&a ',
        '*a',
        '!',
        '!!binary ',
        '!!js/function ',
        '|',
        '>',
        '%',
        '@',
        '`',
      ],
      ...[
        '\t',
        '"',
        "'",
        '#',
        '- ',
        '?',
        ',',
        '\n',
        '\r',
        '\r\n',
        '---\n',
        '...\n',
        '\0',
        '\uFEFF',
        '\uD83D',
        '<<: *a\n',
      ],
      ...['~', '.nan', '.inf', '0x1F', '0o17', '1_000', '2026-01-01', '? [a, b]\n: c\n', '[[[[[[[[[['],
    );
    const cut = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(40), put: pieces });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(cut, { minLength: 1, maxLength: 4 }),
        async (text, cuts) => {
          let broken = text;
          for (const { at, drop, put } of cuts) {
            const start = Math.floor(at * broken.length);
            broken = broken.slice(0, start) + put + broken.slice(start + drop);
          }
          await judge(broken);
        },
      ),
      sampling(1_000),
    );
  });

  it.each([
    ['nothing', ''],
    ['a comment', '# nothing yet'],
    ['a list', '- connections'],
    ['a text', 'connections'],
    ['two documents', 'connections: {}\n---\nconnections: {}'],
    ['a mapping that holds itself', 'connections: &a { acme: *a }'],
    ['an anchor that is not there', 'connections: *nowhere'],
    [
      'aliases of aliases',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]`).join('\n')}`,
    ],
    ['brackets without an end', '['.repeat(20_000)],
    ['a deep mapping', `connections: ${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['a key of a prototype', 'connections: { __proto__: { vendor: genesys } }\n__proto__: 1'],
    ['a key twice', 'connections: {}\nconnections: {}'],
    ['a secret in a list', 'connections: { acme: { clientSecret: [planted-Secret-0815] } }'],
    [
      'a secret in a mapping',
      'connections: { acme: { vendor: genesys, clientSecret: { a: planted-Secret-0815 } } }',
    ],
    [
      'a secret in a broken line',
      'connections:\n  acme:\n    clientSecret: "planted-Secret-0815\n    vendor: x',
    ],
    ['a number as a secret', 'connections: { acme: { vendor: genesys, clientSecret: 4711 } }'],
    ['a tag', 'connections: !!js/function "() => 1"'],
  ])('that is %s is refused', async (_, text) => {
    expect(await judge(text)).toBe('refused');
  });
});
