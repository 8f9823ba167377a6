/**
 * A machine that is put to sleep in the middle of a step: another takes over when its heartbeats stay out, and the
 * first goes on where it was when nobody waits for it any more.
 */
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { days } from './support/acts.js';
import { expectSame, undisturbed, type Played } from './support/compared.js';
import { install, openWorld, type KillPoint, type World } from './support/installation.js';

/** The longest heartbeat time-out is over, and the other worker is at the step again. */
const asleepMillis = 20_000;

let world: World;
let expected: Played;

beforeAll(async () => {
  world = await openWorld();
  expected = await undisturbed(world, days);
});

afterAll(async () => {
  await world?.close();
});

const points: KillPoint[] = [
  // Pages that were read and are not in staging yet; nth, so that it is one of a search.
  { activity: 'extractPages', moment: 'answered', nth: 2 },
  { activity: 'fetchForms', moment: 'answered' },
  { activity: 'normalizeBatch', moment: 'before' },
  // With the warehouse's file open, or a transaction in it.
  { activity: 'loadBatch', moment: 'during', nth: 2 },
  { activity: 'loadBatch', moment: 'after' },
];

describe.concurrent('a worker that stands still and goes on', () => {
  it.each(points)('$moment $activity', async (point) => {
    const installation = await install(world, 'asleep');
    const sleeper = installation.startWorker({ ...point, signal: 'SIGSTOP' });
    const working = days.run(installation);
    working.catch(() => {});
    await Promise.race([sleeper.struck(), working]);
    const other = installation.startWorker();
    try {
      await Promise.race([working, after(asleepMillis)]);
      sleeper.wake();
      await working;
      // What it still had to do, it has done or given up by now.
      await after(5_000);
      expect((await sleeper.stop()).kills).toBe(1);
      await other.stop();
      await expectSame(installation, expected);
    } finally {
      await sleeper.stop();
      await other.stop();
      await installation.close();
    }
  });
});
