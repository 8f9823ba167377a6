import type { Dialect } from '../dialect.js';
import {
  mergeUpsert,
  standardIdentifier,
  standardText,
  updateFrom,
  utcMonth,
  viewWithComments,
} from './standard.js';

const types = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
  json: 'JSON',
} as const;

const naming = { identifier: standardIdentifier, text: standardText };

/** DuckDB 1.5. Staged tables are views in the temporary schema, so that they meet no name of the warehouse. */
export const duckdbDialect = {
  name: 'duckdb',
  types,
  stagedTypes: { ...types, json: 'VARCHAR' },
  table: standardIdentifier,
  staged: (name) => `temp.${standardIdentifier(`staged_${name}`)}`,
  ...naming,
  timestamp: (iso) => `TIMESTAMPTZ ${standardText(iso)}`,
  date: (day) => `DATE ${standardText(day)}`,
  parseJson: (text) => `CAST(${text} AS JSON)`,
  jsonText: (json) => `CAST(${json} AS VARCHAR)`,
  textOf: (value) => `CAST(${value} AS VARCHAR)`,
  monthOf: utcMonth,
  joined: (text) => `string_agg(${text}, ',')`,
  createTemporary: (name, select) => [
    `CREATE OR REPLACE TEMP TABLE ${standardIdentifier(name)} AS ${select}`,
  ],
  update: (update) => updateFrom(naming, update),
  upsert: (upsert) => mergeUpsert(naming, upsert),
  createView: (view) => viewWithComments(naming, view),
} as const satisfies Dialect;
