import type { Dialect } from '../dialect.js';
import { backslashText, mergeUpdate, mergeUpsert, viewWithListedColumns } from './standard.js';

const types = {
  string: 'STRING',
  integer: 'INT64',
  double: 'FLOAT64',
  boolean: 'BOOL',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  json: 'JSON',
} as const;

const identifier = (name: string) => `\`${name}\``;
const naming = { identifier, text: backslashText };
const description = (literal: string) => `OPTIONS(description=${literal})`;

export interface BigqueryNames {
  /** Without one it is the project that a statement runs in. */
  project?: string;
  /** Dataset of the tables of the registry. */
  dataset: string;
  /** Staged table as project.dataset.table. */
  staged(name: string): string;
}

/** GoogleSQL. Identifiers are the registry's own and hold no backquote. */
export function bigqueryDialect({ project, dataset, staged }: BigqueryNames): Dialect {
  return {
    name: 'bigquery',
    types,
    stagedTypes: { ...types, json: 'STRING' },
    table: (name) => identifier([project, dataset, name].filter((part) => part !== undefined).join('.')),
    staged: (name) => identifier(staged(name)),
    ...naming,
    timestamp: (iso) => `TIMESTAMP ${backslashText(iso)}`,
    date: (day) => `DATE ${backslashText(day)}`,
    // Numbers that a double cannot hold exactly are rounded instead of refused.
    parseJson: (text) => `PARSE_JSON(${text}, wide_number_mode=>'round')`,
    jsonText: (json) => `TO_JSON_STRING(${json})`,
    textOf: (value) => `CAST(${value} AS STRING)`,
    monthOf: (moment) => `DATE_TRUNC(DATE(${moment}), MONTH)`,
    joined: (text) => `STRING_AGG(${text}, ',')`,
    createTemporary: (name, select) => [`CREATE TEMP TABLE ${identifier(name)} AS ${select}`],
    update: (update) => mergeUpdate(naming, update),
    upsert: (upsert) => mergeUpsert(naming, upsert),
    createView: (view) => [viewWithListedColumns(naming, view, description, description)],
  };
}
