/** Exports without faults: what a warehouse should hold, and which requests there are to strike. */
import pMap from 'p-map';
import { openFleet, type FleetOptions } from './fleet.js';
import type { World } from './installation.js';
import type { VendorScenario } from './vendorScenarios.js';

export interface Rehearsal {
  scenario: VendorScenario;
  contents: Record<string, string[]>;
  /** What was asked for, and how often. */
  endpoints: { method: string; path: string; requests: number }[];
}

export async function rehearse(
  world: World,
  scenarios: readonly VendorScenario[],
  options: FleetOptions = {},
): Promise<Rehearsal[]> {
  const fleet = await openFleet(world, scenarios, options);
  try {
    return await pMap(fleet.sites, async ({ scenario, ...site }) => {
      await site.export();
      const { byEndpoint } = await site.control<{ byEndpoint: Record<string, { requests: number }> }>(
        'GET',
        'counters',
      );
      const endpoints = Object.entries(byEndpoint).map(([name, { requests }]) => {
        const [method = '', path = ''] = name.split(' ');
        return { method, path, requests };
      });
      return { scenario, endpoints, contents: await site.contents() };
    });
  } finally {
    await fleet.close();
  }
}
