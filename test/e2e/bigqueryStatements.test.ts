/** Every statement that Tidemark sends to BigQuery is one that GoogleSQL's own analyzer understands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  stagedTableNames,
  tableNames,
  tables,
  type OperationalTableName,
  type Row,
  type StagedTableName,
} from '../../model/tables.js';
import { dialectOf, stagedTable } from '../../warehouses/bigquery/names.js';
import {
  assertNotLoaded,
  inTransaction,
  loadScript,
  scriptOf,
  stagedRows,
} from '../../warehouses/bigquery/script.js';
import { newTable, stagedFields } from '../../warehouses/bigquery/tableDefinitions.js';
import { auditRowOf, insertClosing } from '../../warehouses/sql/auditRow.js';
import { compareRecords } from '../../warehouses/sql/comparison.js';
import { monthsQuery } from '../../warehouses/sql/loadScript.js';
import { versionedPlans } from '../../warehouses/sql/mergePlan.js';
import { writeRows } from '../../warehouses/sql/operationalRows.js';
import { createReads, type RunQuery } from '../../warehouses/sql/reads.js';
import { createViews } from '../../warehouses/sql/views/createViews.js';
import type { BatchManifest, HeldSelection, WindowClosing } from '../../warehouses/warehouse.js';
import {
  startGoogleSqlAnalyzer,
  type GoogleSqlAnalyzer,
  type NamedStatement,
} from '../support/googlesql/analyzer.js';

const place = { project: 'test', dataset: 'tidemark', stagingDataset: 'staging' };
const batchId = 'b1';
const dialect = dialectOf(place, batchId);
const [start, end] = ['2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'];

let analyzer: GoogleSqlAnalyzer;
beforeAll(async () => {
  analyzer = await startGoogleSqlAnalyzer({
    project: place.project,
    tables: [
      ...tableNames.map((table) => ({
        dataset: place.dataset,
        table,
        fields: newTable(table).schema.fields,
      })),
      ...stagedTableNames.map((name) => ({
        dataset: place.stagingDataset,
        table: stagedTable(place, batchId, name),
        fields: stagedFields(name),
      })),
    ],
  });
});
afterAll(() => analyzer?.stop());

const batchOf = (...staged: readonly StagedTableName[]): BatchManifest => ({
  batchId,
  connection: "acme's",
  sourceSystem: 'genesys',
  stream: 'evaluations',
  window: { start, end },
  closesWindow: true,
  files: Object.fromEntries(
    staged.map((name) => [name, { name: `${name}.parquet`, bytes: 1, sha256: 'a', rows: 3 }]),
  ),
  audit: {
    workflowId: 'w',
    runId: 'r',
    redacted: 1,
    gone: 2,
    pages: 3,
    requests: 4,
    notes: ["it's \\ fine\n"],
  },
});

/** What batches bring together; the statements of a table depend on nothing else than its parts and tombstones. */
const batches: readonly [name: string, staged: readonly StagedTableName[]][] = [
  ['nothing', []],
  ['everything', stagedTableNames],
  ['tombstones alone', ['tombstones']],
  ...versionedPlans.map(({ name }): [string, readonly StagedTableName[]] => [
    `${name} without parts, and tombstones`,
    [name, 'tombstones'],
  ]),
];

const values = {
  integer: 1,
  double: 1.5,
  boolean: false,
  timestamp: end,
  date: '2026-10-01',
  json: '{"a": 1}',
} as const;

/** A row with something in every column, and nothing where it may be. */
const anyRow = (table: OperationalTableName, text: string) =>
  Object.fromEntries(
    tables[table].columns.map(({ name, type, nullable }) => [
      name,
      nullable && text !== 'a' ? null : type === 'string' ? text : values[type],
    ]),
  );

async function expectUnderstood(statements: readonly NamedStatement[]) {
  expect(statements.length).toBeGreaterThan(0);
  expect(await analyzer.rejected(statements)).toEqual([]);
}

describe('a load', () => {
  it.each(batches)('of %s', async (_, staged) => {
    const batch = batchOf(...staged);
    const months = monthsQuery({ dialect, staged: stagedRows(batch) });
    await expectUnderstood([
      { name: 'audit row', sql: auditRowOf(dialect, batchId) },
      ...(months === undefined ? [] : [{ name: 'months', sql: months }]),
      { name: 'script', sql: loadScript(dialect, batch, ['2026-10-01', '2026-11-01'], end) },
    ]);
  });

  it('of rows that are in no month', async () => {
    const sql = loadScript(dialect, batchOf(...stagedTableNames), [], end);
    await expectUnderstood([{ name: 'script', sql }]);
  });
});

describe('reading', () => {
  const selections: readonly HeldSelection[] = [
    {},
    { formContextId: 'f' },
    { formId: 'f' },
    { evaluationIds: ['e1', 'e2'] },
    { submitted: { start, end } },
    { structureOtherThan: 'h' },
    { scorePending: true },
  ];

  it('what is held, loaded and recorded', async () => {
    const asked: NamedStatement[] = [];
    const run: RunQuery = async (sql) => {
      asked.push({ name: `read ${asked.length}`, sql });
      return [];
    };
    const reads = createReads(dialect, run);
    for (const table of ['evaluations', 'self_assessments', 'calibrations', 'feedback'] as const) {
      await reads.knownVersions(table, "acme's", ['e1', "e'2"]);
    }
    for (const selection of selections) await reads.heldEvaluations('acme', selection);
    const compared = ['evaluations', 'calibration_evaluations', 'self_assessments', 'feedback'] as const;
    for (const table of compared) {
      for (const by of ['submission', 'change', 'conversation', 'creation'] as const) {
        await reads.heldRecords(table, 'acme', { start, end, by });
      }
    }
    await reads.heldFormVersions('acme');
    await reads.countHeld('acme', { start, end });
    await reads.loadedWindows('acme', 'evaluations');
    await reads.intervalRuns('acme', 'evaluations', { start, end });
    await reads.streamRecord('acme', 'evaluations');
    await reads.visibilityFindings('acme', 'evaluations', end);
    await reads.heldConversations('acme', ['c1']);
    await reads.agentMetrics('acme', '2026-11-01');
    await reads.quarantinedPages('acme', 'evaluations', 'open');
    for (const table of compared) {
      const id = table === 'feedback' ? 'feedback_id' : 'evaluation_id';
      await compareRecords(dialect, run, table, 'acme', [{ [id]: 'e1', division_ids: '[]' }]);
    }
    await expectUnderstood(asked);
  });
});

describe('writing', () => {
  const operational = tableNames.filter(
    (name): name is OperationalTableName => tables[name].kind === 'operational',
  );

  it.each(operational)('rows of %s', async (name) => {
    const rows = [anyRow(name, 'a'), anyRow(name, "it's")] as unknown as Row<typeof name>[];
    await expectUnderstood([{ name, sql: scriptOf(inTransaction(writeRows(dialect, name, rows))) }]);
  });

  it('a closing', async () => {
    const closing: WindowClosing = {
      batchId: 'c1',
      afterBatchId: batchId,
      connection: 'acme',
      sourceSystem: 'genesys',
      stream: 'evaluations',
      window: { start, end },
      workflowId: 'w',
      runId: 'r',
      notes: ['two pages are missing'],
    };
    await expectUnderstood([
      {
        name: 'closing',
        sql: scriptOf([
          assertNotLoaded(dialect, 'c1'),
          ...inTransaction([insertClosing(dialect, closing, end)]),
        ]),
      },
    ]);
  });

  it('the queries of views', async () => {
    // The gate does not know lists of columns before the query, which BigQuery does; views in views are put in place.
    const queries = new Map<string, string>();
    for (const { name, sql } of createViews(dialect)) {
      const whole = [...queries].reduce(
        (text, [view, query]) => text.replaceAll(dialect.table(view), `(${query})`),
        sql,
      );
      queries.set(name, whole);
    }
    await expectUnderstood([...queries].map(([name, sql]) => ({ name, sql })));
  });
});
