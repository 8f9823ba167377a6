import type { Dialect } from '../dialect.js';
import { mergeUpsert, standardIdentifier, standardText, updateFrom } from './standard.js';

const types = {
  string: 'text',
  integer: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamp with time zone',
  date: 'date',
  json: 'jsonb',
} as const;

const naming = { identifier: standardIdentifier };

/**
 * PostgreSQL 15 and later. Tables of the load are in the session's temporary schema and go with the transaction.
 * @param schema where the tables of the registry are
 */
export function postgresDialect(schema: string): Dialect {
  return {
    name: 'postgres',
    types,
    stagedTypes: { ...types, json: 'text' },
    table: (name) => `${standardIdentifier(schema)}.${standardIdentifier(name)}`,
    staged: (name) => `pg_temp.${standardIdentifier(`staged_${name}`)}`,
    ...naming,
    text: standardText,
    timestamp: (iso) => `TIMESTAMPTZ ${standardText(iso)}`,
    date: (day) => `DATE ${standardText(day)}`,
    parseJson: (text) => `CAST(${text} AS jsonb)`,
    jsonText: (json) => `CAST(${json} AS text)`,
    textOf: (value) => `CAST(${value} AS text)`,
    joined: (text) => `string_agg(${text}, ',')`,
    createTemporary: (name, select) =>
      `CREATE TEMPORARY TABLE ${standardIdentifier(name)} ON COMMIT DROP AS ${select}`,
    update: (update) => updateFrom(naming, update),
    upsert: (upsert) => mergeUpsert(naming, upsert),
  };
}
