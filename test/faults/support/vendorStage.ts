/** What a file of tests needs to hold exports against faults of the vendor: rehearsals, and a site for each point. */
import { openFleet, type Site } from './fleet.js';
import { openWorld } from './installation.js';
import type { FaultPoint } from './vendorPoints.js';
import { rehearse, type Rehearsal } from './vendorRehearsal.js';
import type { VendorScenario } from './vendorScenarios.js';

export interface StagedPoint extends FaultPoint {
  site: Site;
}

export interface Stage {
  points: StagedPoint[];
  /** Plays a point; what goes wrong comes with what the worker has said. */
  play(point: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** @param choose the points there are, once it is known what exports ask for */
export async function stage(
  scenarios: readonly VendorScenario[],
  choose: (rehearsals: readonly Rehearsal[]) => FaultPoint[],
): Promise<Stage> {
  const world = await openWorld();
  try {
    const chosen = choose(await rehearse(world, scenarios));
    const fleet = await openFleet(
      world,
      chosen.map(({ rehearsal }) => rehearsal.scenario),
    );
    const points = fleet.sites.flatMap((site, index) => {
      const point = chosen[index];
      return point === undefined ? [] : [{ ...point, site }];
    });
    const close = async () => {
      await fleet.close();
      await world.close();
    };
    const play = async (point: () => Promise<void>) => {
      try {
        await point();
      } catch (error) {
        throw new Error(`${String(error)}\n${(await fleet.log()).slice(-5_000)}`, { cause: error });
      }
    };
    return { points, play, close };
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** How often the one fault that is set at a site has struck. */
export async function struck(site: Site): Promise<number> {
  const { faults } = await site.control<{ faults: { struck: number }[] }>('GET', 'faults');
  return faults.reduce((sum, fault) => sum + fault.struck, 0);
}
