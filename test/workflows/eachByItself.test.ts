import { expect, it } from 'vitest';
import { eachByItself } from '../../workflows/eachByItself.js';

/** Works through `items`, of which those below zero fail. */
async function worked(items: readonly number[], isEnough?: () => boolean) {
  const done: number[] = [];
  const failed: number[] = [];
  const left = await eachByItself(
    items,
    async (item) => {
      if (item < 0) throw new Error(`no ${item}`);
      done.push(item);
    },
    (item) => failed.push(item),
    isEnough,
  );
  return { done, failed, left };
}

it.each([
  { what: 'all', items: [1, 2, 3], done: [1, 2, 3], failed: [] },
  { what: 'what comes after a failure', items: [-1, 2, -3, 4], done: [2, 4], failed: [-1, -3] },
  { what: 'no more after two failures in a row', items: [1, -2, -3, 4], done: [1], failed: [-2, -3] },
])('works through $what', async ({ items, done, failed }) => {
  expect(await worked(items)).toEqual({ done, failed, left: [] });
});

it.each([
  { what: 'the first', items: [1, 2, 3], done: [1], failed: [], left: [2, 3] },
  { what: 'all', items: [1], done: [1], failed: [], left: [] },
  { what: 'what tells a failure from an outage', items: [-1, 2, 3], done: [2], failed: [-1], left: [3] },
  { what: 'an outage', items: [-1, -2, 3], done: [], failed: [-1, -2], left: [] },
])('works through $what, when that is enough', async ({ items, done, failed, left }) => {
  expect(await worked(items, () => true)).toEqual({ done, failed, left });
});
