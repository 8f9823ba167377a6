/** Queries for many ids. */
import type { Dialect } from './dialect.js';
import type { RunQuery } from './reads.js';

/** A statement with more ids than this, some 40 bytes each, would be longer than the strictest warehouse takes (1 MB). */
const mostIds = 10_000;

/**
 * The rows of a query for these ids, asked in as many statements as it takes; none without ids.
 *
 * @param query makes the statement for a list that stands between the parentheses of IN
 */
export async function runForIds(
  { text }: Pick<Dialect, 'text'>,
  run: RunQuery,
  ids: readonly string[],
  query: (list: string) => string,
): Promise<Record<string, unknown>[]> {
  // Once each: no row must be found by two statements.
  const wanted = [...new Set(ids.map(text))];
  const rows: Record<string, unknown>[] = [];
  for (let next = 0; next < wanted.length; next += mostIds) {
    const found = await run(query(wanted.slice(next, next + mostIds).join(', ')));
    for (const row of found) rows.push(row);
  }
  return rows;
}
