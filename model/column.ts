/**
 * The vocabulary of the column registry. Every warehouse's DDL, the Parquet schema, column comments and the
 * data dictionary are made from it, and the TypeScript type of a row too, so none of them can disagree.
 */

import type { JsonText } from './jsonText.js';

/**
 * Logical column types.
 * `timestamp` is UTC with microseconds and travels as ISO 8601 text; `date` is `YYYY-MM-DD`;
 * `json` is JSON text until a warehouse gives it its own JSON type.
 */
export type ColumnType = 'string' | 'integer' | 'double' | 'boolean' | 'timestamp' | 'date' | 'json';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly description: string;
  /** The value identifies or quotes a person (agent, evaluator, customer). */
  readonly personal?: true;
  /** All values that Tidemark writes; of words that are the vendor's own there is no such list. */
  readonly values?: readonly string[];
  /** Filled by the load step inside the warehouse; never part of a staged file. */
  readonly filledByLoad?: true;
}

/**
 * How a batch meets the rows that a table already holds.
 * - `versioned`: one current row for each key; a staged row replaces it when its change stamp is newer, or equal
 *   with a later extraction and another content hash.
 * - `part`: belongs to a row of a versioned table; all parts of one owner are replaced together with it, and parts
 *   that the new version no longer has are soft-deleted.
 * - `history`: append once for each key, never changed.
 * - `versions`: append a row where its neighbours in time have other content, never changed. The key ends with
 *   `content_hash` and `extracted_at`; what comes before them, and the month, say whose neighbours are meant.
 * - `operational`: written by the load step itself, never staged.
 */
export type TableKind = 'versioned' | 'part' | 'history' | 'versions' | 'operational';

export interface Table {
  readonly name: string;
  readonly kind: TableKind;
  /** What one row stands for, in a sentence. */
  readonly grain: string;
  /** Names of the columns that identify a row. */
  readonly key: readonly string[];
  /** For `part`: the versioned table it belongs to. The owner's key is a prefix of `key`. */
  readonly partOf?: string;
  /** Month column (first day of a month) by which warehouses partition; it never changes for a key. */
  readonly partitionBy?: string;
  /** Columns that people narrow reads by; warehouses that sort rows sort by them behind the key. */
  readonly clusterBy?: readonly string[];
  readonly columns: readonly Column[];
}

type Value<T extends ColumnType> = T extends 'json'
  ? JsonText
  : T extends 'string' | 'timestamp' | 'date'
    ? string
    : T extends 'integer' | 'double'
      ? number
      : boolean;

type Staged<C extends Column> = C extends { filledByLoad: true } ? never : C;

type ValueOf<C extends Column> = C extends { values: readonly (infer V)[] } ? V : Value<C['type']>;

/**
 * The staged row of a table: all columns but those the load step fills; nullable columns may hold null, and those with a
 * list of values no other.
 */
export type RowOf<T extends Table> = {
  -readonly [C in Staged<T['columns'][number]> as C['name']]: C['nullable'] extends true
    ? ValueOf<C> | null
    : ValueOf<C>;
};
