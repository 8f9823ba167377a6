/**
 * Answers of vendors with something wrong in them, through the activities into a warehouse: whole evaluations, or an
 * error that says where and a warehouse that is as it was.
 */
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { dump } from '../faults/support/dump.js';
import { begins } from './support/keptWarehouse.js';
import { openLanes, type Contents } from './support/lanes.js';
import { edits, mutate } from './support/mutateJson.js';
import { sampling } from './support/sampling.js';
import { answersIn, expectWhole, judgeLoad } from './support/wholeWarehouse.js';

const { lanes, close } = await openLanes();
afterAll(close);

it('somebody who is on two pages of a list is loaded once', async () => {
  const [lane] = lanes;
  if (lane === undefined) return expect.unreachable('no lane');
  await lane.reset('empty');
  lane.replay.arm(lane.usersAt, (body) => {
    const { entities = [], ...others } = body as { entities?: unknown[] };
    return { json: { ...others, entities: [...entities, entities[0]] } };
  });
  expect(await lane.play()).toMatchObject({ error: undefined });
  await lane.look(async (query) => expectWhole(query, answersIn[lane.name] ?? (() => [])));
});

describe.concurrent('a window with an answer that is wrong somewhere', () => {
  const each = lanes.map((lane) => [lane.name, lane] as const);
  it.each(each)('is loaded whole, or refused with the place: %s', async (name, lane) => {
    const outcomes = { loaded: 0, quarantined: 0, refused: 0 };
    const said = answersIn[name];
    if (said === undefined) return expect.unreachable('nobody knows what its answers are');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...begins),
        fc.nat(),
        edits(lane.ids),
        fc.boolean(),
        async (begin, request, made, lasting) => {
          await lane.reset(begin);
          let before: Contents = lane.at[begin].contents;
          const at = 1 + (request % lane.at[begin].requests);
          lane.replay.arm(at, (body) => ({ json: mutate(body, made) }), lasting);
          const played = await lane.play(async () => {
            before = await lane.look(async (query) => dump({ query }));
          });
          outcomes[await judgeLoad(lane, played, { begin, before, said })] += 1;
        },
      ),
      // Each case is a load: cases that fail are not made smaller.
      { ...sampling(36), endOnFailure: true },
    );
    // Otherwise it would hold for any answer.
    const { loaded, quarantined, refused } = outcomes;
    expect(Math.min(loaded, quarantined + refused) * 20).toBeGreaterThan(loaded + quarantined + refused);
  });
});
