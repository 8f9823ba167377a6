/** Bundles as tests make and take them apart. */
import type { TableName } from '../../../model/tables.js';
import type { Manifest } from '../../../warehouses/files/manifest.js';
import { bundledTableNames, createBundle, type BundleFile } from '../../../warehouses/sql/bundle/bundle.js';
import { bundleTargets } from '../../../warehouses/sql/bundle/targets.js';
import type { DialectName } from '../../../warehouses/sql/dialect.js';

export const dialectNames = Object.keys(bundleTargets) as DialectName[];

export const locations: Readonly<Record<DialectName, string>> = {
  duckdb: '/data/tidemark',
  postgres: '/data/tidemark',
  bigquery: 'gs://bucket/tidemark',
  snowflake: 's3://bucket/tidemark',
  redshift: 's3://bucket/tidemark',
  databricks: 's3://bucket/tidemark',
};

/** Every table, as if each had rows that nobody counted. */
export const wholeBundle = (dialect: DialectName): BundleFile[] =>
  createBundle(
    bundleTargets[dialect]({ schema: 'tidemark', location: locations[dialect] }),
    new Map(bundledTableNames.map((name) => [name, null])),
  );

/** Rows of the tables that a manifest has files of. */
export const countsOf = ({ tables }: Manifest): Map<TableName, number> =>
  new Map(
    bundledTableNames
      .map((name) => [name, (tables[name]?.files ?? []).reduce((sum, { rows }) => sum + rows, 0)] as const)
      .filter(([, rows]) => rows > 0),
  );

/** Statements of a file, without the semicolons behind them. Blank lines are between statements only. */
export const statementsOf = ({ content }: BundleFile): string[] =>
  content
    .replaceAll(/^-- .*\n/gm, '')
    .split(/\n\n|;\n/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '');

export const sqlFiles = (files: readonly BundleFile[]) => files.filter(({ name }) => name.endsWith('.sql'));
