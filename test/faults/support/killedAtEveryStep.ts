/** Acts that are played with a worker that is killed at one step, once: nothing may tell them from their rehearsal. */
import Table from 'cli-table3';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Act, Step } from './acts.js';
import { expectSame, whatItCameTo, type Played } from './compared.js';
import { install, openWorld, type Installation, type World } from './installation.js';
import { pointName, type KillPoint } from './workerProcess.js';
import { wasteOf, type Waste } from './waste.js';

interface Rehearsal extends Played {
  installation: Installation;
}

const moments = ['before', 'after'] as const;

/** Steps of many questions, and the answer of which their worker is killed in the middle of them. */
const midway: Readonly<Partial<Record<Step, number>>> = {
  planWindows: 2,
  extractDirectory: 3,
  auditVisibility: 12,
  readMetrics: 3,
};

/** Rehearsals at once; points wait most of their time, for the heartbeats of a worker that is gone. */
const concurrency = 4;

/**
 * Tests of every step of these acts, its worker killed before it does anything, after it has done everything, and in the
 * middle of many questions.
 */
export function killedAtEveryStep(acts: readonly Act[]): void {
  const rehearsals = new Map<string, Rehearsal>();
  const wastes: Waste[] = [];
  let world: World;

  const rehearse = async (act: Act) => {
    const { installation } = await play(world, act, rehearsals);
    const played = await whatItCameTo(installation);
    // Nothing could differ from nothing.
    expect(Object.values(played.contents).flat()).not.toEqual([]);
    rehearsals.set(act.name, { installation, ...played });
  };

  beforeAll(async () => {
    world = await openWorld();
    const [first, then] = [acts.filter((act) => act.after === undefined), acts.filter((act) => act.after)];
    await pMap(first, rehearse, { concurrency });
    await pMap(then, rehearse, { concurrency });
  });

  afterAll(async () => {
    for (const { installation } of rehearsals.values()) await installation.close();
    await world?.close();
    console.log(tableOf(wastes));
  });

  describe.concurrent('a worker that is killed', () => {
    const points = acts.flatMap((act) =>
      act.steps.flatMap(pointsAt).map((point) => [`${pointName(point)} (${act.name})`, act, point] as const),
    );
    it.each(points)('%s', async (_, act, point) => {
      const rehearsal = rehearsals.get(act.name);
      if (rehearsal === undefined) throw new Error(`${act.name} was not rehearsed`);
      const { installation, kills } = await play(world, act, rehearsals, point);
      try {
        expect(kills).toBe(1);
        const { requests } = await expectSame(installation, rehearsal);
        const waste = wasteOf(act.name, point, rehearsal.requests, requests);
        wastes.push(waste);
        expect(waste.repeated, waste.which).toBeLessThanOrEqual(waste.allowed);
      } finally {
        await installation.close();
      }
    });
  });
}

function pointsAt(activity: Step): KillPoint[] {
  const nth = midway[activity];
  return [
    ...moments.map((moment) => ({ activity, moment })),
    ...(nth === undefined ? [] : [{ activity, moment: 'answered' as const, nth }]),
  ];
}

async function play(
  world: World,
  act: Act,
  rehearsals: ReadonlyMap<string, Rehearsal>,
  point?: KillPoint,
): Promise<{ installation: Installation; kills: number }> {
  const begin = act.after === undefined ? undefined : rehearsals.get(act.after)?.installation.databasePath;
  const installation = await install(world, act.name, begin);
  const worker = installation.startWorker(...(point === undefined ? [] : [point]));
  try {
    await act.run(installation);
  } catch (error) {
    throw new Error(
      `${act.name}, ${point?.moment ?? ''} ${point?.activity ?? ''}: ${await installation.log()}`,
      { cause: error },
    );
  } finally {
    await worker.stop();
  }
  const { kills } = await worker.stop();
  return { installation, kills };
}

function tableOf(wastes: readonly Waste[]): string {
  const table = new Table({ head: ['act', 'killed', 'requests repeated', 'allowed', 'which'] });
  const most = [...wastes].sort((a, b) => b.repeated - a.repeated);
  table.push(
    ...most.map(({ act, point, repeated, allowed, which }) => [act, point, repeated, allowed, which]),
  );
  return `\n${table.toString()}`;
}
