import { describe, expect, test } from 'vitest';
import type { Table } from '../../model/column.js';
import { stagedColumns, stagedTableNames, tableNames, tables } from '../../model/tables.js';

const all: [string, Table][] = tableNames.map((name) => [name, tables[name]]);
const columnOf = (table: Table, name: string) => table.columns.find((column) => column.name === name);
const snakeCase = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/u;
/** Columns whose words are about a person: what they wrote, were called, or can be reached at. */
const personalName = /(^|_)(comments|email|explanation|free_text)$|^(agent|evaluator)_name$|^raw$/u;

describe.each(all)('table %s', (name, table) => {
  test('is registered under its own name', () => {
    expect(table.name).toBe(name);
    expect(name).toMatch(snakeCase);
  });

  test('names every column once, in snake case', () => {
    const names = table.columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    for (const each of names) expect(each).toMatch(snakeCase);
  });

  test('describes itself and every column', () => {
    expect(table.grain.length).toBeGreaterThan(10);
    for (const { name: column, description } of table.columns) {
      expect(description, column).toMatch(/^\S.{8,}\.$/u);
    }
  });

  test('has a key of columns that exist', () => {
    expect(table.key.length).toBeGreaterThan(0);
    for (const key of table.key) expect(columnOf(table, key), key).toBeDefined();
  });

  test('marks what is about a person', () => {
    for (const column of table.columns) {
      if (personalName.test(column.name)) expect(column.personal, column.name).toBe(true);
    }
  });
});

const staged: [string, Table][] = stagedTableNames.map((name) => [name, tables[name]]);

describe.each(staged)('staged table %s', (_, table) => {
  test('begins its key with the connection, so that organisations cannot mix, and no key is null', () => {
    expect(table.key[0]).toBe('connection');
    for (const key of table.key) {
      expect(columnOf(table, key)).toMatchObject({ nullable: false });
      expect(columnOf(table, key)?.filledByLoad, key).toBeUndefined();
    }
  });

  test('is partitioned, if at all, by a date that is never null', () => {
    if (table.partitionBy === undefined) return;
    expect(columnOf(table, table.partitionBy)).toMatchObject({ type: 'date', nullable: false });
  });

  test('says which batch brought a row and when', () => {
    for (const column of ['source_system', 'extracted_at', 'batch_id', 'loaded_at']) {
      expect(columnOf(table, column), column).toMatchObject({ nullable: false });
    }
  });
});

const parts: [string, Table][] = all.filter(([, table]) => table.kind === 'part');

describe.each(parts)('part %s', (name, table) => {
  const owner = all.find(([other]) => other === table.partOf)?.[1];

  test("belongs to a versioned table that is loaded before it, and has the owner's key in front", () => {
    expect(owner?.kind).toBe('versioned');
    expect(all.findIndex(([other]) => other === table.partOf)).toBeLessThan(
      all.findIndex(([other]) => other === name),
    );
    expect(table.key.slice(0, owner?.key.length)).toEqual(owner?.key);
    expect(table.key.length).toBeGreaterThan(owner?.key.length ?? 0);
  });

  test('lies in the partition of its owner', () => {
    expect(table.partitionBy).toBe(owner?.partitionBy);
  });
});

describe.each(all.filter(([, table]) => table.kind === 'versioned'))('versioned table %s', (_, table) => {
  test('can be merged: stamp and hash are always there, deletion is soft', () => {
    for (const column of ['change_stamp', 'content_hash', 'is_deleted', 'first_seen_at']) {
      expect(columnOf(table, column), column).toMatchObject({ nullable: false });
    }
    expect(columnOf(table, 'deleted_at')).toMatchObject({ nullable: true, filledByLoad: true });
  });
});

test('only parts name an owner', () => {
  for (const [name, table] of all) expect(table.partOf !== undefined, name).toBe(table.kind === 'part');
});

test('columns of one name have one type everywhere', () => {
  const types = new Map<string, string>();
  for (const [name, table] of all) {
    for (const column of table.columns) {
      expect(column.type, `${name}.${column.name}`).toBe(types.get(column.name) ?? column.type);
      types.set(column.name, column.type);
    }
  }
});

test('staged files hold what the load step does not fill', () => {
  const names = stagedColumns('evaluations').map(({ name }) => name);
  expect(names).toContain('change_stamp');
  for (const filled of ['loaded_at', 'first_seen_at', 'is_deleted', 'deleted_at', 'is_archived']) {
    expect(names).not.toContain(filled);
  }
});

test('what the load step writes itself is never staged', () => {
  expect(stagedTableNames).not.toContain('load_audit');
  expect(stagedTableNames).not.toContain('schema_changes');
  expect(stagedTableNames).toContain('tombstones');
});
