/** Temporal's server is killed in the middle of an export and comes back with its database: the export goes on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { days } from './support/acts.js';
import { expectSame, undisturbed, type Played } from './support/compared.js';
import { install, openWorld, type World } from './support/installation.js';

let directory: string;
let world: World;
let expected: Played;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-restart-'));
  world = await openWorld(directory);
  expected = await undisturbed(world, days);
});

afterAll(async () => {
  await world?.close();
  await rm(directory, { recursive: true, force: true });
});

/** In the first pages, and when most of it is in the warehouse. */
it.each([8, 20])('after %i requests to the vendor', async (requests) => {
  const installation = await install(world, 'restart');
  const worker = installation.startWorker();
  try {
    const working = days.run(installation);
    working.catch(() => {});
    const asked = async () => Object.values(await installation.requests()).reduce((sum, one) => sum + one, 0);
    await expect.poll(asked, { timeout: 120_000, interval: 20 }).toBeGreaterThanOrEqual(requests);
    await world.restart();
    await working;
    await worker.stop();
    await expectSame(installation, expected);
  } finally {
    await worker.stop();
    await installation.close();
  }
});
