import type { Table } from '../../../../model/column.js';
import { bigqueryDialect } from '../../dialects/bigquery.js';
import { names } from '../../dialects/standard.js';
import type { BundleNames, BundleTarget } from '../target.js';
import { definitions, stagedDefinitions } from '../target.js';

/** More are not allowed. */
const mostClusterColumns = 4;

/** Lines of JSON, because BigQuery loads no JSON column from Parquet, and the month is in each line. */
export function bigqueryTarget({ schema, location }: BundleNames): BundleTarget {
  const staging = `${schema}_staging`;
  const dialect = bigqueryDialect({ dataset: schema, staged: (name) => `${staging}.${name}` });
  const { identifier, table, text } = dialect;
  const staged = ({ name }: Table) => identifier(`${staging}.${name}`);
  const description = (of: string) => `OPTIONS(description=${text(of)})`;
  return {
    dialect,
    title: 'BigQuery',
    format: 'ndjson',
    isTested: false,
    howToRun: `Tidemark loads BigQuery itself (\`warehouse: { kind: bigquery }\`). These files are for a project that it cannot
reach. Copy the directory into a bucket of the location of the datasets, then:

\`\`\`sh
for file in *.sql; do bq query --use_legacy_sql=false < "$file" || break; done
\`\`\`

Both datasets are made in the default location; make them yourself before where that is not the one.`,
    prepare: () => [schema, staging].map((dataset) => `CREATE SCHEMA IF NOT EXISTS ${identifier(dataset)}`),
    createTable: (of) => [
      `CREATE TABLE IF NOT EXISTS ${table(of.name)} (
  ${definitions(dialect, of.columns, (column) => ` ${description(column.description)}`).join(',\n  ')}
)
${of.partitionBy === undefined ? '' : `PARTITION BY DATE_TRUNC(${identifier(of.partitionBy)}, MONTH)\n`}CLUSTER BY ${names(dialect, [...of.key, ...(of.clusterBy ?? [])].slice(0, mostClusterColumns))}
${description(of.grain)}`,
    ],
    staged,
    stage: (of) => [
      `LOAD DATA OVERWRITE ${staged(of)} (\n  ${stagedDefinitions(dialect, of)}\n)
FROM FILES (format = 'JSON', compression = 'GZIP', uris = [${text(`${location}/${of.name}/*.ndjson.gz`)}])`,
    ],
    refuse: (violations, message) => `ASSERT NOT EXISTS (${violations}) AS ${text(message)}`,
    transaction: { begin: 'BEGIN TRANSACTION', commit: 'COMMIT TRANSACTION', withTables: false },
  };
}
