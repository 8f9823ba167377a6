import { afterAll, beforeAll } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { describeContract } from './contract/describeContract.js';
import { scratchPostgres } from './scratchPostgres.js';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => server?.stop());

describeContract('a PostgreSQL schema', () => scratchPostgres(server));
