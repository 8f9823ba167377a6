import type { Dialect } from '../dialect.js';
import { backslashText, mergeUpdate, mergeUpsert, viewWithListedColumns } from './standard.js';

const types = {
  string: 'STRING',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  json: 'VARIANT',
} as const;

const identifier = (name: string) => `\`${name.replaceAll('`', '``')}\``;
const naming = { identifier, text: backslashText };

export interface DatabricksNames {
  /** Schema of the tables of the registry, in the catalog that is in use. */
  schema: string;
  /** Schema of staged tables. */
  stagingSchema: string;
}

/**
 * Databricks SQL, and its runtime 15.3 and later, which know VARIANT. What is temporary is an ordinary table of the
 * schema in use, made anew each time, because not every runtime has temporary ones.
 */
export function databricksDialect({ schema, stagingSchema }: DatabricksNames): Dialect {
  return {
    name: 'databricks',
    types,
    stagedTypes: { ...types, json: 'STRING' },
    table: (name) => `${identifier(schema)}.${identifier(name)}`,
    staged: (name) => `${identifier(stagingSchema)}.${identifier(name)}`,
    ...naming,
    timestamp: (iso) => `TIMESTAMP ${backslashText(iso)}`,
    date: (day) => `DATE ${backslashText(day)}`,
    parseJson: (text) => `parse_json(${text})`,
    jsonText: (json) => `to_json(${json})`,
    textOf: (value) => `CAST(${value} AS STRING)`,
    // Its truncation is by the clock of the session.
    monthOf: (moment) => `CAST(date_trunc('MONTH', to_utc_timestamp(${moment}, current_timezone())) AS DATE)`,
    joined: (text) => `array_join(collect_list(${text}), ',')`,
    createTemporary: (name, select) => [`CREATE OR REPLACE TABLE ${identifier(name)} AS ${select}`],
    update: (update) => mergeUpdate(naming, update),
    upsert: (upsert) => mergeUpsert(naming, upsert),
    createView: (view) => [viewWithListedColumns(naming, view, (text) => `COMMENT ${text}`)],
  };
}
