/** The server and the connections to it. Nothing is connected before the first operation. */
import pg from 'pg';
import { parse } from 'pg-connection-string';
import { TidemarkError } from '../../model/errors.js';
import type { Dialect } from '../sql/dialect.js';
import { postgresDialect } from '../sql/dialects/postgres.js';
import { plainTypes } from './values.js';

/** What is not given is taken from the environment as libpq does (PGHOST, PGPASSWORD, PGSSLMODE, .pgpass). */
export interface ServerSettings {
  /** postgres://user@host:port/database?sslmode=verify-full; the settings below win over its parts. */
  url?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  database?: string | undefined;
  user?: string | undefined;
  password?: string | undefined;
  /** Schema of the tables; made by the first load. */
  schema: string;
  /** How long an operation waits for its turn, or for a lock that somebody else holds, in milliseconds. */
  lockWait: number;
}

export interface Server {
  readonly pool: pg.Pool;
  readonly dialect: Dialect;
  readonly schema: string;
  readonly lockWait: number;
  /** Host, port, database and schema, for people; without user and password. */
  readonly location: string;
}

/** A load, the answer to its cancellation, and what is asked meanwhile. */
const mostConnections = 5;

const connectTimeout = 10_000;

/** @throws TidemarkError InvalidConfig where `url` cannot be read, or a file that it names. */
export function createServer({ schema, lockWait, url, ...settings }: ServerSettings): Server {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const { parts, client } = checked(url, given);
  const { host, port, database } = client;
  const pool = new pg.Pool({
    ...parts,
    max: mostConnections,
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    // A command that only looked something up ends without waiting for idle connections.
    allowExitOnIdle: true,
    types: plainTypes,
  });
  // The pool takes a connection that was lost while idle out by itself; whoever needs one next meets the cause.
  pool.on('error', () => undefined);
  return {
    pool,
    dialect: postgresDialect(schema),
    schema,
    lockWait,
    location: `${host}:${port}/${database ?? ''}, schema ${schema}`,
  };
}

/**
 * A URL and the certificates it names are read once here, so that the first operation is not the first to fail; and not
 * by the driver, for which the parts of a URL count before all that is said beside it, also those that it leaves out.
 */
function checked(
  url: string | undefined,
  given: pg.ClientConfig,
): { parts: pg.ClientConfig; client: pg.Client } {
  try {
    const named: object = url === undefined ? {} : parse(url);
    const parts: pg.ClientConfig = { application_name: 'tidemark', ...named, ...given };
    return { parts, client: new pg.Client(parts) };
  } catch (cause) {
    const { message, path } = cause as NodeJS.ErrnoException;
    throw path === undefined
      ? new TidemarkError('InvalidConfig', `warehouse.url cannot be used: ${message}.`, {
          remedy: 'Write postgres://user@host:port/database?sslmode=verify-full.',
          cause,
        })
      : new TidemarkError(
          'InvalidConfig',
          `warehouse.url names the file ${path}, which cannot be read: ${message}.`,
          {
            remedy: 'Correct sslrootcert, sslcert or sslkey in it, or put the file there.',
            cause,
          },
        );
  }
}
