import type { Table } from '../../../../model/column.js';
import { databricksDialect } from '../../dialects/databricks.js';
import { names } from '../../dialects/standard.js';
import type { BundleNames, BundleTarget } from '../target.js';
import { definitions, inFolder } from '../target.js';

export function databricksTarget({ schema, location }: BundleNames): BundleTarget {
  const stagingSchema = `${schema}_staging`;
  const dialect = databricksDialect({ schema, stagingSchema });
  const { identifier, table, text, types } = dialect;
  const staged = ({ name }: Table) => `${identifier(stagingSchema)}.${identifier(name)}`;

  function filesOf(of: Table): string {
    const columns = of.columns.map(({ name, type }) => `${name} ${dialect.stagedTypes[type]}`).join(', ');
    const month = of.columns.find((column) => inFolder(of, column));
    return `read_files(
  ${text(`${location}/${of.name}/`)},
  format => 'parquet',
  ${month === undefined ? '' : `partitionColumns => ${text(month.name)},\n  `}schema => ${text(columns)}
)`;
  }

  return {
    dialect,
    title: 'Databricks',
    format: 'parquet',
    isTested: false,
    howToRun: `They need a SQL warehouse, or runtime 15.3 or later (VARIANT). Copy the directory into an external location or
a volume, choose the catalog (\`USE CATALOG ...\`), and run the files one after the other, e.g. as tasks of a job, each
only when the one before succeeded. A statement is a transaction of its own: while the load runs, readers may see an
evaluation that is newer than its answers.`,
    prepare: () => [schema, stagingSchema].map((name) => `CREATE SCHEMA IF NOT EXISTS ${identifier(name)}`),
    createTable: (of) => [
      `CREATE TABLE IF NOT EXISTS ${table(of.name)} (
  ${definitions(dialect, of.columns, (column) => ` COMMENT ${text(column.description)}`).join(',\n  ')}
)
${of.partitionBy === undefined ? '' : `CLUSTER BY (${names(dialect, [of.partitionBy, 'evaluation_id', ...(of.clusterBy ?? [])])})\n`}COMMENT ${text(of.grain)}`,
    ],
    staged,
    stage: (of) => [
      `CREATE OR REPLACE TABLE ${staged(of)} AS SELECT
  ${of.columns
    .map(({ name, type }) =>
      type === 'json'
        ? `parse_json(${identifier(name)}) AS ${identifier(name)}`
        : `CAST(${identifier(name)} AS ${types[type]}) AS ${identifier(name)}`,
    )
    .join(',\n  ')}
FROM ${filesOf(of)}`,
    ],
    refuse: (violations, message) =>
      `SELECT assert_true(count(*) = 0, ${text(message)})\nFROM (${violations}) V`,
    transaction: null,
  };
}
