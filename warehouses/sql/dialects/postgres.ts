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
  string: 'text',
  integer: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamp with time zone',
  date: 'date',
  json: 'jsonb',
} as const;

/** Texts here end at a NUL, so it cannot be held: U+FFFD stands for it, in what is looked for as in what is loaded. */
const text = (value: string) => standardText(value.replaceAll('\0', '\uFFFD'));

const naming = { identifier: standardIdentifier, text };

/** The same for texts that another database holds until they come here. */
export const withoutNul = (value: string) => `replace(${value}, chr(0), chr(65533))`;

/** The same inside JSON, where it is an escape. An escaped backslash before it is put aside meanwhile. */
export const withoutNulEscapes = (json: string) =>
  String.raw`replace(replace(replace(${json}, '\\', chr(1)), '\u0000', '\ufffd'), chr(1), '\\')`;

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
    timestamp: (iso) => `TIMESTAMPTZ ${standardText(iso)}`,
    date: (day) => `DATE ${standardText(day)}`,
    parseJson: (json) => `CAST(${withoutNulEscapes(json)} AS jsonb)`,
    jsonText: (json) => `CAST(${json} AS text)`,
    textOf: (value) => `CAST(${value} AS text)`,
    monthOf: utcMonth,
    joined: (value) => `string_agg(${value}, ',')`,
    createTemporary: (name, select) => [
      `CREATE TEMPORARY TABLE ${standardIdentifier(name)} ON COMMIT DROP AS ${select}`,
      // Nobody else does: without it joins are planned for a handful of rows, and take minutes instead of seconds.
      `ANALYZE pg_temp.${standardIdentifier(name)}`,
    ],
    update: (update) => updateFrom(naming, update),
    upsert: (upsert) => mergeUpsert(naming, upsert),
    createView: (view) => viewWithComments(naming, view),
  };
}
