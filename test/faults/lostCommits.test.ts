/**
 * Every load of an export is committed, and nobody hears of it: it is found done and not done again. No answer of a
 * database in a file is lost on its way; that a worker ends between commit and answer is its kill after loadBatch.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBigqueryServer, type BigqueryServer } from '../support/bigquery/server.js';
import { relay } from '../support/postgresRelay.js';
import { freshName, startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { differences } from './support/dump.js';
import { openFleet, type Fleet } from './support/fleet.js';
import { openWorld, type World } from './support/installation.js';
import { rehearse, type Rehearsal } from './support/vendorRehearsal.js';
import { publishedScenarios } from './support/vendorScenarios.js';

let world: World;
let postgres: PostgresServer;
let bigquery: BigqueryServer;

beforeAll(async () => {
  [world, postgres, bigquery] = await Promise.all([openWorld(), startPostgres(), startBigqueryServer()]);
  process.env['BIGQUERY_EMULATOR_HOST'] = bigquery.url;
});

afterAll(async () => {
  delete process.env['BIGQUERY_EMULATOR_HOST'];
  await bigquery?.stop();
  await postgres?.stop();
  await world?.close();
});

/** Exports of all sites; how many batches they were loaded as. */
async function exported({ sites }: Fleet, rehearsals: readonly Rehearsal[]): Promise<number> {
  let inAll = 0;
  await Promise.all(sites.map(async (site) => site.export()));
  for (const [index, site] of sites.entries()) {
    expect(differences(rehearsals[index]?.contents ?? {}, await site.contents())).toEqual({});
    const { loads, batches } = await site.loads();
    expect(loads).toBe(batches);
    inAll += batches;
  }
  expect(inAll).toBeGreaterThan(sites.length);
  return inAll;
}

it('PostgreSQL', async () => {
  const into = (url: string, schema: string) => ({
    warehouse: `{ kind: postgres, url: "\${FAULTS_POSTGRES_URL}", schema: ${schema} }`,
    environment: { FAULTS_POSTGRES_URL: url },
  });
  const rehearsals = await rehearse(world, publishedScenarios, into(postgres.url, freshName('faults')));
  const between = await relay(postgres.url);
  const schema = freshName('faults');
  const fleet = await openFleet(world, publishedScenarios, into(between.url, schema));
  try {
    between.cutAnswersTo('COMMIT\0', `INSERT INTO "${schema}"."load_audit"`);
    const batches = await exported(fleet, rehearsals);
    expect(between.cuts).toBe(batches);
  } finally {
    await fleet.close();
  }
});

it('BigQuery', async () => {
  const warehouse = () =>
    `{ kind: bigquery, project: ${bigquery.clientOptions.projectId}, dataset: ${freshName('faults')}, location: EU }`;
  const rehearsals = await rehearse(world, publishedScenarios, { warehouse: warehouse() });
  const fleet = await openFleet(world, publishedScenarios, { warehouse: warehouse() });
  try {
    const fault = bigquery.inject({
      fault: { kind: 'reset', accepted: true },
      // Nor when the job is asked about.
      endpoint: ['jobs.insert', 'jobs.get'],
      matching: /^tidemark_load_/,
      times: Infinity,
    });
    const batches = await exported(fleet, rehearsals);
    expect(fault.struck()).toBeGreaterThan(batches);
  } finally {
    await fleet.close();
  }
});
