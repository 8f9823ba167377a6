import type { Column, Table } from '../../../../model/column.js';
import { snowflakeDialect } from '../../dialects/snowflake.js';
import { names } from '../../dialects/standard.js';
import type { BundleNames, BundleTarget } from '../target.js';
import { definitions, inFolder, refuseByCast, stagedDefinitions } from '../target.js';

export function snowflakeTarget({ schema, location }: BundleNames): BundleTarget {
  const stagingSchema = `${schema}_staging`;
  const dialect = snowflakeDialect({ schema, stagingSchema });
  const { identifier, table, text } = dialect;
  const staged = ({ name }: Table) => `${identifier(stagingSchema)}.${identifier(name)}`;
  const files = `${identifier(stagingSchema)}.${identifier('tidemark_files')}`;

  /** A value of a row of a Parquet file, as the type of its column. */
  function fileValue(of: Table, column: Column): string {
    if (inFolder(of, column)) {
      return `TO_DATE(REGEXP_SUBSTR(METADATA$FILENAME, '${column.name}=([0-9-]+)', 1, 1, 'e'))`;
    }
    const value = `$1:"${column.name}"`;
    return column.type === 'json'
      ? `PARSE_JSON(${value}::VARCHAR)`
      : `${value}::${dialect.types[column.type]}`;
  }

  return {
    dialect,
    title: 'Snowflake',
    format: 'parquet',
    isTested: false,
    howToRun: `Copy the directory into a bucket that a storage integration named \`TIDEMARK\` may read (or make the stage
\`${stagingSchema.toUpperCase()}.TIDEMARK_FILES\` over it yourself, before the first file), use a database and a warehouse, then:

\`\`\`sh
for file in *.sql; do snowsql -o exit_on_error=true -f "$file" || break; done
\`\`\`

Stop at the first error, whatever runs them: Snowflake would go on after a check that failed, and commit.`,
    prepare: () => [
      ...[schema, stagingSchema].map((name) => `CREATE SCHEMA IF NOT EXISTS ${identifier(name)}`),
      `CREATE STAGE IF NOT EXISTS ${files} URL = ${text(`${location}/`)} STORAGE_INTEGRATION = ${identifier('tidemark')}`,
    ],
    createTable: (of) => [
      `CREATE TABLE IF NOT EXISTS ${table(of.name)} (
  ${[
    ...definitions(dialect, of.columns, (column) => ` COMMENT ${text(column.description)}`),
    `PRIMARY KEY (${names(dialect, of.key)})`,
  ].join(',\n  ')}
)
${of.partitionBy === undefined ? '' : `CLUSTER BY (${names(dialect, [of.partitionBy, ...(of.clusterBy ?? [])])})\n`}COMMENT = ${text(of.grain)}`,
    ],
    staged,
    stage: (of) => [
      // Moments of the files are UTC; a session elsewhere would give them its own offset.
      `ALTER SESSION SET TIMEZONE = 'UTC'`,
      `CREATE OR REPLACE TRANSIENT TABLE ${staged(of)} (\n  ${stagedDefinitions(dialect, of)}\n)`,
      `COPY INTO ${staged(of)} (${names(
        dialect,
        of.columns.map(({ name }) => name),
      )})
FROM (SELECT
  ${of.columns.map((column) => fileValue(of, column)).join(',\n  ')}
FROM @${files}/${of.name}/)
FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE)`,
    ],
    refuse: (violations, message) => refuseByCast(dialect, violations, message),
    transaction: { begin: 'BEGIN TRANSACTION', commit: 'COMMIT', withTables: false },
  };
}
