import { expect, it } from 'vitest';
import { eachByItself } from '../../workflows/eachByItself.js';

/** Works through `items`, of which those below zero fail. */
async function worked(items: readonly number[], isEnough?: () => boolean) {
  const done: number[] = [];
  const failed: number[] = [];
  const ended = await eachByItself(
    items,
    async (item) => {
      if (item < 0) throw new Error(`no ${item}`);
      done.push(item);
    },
    (item) => failed.push(item),
    isEnough,
  );
  return { done, failed, ...ended };
}

it.each([
  { what: 'all', items: [1, 2, 3], done: [1, 2, 3], failed: [] },
  { what: 'what comes after a failure', items: [-1, 2, -3, 4], done: [2, 4], failed: [-1, -3] },
])('works through $what', async ({ items, done, failed }) => {
  expect(await worked(items)).toEqual({ done, failed, left: [], isOutage: false });
});

it.each([
  { items: [1, -2, -3, 4], done: [1], failed: [-2, -3], left: [4] },
  { items: [1, -2, -3], done: [1], failed: [-2, -3], left: [] },
])('two failures in a row are an outage, and leave $left', async ({ items, ...expected }) => {
  expect(await worked(items)).toEqual({ ...expected, isOutage: true });
});

it.each([
  { what: 'the first', items: [1, 2, 3], done: [1], failed: [], left: [2, 3] },
  { what: 'all', items: [1], done: [1], failed: [], left: [] },
  { what: 'what tells a failure from an outage', items: [-1, 2, 3], done: [2], failed: [-1], left: [3] },
  { what: 'an outage', items: [-1, -2, 3], done: [], failed: [-1, -2], left: [3], isOutage: true },
])('works through $what, when that is enough', async ({ what: _, items, isOutage = false, ...expected }) => {
  expect(await worked(items, () => true)).toEqual({ ...expected, isOutage });
});
