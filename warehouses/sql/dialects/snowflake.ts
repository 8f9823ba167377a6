import type { Dialect } from '../dialect.js';
import { backslashText, mergeUpdate, mergeUpsert, viewWithListedColumns } from './standard.js';

const types = {
  string: 'VARCHAR',
  integer: 'NUMBER(38,0)',
  double: 'FLOAT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP_TZ',
  date: 'DATE',
  json: 'VARIANT',
} as const;

/** In capitals, which is what a name without quotes means: people then need no quotes in what they write. */
const identifier = (name: string) => `"${name.toUpperCase().replaceAll('"', '""')}"`;
const naming = { identifier, text: backslashText };

export interface SnowflakeNames {
  /** Schema of the tables of the registry. */
  schema: string;
  /** Schema of staged tables. */
  stagingSchema: string;
}

/** Snowflake. Moments carry their offset, so that no session's time zone moves them. */
export function snowflakeDialect({ schema, stagingSchema }: SnowflakeNames): Dialect {
  return {
    name: 'snowflake',
    types,
    stagedTypes: { ...types, json: 'VARCHAR' },
    table: (name) => `${identifier(schema)}.${identifier(name)}`,
    staged: (name) => `${identifier(stagingSchema)}.${identifier(name)}`,
    ...naming,
    timestamp: (iso) => `TO_TIMESTAMP_TZ(${backslashText(iso)})`,
    date: (day) => `DATE ${backslashText(day)}`,
    parseJson: (text) => `PARSE_JSON(${text})`,
    jsonText: (json) => `TO_JSON(${json})`,
    textOf: (value) => `CAST(${value} AS VARCHAR)`,
    monthOf: (moment) => `CAST(DATE_TRUNC('MONTH', CONVERT_TIMEZONE('UTC', ${moment})) AS DATE)`,
    joined: (text) => `LISTAGG(${text}, ',')`,
    createTemporary: (name, select) => [`CREATE OR REPLACE TEMPORARY TABLE ${identifier(name)} AS ${select}`],
    update: (update) => mergeUpdate(naming, update),
    upsert: (upsert) => mergeUpsert(naming, upsert),
    createView: (view) => [viewWithListedColumns(naming, view, (text) => `COMMENT = ${text}`)],
  };
}
