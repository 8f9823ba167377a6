/** Transactions: everything that is asked or done happens in one. */
import type { Client, PoolClient } from 'pg';
import { standardIdentifier, standardText } from '../sql/dialects/standard.js';
import { postgresError } from './errors.js';
import type { Server } from './server.js';

export interface Session {
  readonly client: PoolClient;
  /** Runs one statement. Throws the reason of the abort once there is one. */
  run(sql: string): Promise<Record<string, unknown>[]>;
}

/**
 * Commits what the work did, or nothing of it. An abort cancels the statement that is under way.
 * Throws in the terms of the taxonomy, or the reason of the abort.
 */
export async function inTransaction<T>(
  server: Server,
  mode: 'read' | 'write',
  work: (session: Session) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    const client = await server.pool.connect();
    return await withClient(server, client, mode, work, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw postgresError(server, error);
  }
}

async function withClient<T>(
  server: Server,
  client: PoolClient,
  mode: 'read' | 'write',
  work: (session: Session) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let lost: Error | undefined;
  let cancelling: Promise<unknown> | undefined;
  let processId: number | undefined;
  let usable = true;
  const onLost = (error: Error) => {
    lost = error;
  };
  client.on('error', onLost);
  const cancel = () => {
    if (processId !== undefined) cancelling = cancelStatement(server, client, processId);
  };
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', cancel);
    await client.query(beginning(server, mode));
    processId = await processIdOf(client);
    const result = await work({
      client,
      run: async (sql) => {
        signal?.throwIfAborted();
        // One statement, whatever the text says: a second one could leave the transaction and its rules.
        const statement = { text: sql, queryMode: 'extended' };
        const { rows } = await client.query<Record<string, unknown>>(statement);
        return rows;
      },
    });
    signal?.throwIfAborted();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // Where not even that works, the connection goes, and the transaction with it.
    await client.query('ROLLBACK').catch(() => {
      usable = false;
    });
    throw lost ?? error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await cancelling;
    client.off('error', onLost);
    // A cancellation that comes late would meet the next user of the connection.
    client.release(!usable || lost !== undefined || cancelling !== undefined);
  }
}

/**
 * A server works on for a worker that was killed, and keeps its turn, unless it looks now and then whether the worker
 * is still there. On Windows it cannot look, and refuses to be told to.
 */
const noticeLostClient = `SELECT set_config('client_connection_check_interval', '2s', true)
  WHERE version() !~* 'msvc|visual c|mingw|windows'`;

/** Settings of a transaction, because a pooler between may give the next one another connection. */
const beginning = ({ schema, lockWait }: Server, mode: 'read' | 'write') => `
  BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED ${mode === 'read' ? 'READ ONLY' : 'READ WRITE'};
  SET LOCAL search_path TO ${standardIdentifier(schema)};
  SET LOCAL TimeZone TO 'UTC';
  SET LOCAL DateStyle TO 'ISO';
  SET LOCAL standard_conforming_strings TO on;
  SET LOCAL extra_float_digits TO 1;
  SET LOCAL lock_timeout TO ${lockWait};
  ${noticeLostClient}`;

/** Asks on another connection, as PostgreSQL wants it; where that fails, hangs up. */
async function cancelStatement({ pool }: Server, client: PoolClient, processId: number): Promise<void> {
  try {
    await pool.query('SELECT pg_cancel_backend($1)', [processId]);
  } catch {
    // Ending the connection rejects the statement here, and the server rolls back when it notices.
    await (client as PoolClient & Pick<Client, 'end'>).end().catch(() => undefined);
  }
}

/** The server's own answer: what the driver knows is a pooler's number where there is one between. */
async function processIdOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** Waits for the turn of whoever changes the same thing, until the end of the transaction. */
export async function takeTurn({ run }: Session, { schema }: Server, what: string): Promise<void> {
  const name = standardText(`tidemark ${schema} ${what}`);
  await run(`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}
