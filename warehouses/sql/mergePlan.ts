/**
 * What merging a batch means for each table, derived from the registry and free of any SQL dialect: which columns
 * join, which are set when a row is new or replaced, and which tables hang on which.
 */
import type { Column, Table } from '../../model/column.js';
import { stagedColumns, stagedTableNames, tables, type StagedTableName } from '../../model/tables.js';

/** What the load step puts into a column that no staged file has. */
export type FilledValue = 'loaded_at' | 'false' | 'null';

interface Shape {
  name: StagedTableName;
  key: readonly string[];
  /** Column that partitions the table; set once for each key and never changed. */
  partitionBy: string | undefined;
  staged: readonly Column[];
  /** Values of the remaining columns in a new row. */
  filled: readonly { column: string; value: FilledValue }[];
}

interface Replaceable extends Shape {
  /** Staged columns that a newer version replaces: all but the key and the partition. */
  replaced: readonly Column[];
  /** Columns that the load step sets when a row is replaced. */
  filledWhenReplaced: readonly { column: string; value: FilledValue }[];
}

export interface PartPlan extends Replaceable {
  kind: 'part';
  /** The columns of the key that name the owner. */
  ownerKey: readonly string[];
}

export interface VersionedPlan extends Replaceable {
  kind: 'versioned';
  /** The column a tombstone's record_id speaks of. */
  idColumn: string;
  parts: readonly PartPlan[];
}

export interface HistoryPlan extends Shape {
  kind: 'history';
}

export interface VersionsPlan extends Shape {
  kind: 'versions';
  /** Columns that neighbours in time have in common. */
  lineOf: readonly string[];
}

/** Of tables whose rows are appended and never changed. */
export type AppendedPlan = HistoryPlan | VersionsPlan;

// first_seen_at stays what it was, and is_archived is for others to decide.
const resetByNewVersion: ReadonlySet<string> = new Set(['loaded_at', 'is_deleted', 'deleted_at']);

export const versionedPlans: readonly VersionedPlan[] = stagedTableNames
  .filter((name) => tables[name].kind === 'versioned')
  .map((name) => ({
    kind: 'versioned',
    ...replaceable(name),
    idColumn: tables[name].key[tables[name].key.length - 1] ?? '',
    parts: partsOf(name),
  }));

export const appendedPlans: readonly AppendedPlan[] = stagedTableNames.flatMap((name): AppendedPlan[] => {
  const { kind } = tables[name];
  if (kind === 'history') return [{ kind, ...shape(name) }];
  return kind === 'versions' ? [{ kind, ...shape(name), lineOf: lineOf(tables[name]) }] : [];
});

/** Not over months: warehouses look at those of the batch alone, and each must find the same neighbours. */
function lineOf({ key, partitionBy }: Table): string[] {
  const line = key.filter((column) => column !== 'content_hash' && column !== 'extracted_at');
  return partitionBy === undefined ? line : [...line, partitionBy];
}

/** The versioned table that a part belongs to; undefined for other tables. */
export function ownerOf(part: StagedTableName): VersionedPlan | undefined {
  const table: Table = tables[part];
  return versionedPlans.find(({ name }) => name === table.partOf);
}

function partsOf(owner: StagedTableName): PartPlan[] {
  return stagedTableNames
    .filter((name) => (tables[name] as Table).partOf === owner)
    .map((name) => ({ kind: 'part', ...replaceable(name), ownerKey: tables[owner].key }));
}

function replaceable(name: StagedTableName): Replaceable {
  const base = shape(name);
  const kept = new Set([...base.key, base.partitionBy]);
  return {
    ...base,
    replaced: base.staged.filter((column) => !kept.has(column.name)),
    filledWhenReplaced: base.filled.filter(({ column }) => resetByNewVersion.has(column)),
  };
}

function shape(name: StagedTableName): Shape {
  const table: Table = tables[name];
  return {
    name,
    key: table.key,
    partitionBy: table.partitionBy,
    staged: stagedColumns(name),
    filled: table.columns
      .filter((column) => column.filledByLoad === true)
      .map((column) => ({ column: column.name, value: initialValue(column) })),
  };
}

function initialValue(column: Column): FilledValue {
  if (column.nullable) return 'null';
  return column.type === 'boolean' ? 'false' : 'loaded_at';
}
