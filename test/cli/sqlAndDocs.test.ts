import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addDocsCommand } from '../../cli/commands/docs.js';
import { addSqlCommand } from '../../cli/commands/sql.js';
import { bundledTableNames } from '../../warehouses/sql/bundle/bundle.js';
import { dataDictionary } from '../../warehouses/sql/documentation/dictionary.js';
import { dbtSources } from '../../warehouses/sql/documentation/dbtSources.js';
import { scratchDirectory } from '../support/scratchDirectory.js';
import { evaluation } from '../warehouses/contract/sampleEvaluation.js';
import { scratchFiles } from '../warehouses/scratchFiles.js';
import { changeFile, scratchWarehouse } from '../warehouses/scratchWarehouse.js';
import { formVersion, scorecard } from '../warehouses/sql/sampleQuality.js';

/** What the command writes to standard output. */
async function run(...args: string[]): Promise<string> {
  const program = new Command('tidemark').version('0.0.0').enablePositionalOptions().exitOverride();
  addSqlCommand(program);
  addDocsCommand(program);
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  const written: string[] = [];
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    output.mockRestore();
  }
  return written.join('');
}

describe('tidemark docs', () => {
  it('writes the dictionary and the sources, and says where', async () => {
    const out = join(await scratchDirectory(), 'new', 'docs');
    expect(await run('docs', '--out', out)).toBe(
      `${join(out, 'data-dictionary.md')}\n${join(out, 'sources.yml')}\n`,
    );
    expect(await readFile(join(out, 'data-dictionary.md'), 'utf8')).toBe(dataDictionary());
    expect(await readFile(join(out, 'sources.yml'), 'utf8')).toBe(dbtSources());
  });
});

it.each([['docs'], ['sql', '--dialect', 'duckdb']])(
  'where --out is no directory, %s says so, and what to name',
  async (...args) => {
    const out = join(await scratchDirectory(), 'file');
    await writeFile(out, '');
    for (const taken of [out, join(out, 'below')]) {
      await expect(run(...args, '--out', taken)).rejects.toMatchObject({
        kind: 'InvalidConfig',
        message: expect.stringContaining(`--out ${taken} cannot be written to: E`) as string,
        remedy: expect.stringContaining('Name a directory') as string,
      });
    }
  },
);

describe('tidemark sql', () => {
  it('writes a bundle of every table for a warehouse', async () => {
    const out = join(await scratchDirectory(), 'bundle');
    const paths = JSON.parse(await run('sql', '--dialect', 'snowflake', '--out', out, '--json')) as string[];
    const names = [
      '01_tables.sql',
      '02_stage.sql',
      '03_load.sql',
      '04_views.sql',
      '05_clean_up.sql',
      'README.md',
    ];
    expect(paths).toEqual(names.map((name) => join(out, name)));
    expect((await readdir(out)).sort()).toEqual(names);
    const stage = await readFile(join(out, '02_stage.sql'), 'utf8');
    expect(stage.match(/^COPY INTO "TIDEMARK_STAGING"/gm)).toHaveLength(bundledTableNames.length);
  });

  it('takes tables and rows from a directory, and names from the options', async () => {
    const files = await scratchFiles('parquet');
    await files.load('b1', evaluation(), evaluation({ id: 'e2' }));
    const out = join(await scratchDirectory(), 'bundle');
    const options = ['--directory', files.path, '--location', 's3://b/copy/', '--schema', 'quality'];
    await run('sql', '--dialect', 'databricks', '--out', out, ...options);
    const stage = await readFile(join(out, '02_stage.sql'), 'utf8');
    expect(stage).toContain("'s3://b/copy/evaluations/'");
    expect(stage.match(/CREATE OR REPLACE TABLE `quality_staging`\.`\w+`/g)).toEqual(
      [
        'evaluations',
        'evaluation_group_scores',
        'evaluation_answers',
        'evaluation_history',
        'load_audit',
      ].map((table) => `CREATE OR REPLACE TABLE \`quality_staging\`.\`${table}\``),
    );
    expect(await readFile(join(out, '03_load.sql'), 'utf8')).toContain(
      'evaluations: not the 2 rows of the manifest',
    );
  });

  it.each([
    ['duckdb', '02_stage.sql'],
    ['postgres', '00_csv.duckdb.sql'],
  ])('reads a directory of this machine from wherever %s runs the bundle', async (dialect, file) => {
    const files = await scratchFiles('parquet');
    await files.load('b1', evaluation());
    const out = join(await scratchDirectory(), 'bundle');
    await run('sql', '--dialect', dialect, '--out', out, '--directory', `${relative('', files.path)}/`);
    expect(await readFile(join(out, file), 'utf8')).toContain(
      `read_parquet('${files.path}/evaluations/**/*.parquet'`,
    );
  });

  it.each([
    {
      what: 'a directory without a manifest',
      dialect: 'duckdb',
      kind: null,
      message: /no manifest\.json.*of kind parquet/,
    },
    {
      what: 'a directory of another kind',
      dialect: 'redshift',
      kind: 'parquet',
      message: /--directory \S+ holds parquet; --dialect redshift loads ndjson\..*of kind ndjson/,
    },
  ] as const)('refuses $what', async ({ dialect, kind, message }) => {
    const directory = kind === null ? await scratchDirectory() : (await scratchFiles(kind)).path;
    const out = join(await scratchDirectory(), 'bundle');
    await expect(
      run('sql', '--dialect', dialect, '--out', out, '--directory', directory),
    ).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(message) as string,
    });
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['sql', '--dialect', 'oracle', '--out', 'x'],
    ['sql', '--out', 'x'],
    ['sql', '--dialect', 'duckdb'],
    ['sql', '--dialect', 'duckdb', '--out', 'x', '--schema', 'a b'],
  ])('refuses %s %s %s %s', async (...args) => {
    await expect(run(...args)).rejects.toMatchObject({ exitCode: 1 });
  });
});

describe('tidemark sql pivot', () => {
  async function configured() {
    const scratch = await scratchWarehouse();
    await scratch.load(
      'b1',
      formVersion('v1', [{ group: 'g1', groupName: 'Opening', question: 'q1', points: 4 }]),
      formVersion('v2', [{ group: 'g2', groupName: 'Closing', question: 'q2', points: 4 }]),
      scorecard({ id: 'e1', groups: [{ id: 'g1', score: 1, of: 4 }] }),
    );
    const folder = join(scratch.directory, 'configuration');
    await mkdir(folder);
    const config = join(folder, 'tidemark.yaml');
    await writeFile(
      config,
      `connections:
  acme:
    vendor: genesys
    region: eu-central-1
    clientId: \${PIVOT_ID}
    clientSecret: \${PIVOT_SECRET}
    streams: {}
warehouse: { kind: duckdb, path: ${scratch.path} }
`,
    );
    for (const name of ['PIVOT_ID', 'PIVOT_SECRET']) vi.stubEnv(name, 'x');
    onTestFinished(() => void vi.unstubAllEnvs());
    return { scratch, config };
  }

  it('prints statements that make the view', async () => {
    const { scratch, config } = await configured();
    const printed = await run('sql', 'pivot', '--form', 'form', '--dialect', 'duckdb', '--config', config);
    await changeFile(scratch.path, printed);
    const [view = 'no view'] = /v_group_scores_service_\w+/.exec(printed) ?? [];
    expect(await scratch.rows(`SELECT score_opening, score_closing FROM ${view}`)).toEqual([
      { score_opening: 25, score_closing: null },
    ]);
  });

  it('is of one version when asked for, in the words of another warehouse', async () => {
    const { config } = await configured();
    const args = ['--form', 'form', '--version', 'v2', '--dialect', 'bigquery', '--schema', 'quality'];
    const printed = await run('sql', 'pivot', ...args, '--config', config);
    expect(printed).toMatch(/CREATE OR REPLACE VIEW `quality\.v_group_scores_service_\w+`/);
    expect(printed).toContain('AS `score_closing`');
    expect(printed).not.toContain('score_opening');
  });

  it.each([
    { args: ['--form', 'none'], message: /--form none: .* It holds form \(Service\)\./ },
    {
      args: ['--form', 'form', '--version', 'v9'],
      message: /--form form with --version v9: .*no form at all/,
    },
  ])('says what the warehouse holds instead of $args', async ({ args, message }) => {
    const { config } = await configured();
    await expect(
      run('sql', 'pivot', ...args, '--dialect', 'duckdb', '--config', config),
    ).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(message) as string,
    });
  });
});
