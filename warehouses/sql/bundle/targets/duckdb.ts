import { duckdbDialect } from '../../dialects/duckdb.js';
import { parquetRows } from '../../parquetRows.js';
import type { BundleNames, BundleTarget } from '../target.js';
import { comments, definitions } from '../target.js';

export function duckdbTarget({ schema, location }: BundleNames): BundleTarget {
  const { identifier, text } = duckdbDialect;
  const table = (name: string) => `${identifier(schema)}.${identifier(name)}`;
  const dialect = { ...duckdbDialect, table };
  const staging = identifier(`${schema}_staging`);
  return {
    dialect,
    title: 'DuckDB',
    format: 'parquet',
    isTested: true,
    howToRun: `Tidemark loads DuckDB files itself (\`warehouse: { kind: duckdb }\`). These files are for another one, e.g. of an
analyst. In this directory:

\`\`\`sh
for file in *.sql; do duckdb -bail analysts.duckdb -f "$file" || break; done
\`\`\``,
    prepare: () => [
      `CREATE SCHEMA IF NOT EXISTS ${identifier(schema)}`,
      `CREATE SCHEMA IF NOT EXISTS ${staging}`,
    ],
    createTable: (of) => [
      `CREATE TABLE IF NOT EXISTS ${table(of.name)} (\n  ${definitions(dialect, of.columns).join(',\n  ')}\n)`,
      ...comments(dialect, of),
    ],
    staged: ({ name }) => `${staging}.${identifier(name)}`,
    stage: (of) => [
      `CREATE OR REPLACE TABLE ${staging}.${identifier(of.name)} AS SELECT
  ${of.columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${dialect.types[type]}) AS ${identifier(name)}`).join(',\n  ')}
FROM ${filesOf(location, of)}`,
    ],
    refuse: (violations, message) =>
      `SELECT CASE WHEN count(*) > 0 THEN error(${text(message)}) END AS violations\nFROM (${violations}) V`,
    transaction: { begin: 'BEGIN TRANSACTION', commit: 'COMMIT', withTables: true },
  };
}

/** The rows of a table's files, with the month of their folder where there is one. */
export const filesOf = (location: string, { name, partitionBy }: Parameters<BundleTarget['stage']>[0]) =>
  parquetRows(duckdbDialect.text(`${location}/${name}/**/*.parquet`), partitionBy ?? null);
