/**
 * BigQuery as a warehouse: on a server that speaks its protocol and runs its SQL, or in the project that
 * TIDEMARK_TEST_BIGQUERY_PROJECT names, with the application default credentials.
 */
import { afterAll, beforeAll } from 'vitest';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { bigqueryTarget, realTarget } from './bigquery/bigqueryTarget.js';
import { describeContract } from './contract/describeContract.js';

const project = process.env['TIDEMARK_TEST_BIGQUERY_PROJECT'] ?? '';

if (project === '') {
  let server: BigqueryServer;
  beforeAll(async () => {
    server = await startBigqueryServer();
  });
  afterAll(() => server?.stop());

  describeContract('BigQuery', () => bigqueryTarget(server, 'copy'));
} else {
  describeContract(`BigQuery in ${project}`, () => realTarget(project));
}
