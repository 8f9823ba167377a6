/** What people are told when a PostgreSQL server cannot be used, by real servers and answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileStore } from '../../staging/fileStore.js';
import { openWarehouse, type PostgresConfig } from '../../warehouses/openWarehouse.js';
import { freshName, startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { evaluation } from './contract/sampleEvaluation.js';
import { noSignal } from './contract/target.js';
import { scratchPostgres } from './scratchPostgres.js';

let server: PostgresServer;
const role = freshName('loader');
const encoded = freshName('encoded');
const password = 'not-to-be-shown';

beforeAll(async () => {
  server = await startPostgres();
  await server.admin(
    `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`,
    `CREATE DATABASE ${encoded} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'`,
  );
});

afterAll(async () => {
  await server?.admin(`DROP DATABASE ${encoded}`, `DROP ROLE ${role}`);
  await server?.stop();
});

const nowhere = createFileStore('unused', 'file:unused');

/** Where the server is, as settings one by one. */
function settingsOf({ url }: PostgresServer): PostgresConfig {
  const { hostname, port, pathname, username, password: secret } = new URL(url);
  return {
    kind: 'postgres',
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    user: username,
    password: secret,
  };
}

async function told(config: PostgresConfig): Promise<unknown> {
  const warehouse = await openWarehouse(config, nowhere);
  try {
    return await warehouse.check().catch((error: unknown) => error);
  } finally {
    await warehouse.close();
  }
}

describe('a server that cannot be used', () => {
  const cases: [string, () => Partial<PostgresConfig>, string, string | RegExp][] = [
    ['where nobody listens', () => ({ port: 1 }), 'WarehouseUnavailable', /cannot be reached.*ECONNREFUSED/],
    ['without the database', () => ({ database: 'absent' }), 'InvalidConfig', 'there is no such database'],
    [
      'without the right',
      () => ({ user: role, password }),
      'InvalidConfig',
      /may not do.*GRANT CONNECT, CREATE/,
    ],
    ['of another encoding', () => ({ database: encoded }), 'InvalidConfig', 'has the encoding SQL_ASCII'],
    [
      'without encryption, when it is asked for',
      () => ({ url: `${server.url}?sslmode=require` }),
      'InvalidConfig',
      /encryption.*sslmode/,
    ],
  ];
  it.each(cases)('%s', async (_, changes, kind, message) => {
    const error = await told({ ...settingsOf(server), ...changes() });
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message) as string });
    expect(String(error)).not.toContain(password);
    expect(String(error)).not.toContain(new URL(server.url).password || password);
  });

  it('that refuses the password, which nobody is shown', async () => {
    const [{ rule } = {}] = await server.admin(
      "SELECT auth_method AS rule FROM pg_hba_file_rules WHERE type = 'host' LIMIT 1",
    );
    const error = await told({ ...settingsOf(server), user: role, password: 'wrong-secret' });
    // A server that trusts everybody has nothing to refuse but the lacking right.
    expect(error).toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(
        rule === 'trust'
          ? /may not do/
          : new RegExp(`refuses the sign-in: .*"${role}" \\(28P01\\).*warehouse\\.url`, 's'),
      ) as string,
    });
    expect(String(error)).not.toContain('wrong-secret');
  });
});

describe('settings beside a URL', () => {
  const beside = async (url: URL, changes: Partial<PostgresConfig>) => {
    const { host, port, database, user, password: secret } = settingsOf(server);
    const error = await told({
      kind: 'postgres',
      url: url.href,
      host,
      port,
      database,
      user,
      password: secret,
      ...changes,
    });
    return error instanceof Error ? error.message : 'signed in';
  };

  it('are used for what it leaves out', async () => {
    const url = new URL(server.url);
    url.username = '';
    url.password = '';
    url.port = '';
    url.pathname = '';
    expect(await beside(url, {})).toBe('signed in');
  });

  it('count before its parts', async () => {
    const url = new URL('postgres://nobody:wrong-secret@127.0.0.1:1/absent');
    expect(await beside(url, {})).toBe('signed in');
    expect(await beside(url, { database: undefined })).toContain(
      '/absent, schema tidemark: there is no such database',
    );
  });
});

describe('the location', () => {
  it('names server, database and schema, and neither user nor password', async () => {
    const url = 'postgres://someone:not-to-be-shown@db.example.com:6432/quality?sslmode=disable';
    const { location } = await openWarehouse({ kind: 'postgres', url, schema: 'qm' }, nowhere);
    expect(location).toBe('db.example.com:6432/quality, schema qm');
  });

  it('with a certificate that is not there is refused by its path, and nobody is shown the password', async () => {
    const url = 'postgres://someone:not-to-be-shown@db.example.com/quality?sslrootcert=/missing.pem';
    const error = await openWarehouse({ kind: 'postgres', url, schema: 'qm' }, nowhere).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(
        /^warehouse\.url names the file \/missing\.pem, which cannot be read/,
      ) as string,
    });
    expect(String(error)).not.toContain('not-to-be-shown');
  });
});

describe('rows that the server refuses', () => {
  it('are told by table and column, without their values, and nothing is loaded', async () => {
    const scratch = await scratchPostgres(server);
    await server.admin(
      `ALTER TABLE ${scratch.schema}.evaluations ADD CONSTRAINT own_rule CHECK (agent_name <> 'Jane Doe')`,
    );
    const batch = await scratch.stage('b1', evaluation({ values: { agent_name: 'Jane Doe' } }));
    const error: unknown = await scratch.warehouse.load(batch, noSignal).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      kind: 'LoadRefused',
      message: expect.stringMatching(/evaluations_2026_10: .*"own_rule" \(23514\)/) as string,
    });
    expect(String(error)).not.toContain('Jane Doe');
    expect(await scratch.rows('SELECT * FROM load_audit')).toEqual([]);
  });

  it('are those whose ids are too long for an index', async () => {
    const scratch = await scratchPostgres(server);
    const long = Array.from({ length: 3_000 }, (_, index) => ((index * 7919) % 997).toString(36)).join('');
    const batch = await scratch.stage('b1', evaluation({ id: long }));
    await expect(scratch.warehouse.load(batch, noSignal)).rejects.toMatchObject({
      kind: 'LoadRefused',
      message: expect.stringContaining('(54000)') as string,
    });
  });
});
