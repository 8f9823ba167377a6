/** BigQuery as a warehouse, on a server that speaks its protocol and runs its SQL. */
import { afterAll, beforeAll } from 'vitest';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { bigqueryTarget } from './bigquery/bigqueryTarget.js';
import { describeContract } from './contract/describeContract.js';

let server: BigqueryServer;
beforeAll(async () => {
  server = await startBigqueryServer();
});
afterAll(() => server?.stop());

describeContract('BigQuery', () => bigqueryTarget(server));
