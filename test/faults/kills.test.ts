/**
 * Every step of every workflow, its worker killed before it does anything and after it has done everything: the
 * warehouse holds the same as without. Steps are those that workers offer: a new one that no act takes fails here.
 */
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dependencies } from '../../activities/dependencies.js';
import {
  createApiActivities,
  createLocalActivities,
  createWarehouseActivities,
} from '../../activities/index.js';
import { differences } from './support/dump.js';
import { acts, type Act } from './support/acts.js';
import { install, openWorld, type Installation, type KillPoint, type World } from './support/installation.js';

/** Names only: nothing of them is called. */
const nothing = {} as Dependencies;
const steps = [createApiActivities, createLocalActivities, createWarehouseActivities].flatMap((create) =>
  Object.keys(create(nothing)),
);
const moments = ['before', 'after'] as const;

interface Rehearsal {
  installation: Installation;
  contents: Record<string, string[]>;
  steps: Set<string>;
}

const rehearsals = new Map<string, Rehearsal>();
let world: World;

async function play(act: Act, point?: KillPoint): Promise<{ installation: Installation; kills: number }> {
  const begin = act.after === undefined ? undefined : rehearsals.get(act.after)?.installation.databasePath;
  const installation = await install(world, act.name, begin);
  const stop = await installation.keepWorking(point);
  try {
    await act.run(installation);
  } catch (error) {
    throw new Error(
      `${act.name}, ${point?.moment ?? ''} ${point?.activity ?? ''}: ${await installation.log()}`,
      {
        cause: error,
      },
    );
  } finally {
    await stop();
  }
  const { kills } = await stop();
  return { installation, kills };
}

async function stepsOf({ client, taskQueue }: Installation): Promise<Set<string>> {
  const found = new Set<string>();
  const query = `TaskQueue = "${taskQueue}"`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
      if (name) found.add(name);
    }
  }
  return found;
}

async function rehearse(act: Act): Promise<void> {
  const { installation } = await play(act);
  rehearsals.set(act.name, {
    installation,
    contents: await installation.contents(),
    steps: await stepsOf(installation),
  });
}

/** The first act that takes a step: it is killed there. */
const actOf = (step: string): Act | undefined =>
  acts.find(({ name }) => rehearsals.get(name)?.steps.has(step));

beforeAll(async () => {
  world = await openWorld();
  await pMap(
    acts.filter(({ after }) => after === undefined),
    rehearse,
    { concurrency: 3 },
  );
  await pMap(
    acts.filter(({ after }) => after !== undefined),
    rehearse,
    { concurrency: 3 },
  );
}, 600_000);

afterAll(async () => {
  for (const { installation } of rehearsals.values()) await installation.close();
  await world?.close();
});

describe.concurrent('a worker that is killed', () => {
  it.each(steps.flatMap((activity) => moments.map((moment) => ({ activity, moment }))))(
    '$moment $activity',
    async (point) => {
      const act = actOf(point.activity);
      if (act === undefined) throw new Error(`no act takes the step ${point.activity}: add one`);
      const { installation, kills } = await play(act, point);
      try {
        expect(kills).toBe(1);
        expect(differences(rehearsals.get(act.name)?.contents ?? {}, await installation.contents())).toEqual(
          {},
        );
      } finally {
        await installation.close();
      }
    },
    180_000,
  );
});
