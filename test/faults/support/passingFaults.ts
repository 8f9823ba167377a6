/** The tests of faults that pass: whichever request they strike, the warehouse holds the same as without. */
import { afterAll, describe, expect, it } from 'vitest';
import { differences } from './dump.js';
import { passingPoints } from './vendorPoints.js';
import type { VendorScenario } from './vendorScenarios.js';
import { stage, struck } from './vendorStage.js';

/** The requests are those of an export without faults: one that is new is held against all of this by itself. */
export async function describePassingFaults(scenarios: readonly VendorScenario[]): Promise<void> {
  const { points, play, close } = await stage(scenarios, passingPoints);
  afterAll(close);

  describe.concurrent('a warehouse does not show', () => {
    it.each(points.map((point) => [point.title, point] as const))(
      '%s',
      async (_, { site, rehearsal, fault, where, nth }) =>
        play(async () => {
          await site.control('POST', 'faults', { fault, where, when: { nth } });
          await site.export();
          expect(await struck(site)).toBe(1);
          expect(differences(rehearsal.contents, await site.contents())).toEqual({});
        }),
      300_000,
    );
  });
}
