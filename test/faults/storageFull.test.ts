/**
 * No room for what a worker stages, or for the warehouse's file. The run waits and says why, nothing of what was cut
 * off is taken for whole, and it ends by itself when there is room again.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../e2e/support/scenario.js';
import { differences } from './support/dump.js';
import { openFleet } from './support/fleet.js';
import { openWorld, type World } from './support/installation.js';
import { rehearse, type Rehearsal } from './support/vendorRehearsal.js';
import { publishedScenarios } from './support/vendorScenarios.js';

let world: World;
let rehearsals: Rehearsal[];

beforeAll(async () => {
  world = await openWorld();
  rehearsals = await rehearse(world, publishedScenarios);
});

afterAll(async () => world?.close());

describe('no room', () => {
  it.each([
    ['for what a vendor answered', 24, /There is no room for \S+ in staging file:\S+: EFBIG/],
    ['for the rows made of it', 600, /There is no room for (the rows of|\S+ in staging)/],
    // More than any staged file takes, and less than the warehouse comes to.
    ['for the warehouse', 2_600, /There is no room for \S+tidemark\.duckdb: .+ File too large\./],
  ])(
    '%s holds the run up and no longer',
    async (_, largestFile, said) => {
      const fleet = await openFleet(world, publishedScenarios, { largestFile });
      try {
        const running = Promise.all(fleet.sites.map(async (site) => site.export()));
        // Whatever comes of it is looked at below.
        running.catch(() => {});
        await until('what could not be written', async () => said.test(await fleet.log()));
        await fleet.liftLimit();
        await running;
        for (const [index, site] of fleet.sites.entries()) {
          expect(differences(rehearsals[index]?.contents ?? {}, await site.contents())).toEqual({});
        }
      } finally {
        await fleet.close();
      }
    },
    300_000,
  );
});
