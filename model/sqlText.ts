/** Text that is safe inside SQL of the dialects that quote as the standard does (DuckDB, PostgreSQL, Snowflake). */
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
export const list = (names: readonly string[]) => names.map(identifier).join(', ');
