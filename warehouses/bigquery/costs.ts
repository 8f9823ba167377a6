/** What the reads of runs would be billed for, by analysing them without running them. */
import type { Dialect } from '../sql/dialect.js';
import { createReads, type WarehouseReads } from '../sql/reads.js';
import type { ReadCost } from '../warehouse.js';

type Ask = (reads: WarehouseReads, connection: string, stream: string) => Promise<unknown>;

/** A day is enough to tell: what is read is columns, whatever is selected of them. */
const day = { start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' };

const operations: Readonly<Record<string, Ask>> = {
  'known versions, for each batch with late changes': async (reads, connection) =>
    reads.knownVersions('evaluations', connection, ['']),
  'form versions held, for the drift check of each run': async (reads, connection) =>
    reads.heldFormVersions(connection),
  'evaluations held back, for each run': async (reads, connection) =>
    reads.heldEvaluations(connection, { scorePending: true }),
  'evaluations held, for each window of a reconciliation': async (reads, connection) =>
    reads.heldRecords('evaluations', connection, { ...day, by: 'submission' }),
  'evaluations by day and division, for each reconciliation': async (reads, connection) =>
    reads.countHeld(connection, day),
  'windows loaded, for each status, backfill and audit': async (reads, connection, stream) =>
    reads.loadedWindows(connection, stream),
};

/** @param estimate bytes that a query would read */
export async function readCosts(
  dialect: Dialect,
  estimate: (sql: string) => Promise<number>,
  connection: string,
  stream: string,
): Promise<ReadCost[]> {
  const costs: ReadCost[] = [];
  for (const [operation, ask] of Object.entries(operations)) {
    let bytes = 0;
    const reads = createReads(dialect, async (sql) => {
      bytes += await estimate(sql);
      return [];
    });
    await ask(reads, connection, stream);
    costs.push({ operation, bytes });
  }
  return costs;
}
