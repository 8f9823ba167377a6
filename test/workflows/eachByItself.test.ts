import { expect, it } from 'vitest';
import { eachByItself } from '../../workflows/eachByItself.js';

/** Works through `items`, of which those below zero fail. */
async function worked(items: readonly number[]) {
  const done: number[] = [];
  const failed: number[] = [];
  await eachByItself(
    items,
    async (item) => {
      if (item < 0) throw new Error(`no ${item}`);
      done.push(item);
    },
    (item) => failed.push(item),
  );
  return { done, failed };
}

it.each([
  { what: 'all', items: [1, 2, 3], done: [1, 2, 3], failed: [] },
  { what: 'what comes after a failure', items: [-1, 2, -3, 4], done: [2, 4], failed: [-1, -3] },
  { what: 'no more after two failures in a row', items: [1, -2, -3, 4], done: [1], failed: [-2, -3] },
])('works through $what', async ({ items, done, failed }) => {
  expect(await worked(items)).toEqual({ done, failed });
});
