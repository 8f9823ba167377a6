/** Which windows of many the result of a reconciliation keeps. */
import { expect, test } from 'vitest';
import { mostKept } from '../../model/keepNotable.js';
import { keepWindow, type ReconciledWindow } from '../../model/reconciledWindows.js';
import { noSums } from '../../model/reconciliation.js';

const windowOf = (number: number, values: Partial<ReconciledWindow> = {}): ReconciledWindow => ({
  window: { start: new Date(number).toISOString(), end: new Date(number + 1).toISOString() },
  ...noSums(),
  ...{ hidden: 0, breakerTripped: false, isComplete: true },
  ...values,
});
const numbersOf = (windows: readonly ReconciledWindow[]) =>
  windows.map(({ window }) => Date.parse(window.start));
const kept = (count: number, valuesOf: (number: number) => Partial<ReconciledWindow>) => {
  const windows: ReconciledWindow[] = [];
  for (let number = 0; number < count; number++) keepWindow(windows, windowOf(number, valuesOf(number)));
  return numbersOf(windows);
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test('all of few windows are kept', () => {
  expect(kept(mostKept, () => ({}))).toEqual(range(0, mostKept));
});

test.each<[string, Partial<ReconciledWindow>]>([
  ['missing', { missing: 1 }],
  ['stale', { stale: 1 }],
  ['different', { different: 1 }],
  ['absent', { absent: 1 }],
  ['hidden', { hidden: 1 }],
  ['too many absent', { breakerTripped: true }],
  ['not read completely', { isComplete: false }],
])('one with records that are %s outlives those in which nothing differs', (_, values) => {
  const numbers = kept(mostKept * 3, (number) => (number === 7 ? values : {}));
  expect(numbers).toEqual([7, ...range(mostKept * 2 + 1, mostKept * 3)]);
});

test('the latest are kept when something differs in each', () => {
  expect(kept(mostKept + 3, () => ({ stale: 2 }))).toEqual(range(3, mostKept + 3));
});
