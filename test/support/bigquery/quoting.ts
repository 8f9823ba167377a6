/** Names and text inside DuckDB's SQL. */
import type { TableName } from './catalog.js';

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
export const storedName = ({ datasetId, tableId }: TableName) => `${quoted(datasetId)}.${quoted(tableId)}`;
