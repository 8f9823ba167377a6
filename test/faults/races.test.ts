/** Whoever works beside whom: workers on the same queues, runs over the same span, a schedule that fires twice. */
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleIdOf } from '../../workers/schedulePlans.js';
import { syncSchedules } from '../../workers/schedules.js';
import { freshName, startPostgres, type PostgresServer } from '../support/postgresServer.js';
import { days, single, twins, type Act } from './support/acts.js';
import { expectSame, undisturbed } from './support/compared.js';
import { install, openWorld, type World } from './support/installation.js';

let world: World;
let postgres: PostgresServer;

beforeAll(async () => {
  [world, postgres] = await Promise.all([openWorld(), startPostgres()]);
});

afterAll(async () => {
  await world?.close();
  await postgres?.stop();
});

const warehouses = {
  duckdb: () => undefined,
  postgres: () => `{ kind: postgres, url: "\${FAULTS_POSTGRES_URL}", schema: ${freshName('faults')} }`,
};
const kinds = Object.keys(warehouses) as (keyof typeof warehouses)[];

/** Plays an act by two workers at once, and holds it against another by one. */
async function byTwo(act: Act, like: Act, kind: keyof typeof warehouses): Promise<void> {
  process.env['FAULTS_POSTGRES_URL'] = postgres.url;
  const expected = await undisturbed(world, like, warehouses[kind]());
  const installation = await install(world, act.name, undefined, warehouses[kind]());
  const workers = [installation.startWorker(), installation.startWorker()];
  try {
    await act.run(installation);
    for (const worker of workers) await worker.stop();
    await expectSame(installation, expected);
  } finally {
    for (const worker of workers) await worker.stop();
    await installation.close();
  }
}

describe.concurrent.each(kinds)('two workers and one warehouse (%s)', (kind) => {
  it('share the steps of one run', async () => byTwo(days, days, kind));
  it('take two runs over the same span', async () => byTwo(twins, single, kind));
});

it('a schedule that is triggered twice at once runs once', async () => {
  const installation = await install(world, 'schedule');
  const { client, configuration, taskQueue } = installation;
  await syncSchedules(client, configuration);
  const of = { connection: 'acme', stream: 'evaluations' };
  const schedule = client.schedule.getHandle(scheduleIdOf({ ...of, kind: 'export' }));
  const worker = installation.startWorker();
  try {
    await Promise.all([1, 2].map(async () => schedule.trigger(ScheduleOverlapPolicy.SKIP)));
    const exports = async () => {
      const found: string[] = [];
      const query = `TaskQueue = "${taskQueue}" AND WorkflowType = "exportStream"`;
      for await (const { status } of client.workflow.list({ query })) found.push(status.name);
      return found;
    };
    await expect.poll(exports, { timeout: 240_000, interval: 500 }).toEqual(['COMPLETED']);
    const contents = await (await worker.stop(), installation.contents());
    expect(contents['evaluations']?.length).toBeGreaterThan(50);
  } finally {
    await worker.stop();
    await schedule.delete();
    await installation.close();
  }
});
