/** Command lines that people get wrong: an error that names option and value, exit code 1, and nothing begun. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CommanderError, type Command } from 'commander';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.js';
import { expectTidemarkError } from './support/judge.js';
import { sampling } from './support/sampling.js';

let directory: string;
const before = { ...process.env };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
  await writeFile(
    join(directory, 'tidemark.yaml'),
    `connections:
  acme:
    vendor: genesys
    region: eu-central-1
    clientId: \${FUZZ_ID}
    clientSecret: \${FUZZ_ID}
    streams:
      evaluations: { startFrom: 2026-01-01 }
      metrics: { timeZone: UTC }
`,
  );
  Object.assign(process.env, {
    TIDEMARK_CONFIG: join(directory, 'tidemark.yaml'),
    FUZZ_ID: 'an-id',
    // What is wrong must be noticed before anybody is asked: this one cannot be reached.
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  });
});

afterAll(async () => {
  process.env = before;
  await rm(directory, { recursive: true, force: true });
});

const stream = ['acme', 'evaluations'];
const span = { '--from': '2026-01-01', '--to': '2026-02-01' };

interface Line {
  words: string[];
  /** Positional arguments. */
  given: string[];
  options: Record<string, string>;
}

const line = (words: string, given: string[] = [], options: Record<string, string> = {}): Line => ({
  words: words.split(' '),
  given,
  options,
});

const lines: readonly Line[] = [
  line('run', stream, span),
  line('backfill', stream, { ...span, '--interval': '1d', '--max-active': '2', '--reprocess': 'none' }),
  line('reconcile', stream, span),
  line('reextract', stream, { ...span, '--form': 'form-1' }),
  line('audit intervals', stream, span),
  line('audit visibility', stream, { '--days': '3' }),
  line('poll', ['acme']),
  line('status', [], { '--intervals': '5' }),
  line('describe', stream),
  line('dashboard', [], { '--port': '0', '--cors': 'https://example.com' }),
  line('sql bundle', [], { '--dialect': 'duckdb', '--out': 'out', '--schema': 'quality' }),
  line('docs', [], { '--out': 'out' }),
  line('simulate', [], {
    ...{ '--contract': 'published', '--port': '0', '--evaluations': '10', '--seed': '1', '--allowance': '5' },
    ...{ '--from': '2026-01-01', '--job-interval': '1', '--csv-dates': 'zulu', '--allowance-window': '60' },
  }),
  line('demo', [], { '--evaluations': '100', '--seed': '1', '--ui-port': '0' }),
  line('workflow pause', ['an-id']),
  line('worker', [], { '--roles': 'api' }),
];

const wrongMoments = [
  ...[
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '2026-1-1',
    '01.02.2026',
    '2026-01-01T05:00',
    '2026-01-01T25:00:00Z',
  ],
  ...['2026-01-01T05:00:00+99:00', '1756720800', '', ' ', '2026-01-01T00:00:00Zzz', '0x7EA'],
];
const wrongNumbers = ['', ' ', '-1', '1.5', 'many', '0x10', '1e3', '99999999999', 'NaN', '٣', '1_000'];
const wrongDurations = ['', '1', '0s', '-1h', '1.5h', '1 h', '1H', '1w', 'h', '99999999999999999999d', '1ms'];
const wrongChoices = ['', 'None', 'nothing', 'DUCKDB', 'duckdb ', 'a,b', 'published,published'];

/** What an option does not take. */
const wrongValues: Readonly<Record<string, readonly string[]>> = {
  ...{ '--from': wrongMoments, '--to': wrongMoments, '--interval': wrongDurations },
  ...{ '--days': wrongNumbers, '--intervals': wrongNumbers, '--max-active': wrongNumbers },
  ...{
    '--port': wrongNumbers,
    '--ui-port': wrongNumbers,
    '--evaluations': wrongNumbers,
    '--seed': wrongNumbers,
  },
  ...{
    '--allowance': wrongNumbers,
    '--allowance-window': wrongNumbers,
    '--job-interval': ['', '-1', 'soon', '1e9'],
  },
  ...{ '--reprocess': wrongChoices, '--dialect': wrongChoices, '--contract': wrongChoices },
  ...{
    '--csv-dates': wrongChoices,
    '--roles': wrongChoices,
    '--cors': ['', '*', 'example', 'ftp://x', 'https://x/y'],
  },
  '--schema': ['', 'Quality', '1a', 'a-b', "a'; DROP TABLE x; --", 'a'.repeat(80)],
};

interface Wrong {
  words: string[];
  /** Each has to be in the message. */
  named: string[];
}

const flat = (options: Record<string, string>) => Object.entries(options).flat();
const word = fc.stringMatching(/^[a-z]{3,12}$/u).filter((text) => !['help', 'version'].includes(text));

/** A command line with one thing wrong, and what the message has to name. */
const wrong: fc.Arbitrary<Wrong> = fc.constantFrom(...lines).chain(({ words, given, options }) => {
  const all = (more: string[]) => [...words, ...given, ...more];
  const changed = Object.keys(options).flatMap((name) =>
    (wrongValues[name] ?? []).map((value) => ({
      words: all(flat({ ...options, [name]: value })),
      // Nothing stands for nothing.
      named: [name, value.trim()],
    })),
  );
  const cases: fc.Arbitrary<Wrong>[] = [
    word.map((text) => ({
      words: all([...flat(options), `--no-such-${text}`]),
      named: [`--no-such-${text}`],
    })),
    word.map((text) => ({ words: [...all(flat(options)), text], named: ['too many arguments'] })),
    word.map((text) => ({ words: [`un${text}`, ...given], named: [`un${text}`] })),
  ];
  if (changed.length > 0) cases.push(fc.constantFrom(...changed), fc.constantFrom(...changed));
  const [last] = Object.keys(options).slice(-1);
  if (last !== undefined) {
    const { [last]: _, ...others } = options;
    cases.push(fc.constant({ words: all([...flat(others), last]), named: [last] }));
  }
  if (given.length > 0 && words[0] !== 'workflow') {
    cases.push(fc.constant({ words: words.concat(given.slice(0, -1), flat(options)), named: ['argument'] }));
    cases.push(
      word.map((text) => ({
        words: words.concat(`un${text}`, given.slice(1), flat(options)),
        named: [`un${text}`],
      })),
    );
  }
  if (given.length > 1) {
    cases.push(
      word.map((text) => ({ words: words.concat('acme', `un${text}`, flat(options)), named: [`un${text}`] })),
    );
  }
  if (options['--to'] !== undefined) {
    const backward = { ...options, '--from': '2026-03-01', '--to': '2026-02-01' };
    cases.push(
      fc.constant({ words: all(flat(backward)), named: ['--from', '--to', '2026-03-01', '2026-02-01'] }),
    );
  }
  return fc.oneof(...cases);
});

/** What the command says before it ends, and how it ends. */
async function outcome(words: readonly string[]): Promise<{ said: string; error: unknown }> {
  const program = await createProgram();
  let said = '';
  const prepare = (command: Command): void => {
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => (said += text), writeOut: (text) => (said += text) });
    command.commands.forEach(prepare);
  };
  prepare(program);
  try {
    await program.parseAsync(words, { from: 'user' });
    return { said, error: undefined };
  } catch (error) {
    return { said, error };
  }
}

describe('a command line with something wrong in it', () => {
  it('ends with an error that names what is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(wrong, async ({ words, named }) => {
        const { said, error } = await outcome(words);
        let message = said;
        if (error instanceof CommanderError) expect(error.exitCode).toBe(1);
        else ({ message } = expectTidemarkError(error, ['InvalidConfig']));
        expect(message, 'it should have been noticed before').not.toContain('cannot be reached');
        for (const each of named) expect(message).toContain(each);
      }),
      sampling(1_500),
    );
    expect(await readdir(directory)).toEqual(['tidemark.yaml']);
  });

  it('ends the process with exit code 1, the message on standard error and nothing on standard output', async () => {
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    for (const { words, named } of fc.sample(wrong, { numRuns: 12, seed: sampling(1).seed ?? 1 })) {
      const run = promisify(execFile)(process.execPath, [main, ...words], { cwd: directory });
      const ended = await run.then(
        () => expect.unreachable(`${words.join(' ')} ended well`),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
      for (const each of named) expect(ended.stderr).toContain(each);
      expect(ended.stderr).not.toMatch(/\n\s+at /u);
    }
  });
});
