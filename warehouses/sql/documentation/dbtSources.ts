/** The tables and views as sources of a dbt project, with tests of what the registry promises. */
import { stringify } from 'yaml';
import type { Column, Table } from '../../../model/column.js';
import { tableNames, tables } from '../../../model/tables.js';
import { duckdbDialect } from '../dialects/duckdb.js';
import { createViews } from '../views/createViews.js';

/** The newest load should not be older: schedules run hourly unless told otherwise. */
const freshness = { warn_after: { count: 3, period: 'hour' }, error_after: { count: 24, period: 'hour' } };

/** For dbt 1.10.5 and later (arguments of tests have a key of their own), with the package dbt_utils. */
export function dbtSources(): string {
  const document = {
    version: 2,
    sources: [
      {
        name: 'tidemark',
        description:
          'Quality-management data, loaded by Tidemark. Rows are never removed: filter is_deleted.',
        schema: "{{ var('tidemark_schema', 'tidemark') }}",
        tables: [
          ...tableNames.map((name) => sourceTable(tables[name])),
          ...createViews(duckdbDialect).map(({ name, description, columns }) => ({
            name,
            description,
            columns: columns.map((column) => ({ name: column.name, description: column.description })),
          })),
        ],
      },
    ],
  };
  return `# Written by tidemark docs; not to be edited. Needs dbt 1.10.5 or later and the package dbt-labs/dbt_utils.
${stringify(document, { lineWidth: 0 })}`;
}

function sourceTable({ name, grain, key, columns }: Table) {
  const nullable = columns.filter((column) => column.nullable).map((column) => column.name);
  return {
    name,
    description: `One row is ${grain}.`,
    ...(name === 'load_audit' ? { config: { freshness, loaded_at_field: 'loaded_at' } } : {}),
    // A test of a key with empty columns would compare nothing with nothing.
    ...(key.length > 1 && !key.some((column) => nullable.includes(column))
      ? {
          data_tests: [
            {
              'dbt_utils.unique_combination_of_columns': { arguments: { combination_of_columns: [...key] } },
            },
          ],
        }
      : {}),
    columns: columns.map((column) => sourceColumn(column, key.length === 1 && key[0] === column.name)),
  };
}

function sourceColumn({ name, description, nullable, personal, values }: Column, isKey: boolean) {
  const tests = [
    ...(nullable ? [] : ['not_null']),
    ...(isKey ? ['unique'] : []),
    ...(values === undefined ? [] : [{ accepted_values: { arguments: { values: [...values] } } }]),
  ];
  return {
    name,
    description,
    ...(personal === true ? { config: { meta: { personal_data: true } } } : {}),
    ...(tests.length === 0 ? {} : { data_tests: tests }),
  };
}
