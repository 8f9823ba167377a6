import type { Table } from '../../../../model/column.js';
import { redshiftDialect } from '../../dialects/redshift.js';
import { names } from '../../dialects/standard.js';
import type { BundleNames, BundleTarget } from '../target.js';
import { comments, definitions, refuseByCast, stagedDefinitions } from '../target.js';

/**
 * Lines of JSON: COPY cannot take a month from the name of a folder, as Parquet would need it to, and from a line it
 * loads JSON as such, where a text of more than 65,535 bytes would be refused.
 */
export function redshiftTarget({ schema, location }: BundleNames): BundleTarget {
  const stagingSchema = `${schema}_staging`;
  const dialect = redshiftDialect({ schema, stagingSchema });
  const { identifier, table, text } = dialect;
  const staged = ({ name }: Table) => `${identifier(stagingSchema)}.${identifier(name)}`;
  return {
    dialect,
    title: 'Amazon Redshift',
    format: 'ndjson',
    isTested: false,
    howToRun: `Copy the directory into a bucket that the default IAM role of the cluster may read, then:

\`\`\`sh
for file in *.sql; do psql --set ON_ERROR_STOP=1 --file "$file" || break; done
\`\`\``,
    prepare: () => [schema, stagingSchema].map((name) => `CREATE SCHEMA IF NOT EXISTS ${identifier(name)}`),
    createTable: (of) => [
      `CREATE TABLE IF NOT EXISTS ${table(of.name)} (
  ${[...definitions(dialect, of.columns), `PRIMARY KEY (${names(dialect, of.key)})`].join(',\n  ')}
)${distribution(of)}`,
      ...comments(dialect, of),
    ],
    staged,
    stage: (of) => [
      `DROP TABLE IF EXISTS ${staged(of)}`,
      `CREATE TABLE ${staged(of)} (\n  ${stagedDefinitions(dialect, of)}\n)`,
      `COPY ${staged(of)} (${names(
        dialect,
        of.columns.map(({ name }) => name),
      )})
FROM ${text(`${location}/${of.name}/`)} IAM_ROLE default
FORMAT AS JSON 'auto' GZIP TIMEFORMAT 'auto' DATEFORMAT 'auto'`,
    ],
    refuse: (violations, message) => refuseByCast(dialect, violations, message),
    transaction: { begin: 'BEGIN', commit: 'COMMIT', withTables: true },
  };

  /** An evaluation and all that belongs to it on one node, its months beside each other. */
  function distribution({ partitionBy }: Table): string {
    if (partitionBy === undefined) return '';
    return `\nDISTKEY (${identifier('evaluation_id')})\nSORTKEY (${identifier(partitionBy)})`;
  }
}
