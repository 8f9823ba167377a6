/**
 * Several faults in one act: workers killed at drawn points, answers of the vendor that go wrong. A run prints its
 * seed; TIDEMARK_FAULTS_SEED draws from another, TIDEMARK_FAULTS_TIMES says how many plans there are.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { days } from './support/acts.js';
import { expectSame, undisturbed, type Played } from './support/compared.js';
import { install, openWorld, type World } from './support/installation.js';
import { misfortuneOf } from './support/misfortune.js';

const first = Number(process.env['TIDEMARK_FAULTS_SEED'] ?? 20_261);
const times = Number(process.env['TIDEMARK_FAULTS_TIMES'] ?? 4);

let world: World;
let expected: Played;

beforeAll(async () => {
  world = await openWorld();
  expected = await undisturbed(world, days);
});

afterAll(async () => {
  await world?.close();
});

describe.concurrent('an export that meets with several faults', () => {
  it.each(Array.from({ length: times }, (_, index) => first + index))('drawn by seed %i', async (seed) => {
    const { points, vendor, description } = misfortuneOf(seed);
    console.log(`seed ${seed}: ${description}`);
    const installation = await install(world, `seed-${seed}`);
    for (const fault of vendor) await installation.control('POST', 'faults', fault);
    const worker = installation.startWorker(...points);
    try {
      await days.run(installation);
      const { kills } = await worker.stop();
      expect(kills, description).toBeGreaterThan(0);
      await expectSame(installation, expected);
    } finally {
      await worker.stop();
      await installation.close();
    }
  });
});
