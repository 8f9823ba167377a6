/** A directory of SQL files that bring a warehouse to the state of a directory of Parquet or NDJSON. */
import { tableNames, tables, type TableName } from '../../../model/tables.js';
import { createViews, viewStatements } from '../views/createViews.js';
import { loadStatements, type BundledTable } from './load.js';
import { readme } from './readme.js';
import type { BundleTarget } from './target.js';

export interface BundleFile {
  name: string;
  content: string;
}

/** All tables but the one that says how the directory itself came to be. */
export const bundledTableNames = tableNames.filter((name) => name !== 'schema_changes');

/**
 * @param staged tables that the directory has files of, and their rows where they were counted; the others are made
 *   and stay empty
 * @param made tables that are made; all unless said otherwise
 */
export function createBundle(
  target: BundleTarget,
  staged: ReadonlyMap<TableName, number | null>,
  made: readonly TableName[] = bundledTableNames,
): BundleFile[] {
  const all = made.map((name) => tables[name]);
  const loaded: BundledTable[] = made.flatMap((name) => {
    const rows = staged.get(name);
    return rows === undefined ? [] : [{ table: tables[name], rows }];
  });
  const { before, dialect } = target;
  const sources = loaded.map(({ table }) => table);
  const parts: [name: string, says: string, statements: string[]][] = [
    ...(before === undefined
      ? []
      : [
          [before.name, 'Makes CSV of Parquet; DuckDB runs it.', before.statements(sources)] as [
            string,
            string,
            string[],
          ],
        ]),
    [
      '01_tables.sql',
      'Makes schemas and tables where there are none.',
      atOnce(target, [...target.prepare(), ...all.flatMap((table) => target.createTable(table))]),
    ],
    [
      '02_stage.sql',
      'Reads the copy of the directory into staged tables, made anew each time.',
      sources.flatMap((table) => target.stage(table)),
    ],
    [
      '03_load.sql',
      'Checks what is staged, then inserts what is new and replaces what is there.',
      loadStatements(target, loaded),
    ],
    [
      '04_views.sql',
      'Makes the views for analysts.',
      atOnce(
        target,
        createViews(dialect).flatMap((view) => viewStatements(dialect, view)),
      ),
    ],
    [
      '05_clean_up.sql',
      'Drops the staged tables.',
      sources.map((table) => `DROP TABLE IF EXISTS ${target.staged(table)}`),
    ],
  ];
  const files = parts.map(([name, says, statements]) => ({
    name,
    content: `${header(target, says)}\n${statements.map(ended).join('\n')}`,
  }));
  return [
    ...files,
    {
      name: 'README.md',
      content: readme(
        target,
        parts.map(([name, says]) => ({ name, says })),
      ),
    },
  ];
}

/** In one transaction where that is possible: hundreds of small ones take their time. */
const atOnce = ({ transaction }: BundleTarget, statements: string[]) =>
  transaction?.withTables === true ? [transaction.begin, ...statements, transaction.commit] : statements;

function header({ title, isTested }: BundleTarget, says: string): string {
  const caution = isTested ? '' : '-- Generated, not run against the service.\n';
  return `-- ${title}. ${says}\n${caution}`;
}

/** Commands of a client (psql's) end with their line. */
const ended = (statement: string) => (statement.startsWith('\\') ? `${statement}\n` : `${statement};\n`);
