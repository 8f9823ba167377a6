import { sameKey, type Dialect, type Upsert } from '../dialect.js';
import {
  names,
  standardIdentifier,
  standardText,
  updateFrom,
  utcMonth,
  viewWithComments,
} from './standard.js';

const types = {
  // The longest there is: comments are as long as people make them.
  string: 'character varying(65535)',
  integer: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamp with time zone',
  date: 'date',
  json: 'super',
} as const;

/** A backslash is an escape, a quote is doubled. */
const text = (value: string) => standardText(value.replaceAll('\\', '\\\\'));
const naming = { identifier: standardIdentifier, text };

export interface RedshiftNames {
  /** Schema of the tables of the registry. */
  schema: string;
  /** Schema of staged tables. */
  stagingSchema: string;
}

/**
 * Amazon Redshift. Its MERGE gives the target no alias and takes no query as the source, so rows are updated and
 * then inserted, which are the two statements that it runs itself.
 */
export function redshiftDialect({ schema, stagingSchema }: RedshiftNames): Dialect {
  return {
    name: 'redshift',
    types,
    // A text is too short for some JSON: it is loaded as what it is.
    stagedTypes: types,
    table: (name) => `${standardIdentifier(schema)}.${standardIdentifier(name)}`,
    staged: (name) => `${standardIdentifier(stagingSchema)}.${standardIdentifier(name)}`,
    ...naming,
    timestamp: (iso) => `CAST(${text(iso)} AS ${types.timestamp})`,
    date: (day) => `DATE ${text(day)}`,
    parseJson: (json) => `JSON_PARSE(${json})`,
    jsonText: (json) => `JSON_SERIALIZE(${json})`,
    textOf: (value) => `CAST(${value} AS ${types.string})`,
    monthOf: utcMonth,
    joined: (value) => `LISTAGG(${value}, ',')`,
    createTemporary: (name, select) => [`CREATE TEMPORARY TABLE ${standardIdentifier(name)} AS ${select}`],
    update: (update) => updateFrom(naming, update),
    upsert: updateThenInsert,
    // Its views take a description, their columns none.
    createView: (view) => viewWithComments(naming, { ...view, columns: [] }),
  };
}

function updateThenInsert(upsert: Upsert): string {
  const { target, source, key, where, columns, replaced } = upsert;
  const { identifier } = naming;
  const on = [sameKey(naming, key, 'S', 'T'), ...(where ?? [])].join(' AND ');
  const update = updateFrom(naming, {
    ...upsert,
    set: replaced.map((column) => [column, `S.${identifier(column)}`]),
  });
  return `${update};
    INSERT INTO ${target} (${names(naming, columns)})
    SELECT ${columns.map((column) => `S.${identifier(column)}`).join(', ')} FROM ${source} S
    LEFT JOIN ${target} T ON ${on} WHERE T.${identifier(key[0] ?? '')} IS NULL`;
}
