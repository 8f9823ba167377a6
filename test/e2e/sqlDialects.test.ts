/** Every statement that is generated is one that its warehouse's grammar knows; for BigQuery also its names and types. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../../model/column.js';
import { tables } from '../../model/tables.js';
import { bundledTableNames } from '../../warehouses/sql/bundle/bundle.js';
import { bundleTargets } from '../../warehouses/sql/bundle/targets.js';
import type { DialectName } from '../../warehouses/sql/dialect.js';
import { createViews, viewStatements } from '../../warehouses/sql/views/createViews.js';
import { pivotView } from '../../warehouses/sql/views/pivot.js';
import type { View } from '../../warehouses/sql/views/view.js';
import { startGoogleSqlAnalyzer, type GoogleSqlAnalyzer } from '../support/googlesql/analyzer.js';
import { parseStatements, type ParsedStatement } from '../support/sqlglot/parser.js';
import { dialectNames, sqlFiles, statementsOf, wholeBundle } from '../warehouses/sql/bundleFiles.js';

const targetOf = (dialect: DialectName) => bundleTargets[dialect]({ schema: 'tidemark', location: '' });

/** A form whose people like quotes. */
const pivotOf = (dialect: DialectName): View =>
  pivotView(targetOf(dialect).dialect, {
    contextId: "c'1\\",
    versionId: 'v-1',
    name: `It's "our" form \\`,
    groups: [
      { id: 'g1', name: "Agent's `opening`" },
      { id: "g'2\\", name: 'Closing\nand more' },
    ],
  });

const generated = (dialect: DialectName): string[] => [
  ...sqlFiles(wholeBundle(dialect)).flatMap(statementsOf),
  ...viewStatements(targetOf(dialect).dialect, pivotOf(dialect)),
];

describe('the parser of the dialect understands', () => {
  /** Its grammar has no ASSERT; the analyzer below judges those. psql's \copy is the server's COPY but for its files. */
  const parsed = (dialect: DialectName): ParsedStatement[] =>
    generated(dialect)
      .filter((sql) => !(dialect === 'bigquery' && sql.startsWith('ASSERT ')))
      .map((sql) => ({
        dialect: /^(COPY \(|SET TimeZone)/.test(sql) ? 'duckdb' : dialect,
        sql: sql.replace(/^\\/, ''),
      }));

  it.each(dialectNames)('every statement for %s', async (dialect) => {
    const statements = parsed(dialect);
    expect(statements.length).toBeGreaterThan(80);
    const complaints = await parseStatements(statements);
    expect(
      statements
        .map(({ sql }, index) => [complaints[index], sql])
        .filter(([complaint]) => complaint !== null),
    ).toEqual([]);
  });

  const wrong: [DialectName, string][] = [
    ['duckdb', 'COMMENT ON COLUMN x.y IS'],
    ['postgres', 'INSERT INTO t (a, b SELECT 1'],
    ['postgres', 'CREATE TABLE t (a text NOT, b text)'],
    ['bigquery', 'CREATE OR REPLACE VIEW `a.v` (x OPTIONS(description=)) AS SELECT 1'],
    ['bigquery', "SELECT 'it''s' FROM (SELECT 1"],
    ['snowflake', 'COPY INTO t FROM (SELECT $1:"a"::VARCHAR, FROM'],
    ['snowflake', 'CREATE TABLE t (a VARCHAR COMMENT) CLUSTER BY'],
    ['redshift', 'UPDATE t AS T SET a = S.a FROM WHERE'],
    ['redshift', "SELECT CAST(CASE WHEN a THEN '0' ELSE 'x' AS integer) FROM t"],
    ['databricks', 'MERGE INTO t AS T USING s AS S ON T.a = S.a WHEN MATCHED THEN UPDATE SET `a` = '],
    ['databricks', "CREATE TABLE `t` (`a` STRING COMMENT 'x' CLUSTER BY (`a`)"],
  ];
  it.each(wrong)('and complains for %s about %s', async (dialect, sql) => {
    const [complaint] = await parseStatements([{ dialect, sql }]);
    expect(complaint).not.toBeNull();
  });
});

describe("BigQuery's analyzer understands", () => {
  let analyzer: GoogleSqlAnalyzer;
  const { dialect } = targetOf('bigquery');
  const analyzed = (dataset: string, table: string, columns: readonly Pick<Column, 'name' | 'type'>[]) => ({
    dataset,
    table,
    fields: columns.map(({ name, type }) => ({ name, type: dialect.types[type], mode: 'NULLABLE' as const })),
  });
  const views = createViews(dialect);

  beforeAll(async () => {
    const [answers] = views;
    analyzer = await startGoogleSqlAnalyzer({
      tables: [
        ...bundledTableNames.flatMap((name) =>
          ['tidemark', 'tidemark_staging'].map((dataset) => analyzed(dataset, name, tables[name].columns)),
        ),
        // Another view reads it.
        ...(answers === undefined ? [] : [analyzed('tidemark', answers.name, answers.columns)]),
      ],
    });
  });
  afterAll(() => analyzer?.stop());

  it('the checks and merges of a load', async () => {
    const file = wholeBundle('bigquery').find(({ name }) => name === '03_load.sql');
    const statements =
      file === undefined ? [] : statementsOf(file).filter((sql) => /^(ASSERT|MERGE)/.test(sql));
    expect(statements.filter((sql) => sql.startsWith('MERGE'))).toHaveLength(bundledTableNames.length);
    expect(statements.filter((sql) => sql.startsWith('ASSERT')).length).toBeGreaterThan(
      3 * bundledTableNames.length,
    );
    expect(await analyzer.rejected(statements.map((sql) => ({ name: sql.slice(0, 80), sql })))).toEqual([]);
  });

  it('the views, and a pivot', async () => {
    const queries = [...views, pivotOf('bigquery')].map(({ name, sql }) => ({ name, sql }));
    expect(await analyzer.rejected(queries)).toEqual([]);
  });
});
