/** A batch from its staged files to its audit row, once for each batch id. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StagingStore } from '../../staging/stagingStore.js';
import { checkStagedRows } from '../duckdb/stagedChecks.js';
import { withStagedFiles } from '../duckdb/stagedFiles.js';
import { auditRowOf, checkSameBatch, insertAudit, toLoadResult } from '../sql/auditRow.js';
import { mergeScript, monthsQuery } from '../sql/loadScript.js';
import type { BatchManifest, LoadResult } from '../warehouse.js';
import { makePartitions } from './partitions.js';
import type { Server } from './server.js';
import { inTransaction, takeTurn, type Session } from './session.js';
import { copyIn, writeCopies, type Copies } from './stagedCopies.js';

/** Loads take turns. Files are checked and written for the copy before, so that a turn is short. */
export async function loadBatch(
  server: Server,
  staging: StagingStore,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<LoadResult> {
  const earlier = await inTransaction(
    server,
    'read',
    (session) => loadedBefore(session, server, batch),
    signal,
  );
  if (earlier !== undefined) return earlier;
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-copy-'));
  try {
    const copies = await withStagedFiles(staging, batch, signal, async (connection, files) => {
      await checkStagedRows(connection, batch, files);
      return writeCopies(connection, batch, directory, signal);
    });
    return await inTransaction(
      server,
      'write',
      async (session) => {
        await takeTurn(session, server, 'load');
        return (
          (await loadedBefore(session, server, batch)) ??
          (await merge(session, server, batch, copies, signal))
        );
      },
      signal,
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What an earlier load of the same batch did; undefined when there was none. */
export async function earlierLoad(
  { run }: Session,
  { dialect }: Pick<Server, 'dialect'>,
  batchId: string,
): Promise<LoadResult | undefined> {
  const [row] = await run(auditRowOf(dialect, batchId));
  return row === undefined ? undefined : toLoadResult(row, true);
}

async function loadedBefore(session: Session, server: Server, batch: BatchManifest) {
  const earlier = await earlierLoad(session, server, batch.batchId);
  if (earlier !== undefined) checkSameBatch(batch, earlier);
  return earlier;
}

async function merge(
  session: Session,
  server: Server,
  batch: BatchManifest,
  copies: Copies,
  signal: AbortSignal,
): Promise<LoadResult> {
  const { dialect } = server;
  for (const copy of copies.files) await copyIn(session, server, copy, signal);
  const staged = new Map(copies.files.map(({ table, rows }) => [table, rows]));
  const touched = monthsQuery({ dialect, staged });
  const months =
    touched === undefined ? [] : (await session.run(touched)).map((row) => String(row['touched_month']));
  const partitions = await makePartitions(session, server, staged.keys(), months);

  const loadedAt = dialect.timestamp(new Date().toISOString());
  const script = { dialect, staged, months, loadedAt };
  for (const statement of mergeScript(script)) await session.run(statement);
  // The next load may come before the server has looked at them by itself.
  for (const partition of partitions) await session.run(`ANALYZE ${dialect.table(partition)}`);
  const notes = [...batch.audit.notes, ...copies.notes];
  await session.run(insertAudit(script, { ...batch, audit: { ...batch.audit, notes } }));
  const written = await earlierLoad(session, server, batch.batchId);
  if (written === undefined) throw new Error(`The audit row of ${batch.batchId} was not written.`);
  return { ...written, alreadyLoaded: false };
}
