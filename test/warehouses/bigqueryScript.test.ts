/** The script of a load looks at no other months than those of the batch, because every byte that it reads is billed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stagedTableNames, tables, type StagedTableName } from '../../model/tables.js';
import type { Table } from '../../model/column.js';
import { dialectOf, jobName, stagedTable } from '../../warehouses/bigquery/names.js';
import { loadScript } from '../../warehouses/bigquery/script.js';
import type { BatchManifest } from '../../warehouses/warehouse.js';

const place = { project: 'acme-quality', dataset: 'tidemark', stagingDataset: 'staging' };
const dialect = dialectOf(place, 'b1');
const months = ['2026-10-01', '2026-11-01'];
const partitioned = stagedTableNames.filter((name) => (tables[name] as Table).partitionBy !== undefined);

function statementsOf(staged: readonly StagedTableName[], named: readonly string[]): string[] {
  const files = Object.fromEntries(
    staged.map((name) => [name, { name: `${name}.parquet`, bytes: 1, sha256: 'a', rows: 3 }]),
  );
  const batch: BatchManifest = {
    batchId: 'b1',
    connection: 'acme',
    sourceSystem: 'genesys',
    stream: 'evaluations',
    window: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' },
    closesWindow: true,
    files,
    audit: { workflowId: 'w', runId: 'r', redacted: 0, gone: 0, pages: 0, requests: 0, notes: [] },
  };
  return loadScript(dialect, batch, named, '2026-11-21T00:00:00.000Z').split(';\n').slice(0, -1);
}

/** How often a statement reads partitioned tables, and how often it says of which months. */
function reads(statement: string): { scans: number; named: number } {
  const condition = `T.\`evaluation_month\` IN (${months.map((month) => `DATE '${month}'`).join(', ')})`;
  const mentions = partitioned.reduce(
    (sum, name) => sum + statement.split(dialect.table(name)).length - 1,
    0,
  );
  const written =
    statement.startsWith('INSERT INTO') &&
    partitioned.some((name) => statement.startsWith(`INSERT INTO ${dialect.table(name)}`));
  return { scans: mentions - (written ? 1 : 0), named: statement.split(condition).length - 1 };
}

describe('the statements of a load', () => {
  const statements = statementsOf(stagedTableNames, months);
  const changing = statements.slice(statements.indexOf('BEGIN TRANSACTION'));

  it('each name the months of every partitioned table that they read or merge into', () => {
    const scanning = changing.filter((statement) => reads(statement).scans > 0);
    expect(scanning.length).toBeGreaterThan(partitioned.length * 2);
    expect(scanning.filter((statement) => reads(statement).named !== reads(statement).scans)).toEqual([]);
    expect(scanning.filter((statement) => statement.startsWith('MERGE'))).not.toEqual([]);
  });

  it('read all months once, to find that no others are touched', () => {
    const before = statements.slice(0, statements.indexOf('BEGIN TRANSACTION'));
    const scanning = before.filter((statement) => reads(statement).scans > 0);
    expect(scanning).toHaveLength(1);
    expect(scanning[0]).toContain("touched_month NOT IN ('2026-10-01', '2026-11-01')");
  });

  it('say first what must hold, and change everything in one transaction', () => {
    const begin = statements.indexOf('BEGIN TRANSACTION');
    expect(statements.slice(0, begin).filter((statement) => !statement.startsWith('ASSERT'))).toEqual([]);
    expect(statements.filter((statement) => statement.endsWith('TRANSACTION'))).toEqual([
      'BEGIN TRANSACTION',
      'COMMIT TRANSACTION',
    ]);
    expect(statements.at(-1)).toBe('COMMIT TRANSACTION');
    expect(statements.at(-2)).toMatch(/^INSERT INTO `acme-quality\.tidemark\.load_audit`/);
    expect(
      changing.filter(
        (statement) => /^(CREATE|DROP|ALTER)/.test(statement) && !statement.startsWith('CREATE TEMP TABLE'),
      ),
    ).toEqual([]);
  });

  it('stay far below the megabyte that BigQuery takes', () => {
    const decade = Array.from(
      { length: 120 },
      (_, index) => `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}-01`,
    );
    expect(statementsOf(stagedTableNames, decade).join(';\n').length).toBeLessThan(500_000);
  });
});

describe('names', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });

  it('are the same for the same work, others for other work, and such as BigQuery takes', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const name = jobName(place, 'load', one);
        expect(name).toBe(jobName({ ...place }, 'load', one));
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,1000}$/);
        expect(stagedTable(place, one, 'evaluations')).toMatch(/^[A-Za-z0-9_]{1,1000}$/);
        expect(name === jobName(place, 'load', other)).toBe(one === other);
        expect(name).not.toBe(jobName(place, 'load', one, other));
        expect(name).not.toBe(jobName({ ...place, dataset: 'other' }, 'load', one));
      }),
    );
  });
});
