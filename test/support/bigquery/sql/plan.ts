/** What a statement will do, made before it does anything. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Catalog, TableName } from '../catalog.js';
import type { BigqueryError } from '../errors.js';
import type { Rows } from '../storage.js';

/** Where a statement runs: one query or script, on its own connection. */
export interface Session {
  catalog: Catalog;
  connection: DuckDBConnection;
  /** Temporary tables of the script, in lower case. */
  temporary: Set<string>;
  inTransaction: boolean;
  /** Whether the job has more than one statement. */
  isScript: boolean;
}

export interface DmlStats {
  insertedRowCount: number;
  updatedRowCount: number;
  deletedRowCount: number;
}

export interface Outcome {
  rows?: Rows;
  dml?: DmlStats;
}

export interface Plan {
  statementType: string;
  /** The table that DDL or DML changes. */
  target?: TableName | undefined;
  /** The temporary table that it makes, in lower case. */
  temporary?: string;
  /** Binds in DuckDB what will run, for dry runs; undefined when there is nothing to bind. */
  bind?: string | undefined;
  /** Queries that must find nothing, or the statement fails with the error beside them. */
  guards?: readonly { sql: string; error: BigqueryError }[];
  run: (session: Session) => Promise<Outcome>;
}

export const noRows: DmlStats = { insertedRowCount: 0, updatedRowCount: 0, deletedRowCount: 0 };
