/**
 * Answers of vendors with something wrong in them, through the activities into a warehouse: whole evaluations, or an
 * error that says where and a warehouse that is as it was.
 */
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { differences, dump } from '../faults/support/dump.js';
import { expectTidemarkError } from './support/judge.js';
import { begins, openLanes, type Contents, type Query } from './support/lanes.js';
import { edits, mutate } from './support/mutateJson.js';
import { sampling } from './support/sampling.js';
import { expectThere, expectWhole } from './support/wholeWarehouse.js';

const { lanes, close } = await openLanes();
afterAll(close);

/** Where: a path in the answer, a column, an id, or that it is no JSON at all. */
const place = / at \S+: | at its top: |\(connection acme\)| must be |: [\w.()]+: |record|page|cursor/u;

/** Pages in quarantine stand in the warehouse with their place, and keep the window open. */
async function expectSetAside(query: Query, begin: string, quarantined: number): Promise<void> {
  const pages = await query('SELECT position, reason FROM quarantined_pages');
  expect(pages).toHaveLength(quarantined);
  for (const { position, reason } of pages) expect(`${String(position)}: ${String(reason)}`).toMatch(place);
  const [audit] = await query('SELECT count(*) FILTER (closes_window) AS closed FROM load_audit');
  expect(audit).toEqual({ closed: (begin === 'loaded' ? 1 : 0) + (quarantined > 0 ? 0 : 1) });
}

it('somebody who is on two pages of a list is loaded once', async () => {
  const [lane] = lanes;
  if (lane === undefined) return expect.unreachable('no lane');
  await lane.reset('empty');
  lane.replay.arm(lane.usersAt, (body) => {
    const { entities = [], ...others } = body as { entities?: unknown[] };
    return { json: { ...others, entities: [...entities, entities[0]] } };
  });
  expect(await lane.play()).toMatchObject({ error: undefined });
  await lane.look(async (query) => expectWhole(query, lane.contract, lane.stream));
});

describe.concurrent('a window with an answer that is wrong somewhere', () => {
  const each = lanes.map((lane) => [lane.name, lane] as const);
  it.each(each)('is loaded whole, or refused with the place: %s', { timeout: 900_000 }, async (_, lane) => {
    const outcomes = { loaded: 0, quarantined: 0, refused: 0 };
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
          const { error, totals, loaded } = await lane.play(async () => {
            before = await lane.look(async (query) => dump({ query }));
          });
          outcomes[error !== undefined ? 'refused' : totals.quarantined > 0 ? 'quarantined' : 'loaded'] += 1;
          if (error !== undefined) {
            const kinds = ['SchemaMismatch', 'InvalidRequest', 'UpstreamUnavailable'] as const;
            expect(expectTidemarkError(error, kinds).message).toMatch(place);
            if (await lane.isUntouched(begin)) return;
          }
          await lane.look(async (query) => {
            await expectWhole(query, lane.contract, lane.stream);
            await expectThere(query, loaded);
            if (error === undefined) return expectSetAside(query, begin, totals.quarantined);
            const { quarantined_pages: setAside, ...others } = differences(before, await dump({ query }));
            expect(others).toEqual({});
          });
        },
      ),
      // Each case is a load: cases that fail are not made smaller.
      { ...sampling(36), endOnFailure: true },
    );
    // Otherwise it would hold for any answer.
    expect(Math.min(outcomes.loaded, outcomes.quarantined + outcomes.refused) * 20).toBeGreaterThan(
      outcomes.loaded + outcomes.quarantined + outcomes.refused,
    );
  });
});
