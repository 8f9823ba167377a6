/** What every mapped row owes the registry. */
import { expect } from 'vitest';
import { stagedColumns, type CanonicalRows, type TableName } from '../../../model/tables.js';

const valueOf = {
  string: (value: unknown) => typeof value === 'string',
  json: (value: unknown) => typeof value === 'string' && JSON.parse(value) !== undefined,
  timestamp: (value: unknown) => typeof value === 'string' && new Date(value).toISOString() === value,
  date: (value: unknown) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value),
  integer: (value: unknown) => Number.isInteger(value),
  double: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value: unknown) => typeof value === 'boolean',
};

/** Rows have the columns of their table, all of them and no others, with values of their types. */
export function expectRegistered(rows: CanonicalRows): void {
  for (const [table, of] of Object.entries(rows)) {
    const columns = stagedColumns(table as TableName);
    for (const row of of) {
      expect(Object.keys(row).sort(), table).toEqual(columns.map(({ name }) => name).sort());
      for (const { name, type, nullable } of columns) {
        const value = (row as Record<string, unknown>)[name];
        const fits = value === null ? nullable : valueOf[type](value);
        expect(fits, `${table}.${name} is ${JSON.stringify(value)}`).toBe(true);
      }
    }
  }
}

/** The only element. */
export function only<T>(items: readonly T[] | undefined): T {
  const [item, ...others] = items ?? [];
  if (item === undefined || others.length > 0) throw new Error(`one expected, not ${items?.length ?? 0}`);
  return item;
}
