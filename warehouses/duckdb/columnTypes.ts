import { duckdbDialect } from '../sql/dialects/duckdb.js';

/** Types in the DuckDB file, spelled as its catalog spells them. */
export const warehouseTypes = duckdbDialect.types;
