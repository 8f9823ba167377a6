/** Rows of an adapter beside those that a perfect export holds. */
import { expect } from 'vitest';
import type { Table } from '../../model/column.js';
import { tables, type StagedTableName } from '../../model/tables.js';

export type AnyRow = Record<string, unknown>;

const keyColumns = (table: StagedTableName) =>
  (tables[table] as Table).key.filter((column) => column !== 'connection');

export const keyOf = (table: StagedTableName, row: AnyRow) =>
  keyColumns(table)
    .map((column) => row[column])
    .join(' ');

/** Points add up in another order than at the source, which keeps 32 bits of them. */
const agree = (ours: unknown, theirs: unknown) =>
  typeof ours === 'number' && typeof theirs === 'number' ? Math.abs(ours - theirs) < 0.01 : ours === theirs;

/** Rows of the truth beside those of ours, by key; and columns that do not agree, with an example. */
export function compareWithTruth(
  table: StagedTableName,
  ours: readonly AnyRow[],
  theirs: readonly AnyRow[],
  silent: readonly string[] = [],
) {
  const byKey = new Map(ours.map((row) => [keyOf(table, row), row]));
  expect(byKey.size).toBe(ours.length);
  const different: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const row of theirs) {
    const own = byKey.get(keyOf(table, row));
    if (own === undefined) {
      missing.push(keyOf(table, row));
      continue;
    }
    for (const [column, value] of Object.entries(row)) {
      if (silent.includes(column) || agree(own[column], value)) continue;
      different[column] ??= { ours: own[column], theirs: value, of: keyOf(table, row) };
    }
  }
  return { different, missing };
}
