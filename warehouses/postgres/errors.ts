/** PostgreSQL's errors in the terms of the taxonomy: what is worth retrying, and what a person can do. */
import pg from 'pg';
import { TidemarkError, type ErrorKind } from '../../model/errors.js';
import type { Server } from './server.js';

interface Rule {
  /** Beginnings of SQLSTATEs. */
  states: readonly string[];
  kind: ErrorKind;
  says(server: Place, error: pg.DatabaseError): string;
  remedy(server: Place): string;
}

type Place = Pick<Server, 'location' | 'lockWait' | 'schema'>;

/** Schemas, tables and columns that are not there. */
const missing = ['42P01', '3F', '42703'] as const;

/** The first rule that fits counts. */
const rules: readonly Rule[] = [
  {
    states: ['55P03'],
    kind: 'WarehouseUnavailable',
    says: ({ location, lockWait }) =>
      `${location}: another load, or somebody else's lock, was not over within ${lockWait / 1_000} seconds.`,
    remedy: () => 'It is tried again; pg_stat_activity says who holds locks.',
  },
  {
    states: ['08', '57', '53', '40', '25P03', '25P04', '58'],
    kind: 'WarehouseUnavailable',
    says: ({ location }, error) => `${location} broke off: ${error.message} (${error.code}).`,
    remedy: () => 'Nothing was changed, and it is tried again. Check the server, its space and its limits.',
  },
  {
    states: ['28'],
    kind: 'InvalidConfig',
    // The server names the user, and says when it is the lack of encryption that it refuses.
    says: ({ location }, error) => `${location} refuses the sign-in: ${error.message} (${error.code}).`,
    remedy: () =>
      'Check user and password in warehouse.url, in warehouse.user and warehouse.password, or in PGUSER and ' +
      'PGPASSWORD; then pg_hba.conf. Where encryption is missing, set sslmode in warehouse.url or PGSSLMODE.',
  },
  {
    states: ['3D'],
    kind: 'InvalidConfig',
    says: ({ location }) => `${location}: there is no such database.`,
    remedy: () => 'Create it, or name another one in warehouse.url, warehouse.database or PGDATABASE.',
  },
  {
    states: ['42501'],
    kind: 'InvalidConfig',
    says: ({ location }, error) => `${location}: the user may not do what a load must: ${error.message}.`,
    remedy: ({ schema }) =>
      'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE to the user, or let it own the schema: ' +
      `ALTER SCHEMA ${schema} OWNER TO it; tables that are there must be its own.`,
  },
  {
    states: ['25006'],
    kind: 'InvalidConfig',
    says: ({ location }, error) => `${location}: ${error.message}.`,
    remedy: () => 'Queries only read; loads need the primary server, not a standby.',
  },
  {
    states: missing,
    kind: 'InvalidConfig',
    says: ({ location }, error) => `${location}: ${error.message}.`,
    remedy: () => 'Run an export first: it makes schema, tables and columns.',
  },
  {
    states: ['22', '23', '21', '42', '54'],
    kind: 'LoadRefused',
    says: ({ location }, error) => `${location} refused the rows: ${whatWasRefused(error)}`,
    remedy: () => 'Nothing was loaded. Compare the table with the data dictionary.',
  },
];

/** Whether an error in the terms of the taxonomy is for something that is not there. */
export const isIncomplete = (error: unknown) =>
  error instanceof TidemarkError &&
  error.cause instanceof pg.DatabaseError &&
  missing.some((beginning) => (error.cause as pg.DatabaseError).code?.startsWith(beginning));

/** Errors that are already in the terms of the taxonomy, and those that nobody foresaw, stay as they are. */
export function postgresError(place: Place, cause: unknown): unknown {
  if (cause instanceof TidemarkError) return cause;
  if (cause instanceof pg.DatabaseError) {
    const state = cause.code ?? '';
    const rule = rules.find(({ states }) => states.some((beginning) => state.startsWith(beginning)));
    if (rule === undefined) return cause;
    return new TidemarkError(rule.kind, rule.says(place, cause), { remedy: rule.remedy(place), cause });
  }
  return connectionError(place, cause);
}

/** Table and column where the server says them. What it quotes may be about a person and is left out. */
function whatWasRefused({ message, code, table, column, where }: pg.DatabaseError): string {
  const copied = /^COPY (?:staged_)?(?<table>\w+), line (?<line>\d+)(?:, column (?<column>\w+))?/.exec(
    where ?? '',
  );
  const named = copied?.groups ?? { table, column };
  const line = copied === null ? '' : ` (line ${copied.groups?.['line'] ?? ''} of the copy)`;
  const path = [named['table'], named['column']].filter((name) => name !== undefined).join('.');
  return `${path === '' ? '' : `${path}${line}: `}${withoutValue(message)} (${code ?? 'no SQLSTATE'}).`;
}

/** Messages end with the value after a colon: invalid input syntax for type date: "..." */
const withoutValue = (message: string) => message.replace(/: ".*$/s, '');

const transportCodes =
  /^(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES)$/;
const brokenOff =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|Client was closed|Query read timeout/;
const encryption = /SSL|TLS|certificate|self-signed/i;

function connectionError({ location }: Place, cause: unknown): unknown {
  const { code = '', message = String(cause) } = (cause ?? {}) as { code?: string; message?: string };
  if (encryption.test(`${message} ${code}`)) {
    return new TidemarkError(
      'InvalidConfig',
      `${location} cannot be reached with the encryption asked for: ${message}.`,
      {
        remedy: 'Set sslmode in warehouse.url or PGSSLMODE, and sslrootcert for an authority of your own.',
        cause,
      },
    );
  }
  if (message.includes('client password must be a string')) {
    return new TidemarkError('InvalidConfig', `${location} asks for a password, and there is none.`, {
      remedy: 'Set PGPASSWORD, or warehouse.password or warehouse.url to ${NAME} of an environment variable.',
      cause,
    });
  }
  if (transportCodes.test(code) || brokenOff.test(message)) {
    // An AggregateError of several addresses has no message of its own.
    return new TidemarkError('WarehouseUnavailable', `${location} cannot be reached: ${message || code}.`, {
      remedy: 'Check that the server runs and that its address is right.',
      cause,
    });
  }
  return cause;
}
