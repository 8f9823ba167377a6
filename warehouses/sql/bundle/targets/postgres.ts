import type { Column, Table } from '../../../../model/column.js';
import { duckdbDialect } from '../../dialects/duckdb.js';
import { postgresDialect, withoutNul, withoutNulEscapes } from '../../dialects/postgres.js';
import { names } from '../../dialects/standard.js';
import type { BundleNames, BundleTarget } from '../target.js';
import { comments, definitions, refuseByCast, stagedDefinitions } from '../target.js';
import { filesOf } from './duckdb.js';

/** PostgreSQL reads no Parquet: DuckDB makes CSV of it, which psql copies. */
export function postgresTarget({ schema, location }: BundleNames): BundleTarget {
  const dialect = postgresDialect(schema);
  const { identifier, table, text } = dialect;
  const staging = identifier(`${schema}_staging`);
  const staged = ({ name }: Table) => `${staging}.${identifier(name)}`;
  const csv = ({ name }: Table) => `${name}.csv`;
  return {
    dialect,
    title: 'PostgreSQL',
    format: 'parquet',
    isTested: true,
    howToRun: `Tidemark loads PostgreSQL itself (\`warehouse: { kind: postgres }\`). These files are for a server that it cannot
reach. They need PostgreSQL 15 or later, \`psql\`, and \`duckdb\` to make CSV of Parquet. In this directory:

\`\`\`sh
duckdb -bail -f 00_csv.duckdb.sql
for file in 0[1-9]_*.sql; do psql --set ON_ERROR_STOP=1 --file "$file" || break; done
\`\`\``,
    prepare: () => [
      `CREATE SCHEMA IF NOT EXISTS ${identifier(schema)}`,
      `CREATE SCHEMA IF NOT EXISTS ${staging}`,
    ],
    createTable: (of) => [
      `CREATE TABLE IF NOT EXISTS ${table(of.name)} (\n  ${[
        ...definitions(dialect, of.columns),
        `PRIMARY KEY (${names(dialect, of.key)})`,
      ].join(',\n  ')}\n)`,
      ...comments(dialect, of),
    ],
    staged,
    stage: (of) => [
      `DROP TABLE IF EXISTS ${staged(of)}`,
      `CREATE UNLOGGED TABLE ${staged(of)} (\n  ${stagedDefinitions(dialect, of)}\n)`,
      // One line, because psql's own commands end where the line does.
      `\\copy ${staged(of)} FROM ${text(csv(of))} WITH (FORMAT csv, HEADER true)`,
      `ANALYZE ${staged(of)}`,
    ],
    refuse: (violations, message) => refuseByCast(dialect, violations, message),
    transaction: { begin: 'BEGIN', commit: 'COMMIT', withTables: true },
    before: {
      name: '00_csv.duckdb.sql',
      statements: (all) => [
        `SET TimeZone = 'UTC'`,
        ...all.map(
          (of) => `COPY (SELECT ${of.columns.map(csvValue).join(', ')}
  FROM ${filesOf(location, of)})
TO ${text(csv(of))} (FORMAT csv, HEADER true, FORCE_QUOTE *)`,
        ),
      ],
    },
  };
}

/** A value of a row as PostgreSQL can hold it: like the loads of Tidemark itself, with U+FFFD for NUL. */
function csvValue({ name, type }: Column): string {
  const column = duckdbDialect.identifier(name);
  if (type === 'string') return `${withoutNul(column)} AS ${column}`;
  if (type === 'json') return `${withoutNulEscapes(duckdbDialect.textOf(column))} AS ${column}`;
  return column;
}
