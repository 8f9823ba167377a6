import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { TidemarkError } from '../../model/errors.js';
import type { TableName } from '../../model/tables.js';
import { filesOf, readManifest } from '../../warehouses/files/manifest.js';
import { bundledTableNames, createBundle } from '../../warehouses/sql/bundle/bundle.js';
import type { BundleTarget } from '../../warehouses/sql/bundle/target.js';
import { bundleTargets } from '../../warehouses/sql/bundle/targets.js';
import type { DialectName } from '../../warehouses/sql/dialect.js';
import { viewStatements } from '../../warehouses/sql/views/createViews.js';
import { pivotView, readPivotedForms, type PivotedForm } from '../../warehouses/sql/views/pivot.js';
import { openConfigured } from '../../workers/openConfigured.js';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { write } from '../output.js';
import { writeOut } from '../writeOut.js';

interface BundleOptions {
  dialect: DialectName;
  out: string;
  schema?: string;
  directory?: string;
  location?: string;
  json?: boolean;
}

interface PivotOptions {
  dialect: DialectName;
  form: string;
  version?: string;
  schema?: string;
  config: string;
}

export function addSqlCommand(program: Command): void {
  const sql = program
    .command('sql')
    .description('SQL for warehouses: a bundle that loads a copy of a directory, and views of a form');
  sql
    .command('bundle', { isDefault: true })
    .description('Write SQL files that bring a warehouse to the state of a directory of Parquet or NDJSON')
    .addOption(dialectOption())
    .requiredOption('--out <directory>', 'directory to write into; made where there is none')
    .addOption(schemaOption())
    .option(
      '--directory <directory>',
      'what Tidemark writes: only tables it has files of, with their rows checked',
    )
    .option('--location <url>', 'where the warehouse reads a copy of it, e.g. s3://bucket/tidemark')
    .addOption(jsonOption())
    .action(writeBundle);
  sql
    .command('pivot')
    .description(
      'Print a view with a column for each question group of a form, which the warehouse is asked for',
    )
    .requiredOption('--form <context-id>', 'the form, in all its versions')
    .option('--version <form-id>', 'this version of it alone')
    .addOption(dialectOption())
    .addOption(schemaOption())
    .addOption(configOption())
    .action(printPivot);
}

const dialectOption = () =>
  new Option('--dialect <name>', 'whose SQL').choices(Object.keys(bundleTargets)).makeOptionMandatory();

const schemaOption = () =>
  new Option(
    '--schema <name>',
    'schema (BigQuery: dataset) of the tables; tidemark, and main in DuckDB, unless said otherwise',
  ).argParser((text: string) => {
    if (/^[a-z_][a-z0-9_]{0,50}$/.test(text)) return text;
    throw new InvalidArgumentError(
      `"${text}" is no name of a schema that every warehouse takes; use lower-case letters, digits and underscores.`,
    );
  });

async function writeBundle(options: BundleOptions): Promise<void> {
  const { out, json } = options;
  const target = targetOf(options);
  const files = createBundle(target, await stagedTables(target, options));
  await writeOut(out, files, json === true);
}

const placeholders: Readonly<Record<DialectName, string>> = {
  duckdb: '.',
  postgres: '.',
  bigquery: 'gs://your-bucket/tidemark',
  snowflake: 's3://your-bucket/tidemark',
  redshift: 's3://your-bucket/tidemark',
  databricks: 's3://your-bucket/tidemark',
};

function targetOf({
  dialect,
  schema,
  directory,
  location,
}: Omit<BundleOptions, 'out' | 'json'>): BundleTarget {
  const isLocal = dialect === 'duckdb' || dialect === 'postgres';
  // The bundle is run from its own directory, from where a relative path leads elsewhere.
  const copied = isLocal && directory !== undefined ? resolve(directory) : undefined;
  const where = location ?? copied ?? placeholders[dialect];
  return bundleTargets[dialect]({
    schema: schema ?? (dialect === 'duckdb' ? 'main' : 'tidemark'),
    location: where.replace(/\/+$/, ''),
  });
}

/** Tables with the rows of their files; without a directory all of them, uncounted. */
async function stagedTables(
  { format }: BundleTarget,
  { dialect, directory }: Pick<BundleOptions, 'dialect' | 'directory'>,
): Promise<Map<TableName, number | null>> {
  if (directory === undefined) return new Map(bundledTableNames.map((name) => [name, null]));
  const manifest = await readManifest(directory);
  if (manifest?.format !== format) {
    const found = manifest === undefined ? 'has no manifest.json' : `holds ${manifest.format}`;
    throw new TidemarkError(
      'InvalidConfig',
      `--directory ${directory} ${found}; --dialect ${dialect} loads ${format}.`,
      { remedy: `Name the directory of a warehouse of kind ${format} that something was loaded into.` },
    );
  }
  return new Map(
    bundledTableNames
      .map((name) => [name, filesOf(manifest, name).reduce((sum, { rows }) => sum + rows, 0)] as const)
      .filter(([, rows]) => rows > 0),
  );
}

async function printPivot({ config, form, version, ...options }: PivotOptions): Promise<void> {
  const { warehouse } = await openConfigured(await readConfiguration(config));
  let forms: Map<string, PivotedForm>;
  try {
    forms = await readPivotedForms((sql) => warehouse.query(sql), version);
  } finally {
    await warehouse.close();
  }
  const pivoted = forms.get(form);
  if (pivoted === undefined) throw unknownForm(form, version, [...forms.values()]);
  const { dialect } = targetOf(options);
  for (const statement of viewStatements(dialect, pivotView(dialect, pivoted))) write(`${statement};`);
}

function unknownForm(
  form: string,
  version: string | undefined,
  known: readonly PivotedForm[],
): TidemarkError {
  const asked = version === undefined ? `--form ${form}` : `--form ${form} with --version ${version}`;
  const some = known.slice(0, 20).map(({ contextId, name }) => `${contextId} (${name})`);
  return new TidemarkError('InvalidConfig', `${asked}: the warehouse holds no such form.`, {
    remedy:
      some.length === 0
        ? 'It holds no form at all with that: load evaluations first, or name another version.'
        : `It holds ${some.join(', ')}.`,
  });
}
