/** What of a reconciliation people should look at. */
import { describe, expect, test } from 'vitest';
import { noSums } from '../../model/reconciliation.js';
import { leastCoverage, reconciliationFaults } from '../../model/reconciliationFaults.js';

type Reconciled = Parameters<typeof reconciliationFaults>[0];

/** Of 400 records all are held. */
const reconciled = (values: Partial<Reconciled> = {}): Reconciled => ({
  repair: true,
  sums: { ...noSums(), source: 400, warehouse: 400 },
  divisions: [
    { divisionId: 'd1', source: 390, missing: 0 },
    { divisionId: 'd2', source: 10, missing: 0 },
  ],
  counted: { source: 410, missing: 10 },
  byConsole: { source: 420, missing: 20 },
  breakerTripped: false,
  unread: 0,
  ...values,
});
const sums = (values: object) => ({ ...reconciled().sums, ...values });

describe('the faults of a reconciliation', () => {
  test.each<[string, Partial<Reconciled>, string[]]>([
    ['that found all it should', {}, []],
    ['without anything to compare', { sums: noSums(), divisions: [], counted: null }, []],
    ['that repaired what differed', { sums: sums({ missing: 4, different: 7, absent: 1 }) }, []],
    ['that only looked', { repair: false, sums: sums({ stale: 1 }) }, ['differences']],
    ['with too few records one by one', { sums: sums({ missing: 21 }) }, ['coverage']],
    ['with too few records by counts', { counted: { source: 410, missing: 21 } }, ['coverage']],
    ['without counts', { counted: null, byConsole: null }, []],
    ['of which the console counts more', { byConsole: { source: 500, missing: 26 } }, ['console']],
    ['that the source counts none of', { counted: { source: 0, missing: 0 } }, []],
    [
      'with a division that lacks more than the whole',
      { sums: sums({ missing: 16 }), divisions: [{ divisionId: 'd2', source: 10, missing: 6 }] },
      ['division'],
    ],
    ['with too many absent', { breakerTripped: true }, ['breaker']],
    ['with a window not read completely', { unread: 1 }, ['unread']],
  ])('%s', (_, values, faults) => {
    expect(reconciliationFaults(reconciled(values), 95)).toEqual(faults);
  });

  test('are all told', () => {
    const all = {
      repair: false,
      sums: sums({ missing: 100 }),
      divisions: [{ divisionId: 'd1', source: 390, missing: 100 }],
      byConsole: { source: 420, missing: 120 },
      breakerTripped: true,
      unread: 2,
    };
    const faults = ['coverage', 'division', 'console', 'breaker', 'unread', 'differences'];
    expect(reconciliationFaults(reconciled(all), 95)).toEqual(faults);
  });
});

test('the least coverage is the worse of both ways to compare', () => {
  expect(leastCoverage({ sums: sums({ missing: 40 }), counted: null })).toBe(90);
  expect(leastCoverage({ sums: sums({ missing: 40 }), counted: { source: 100, missing: 20 } })).toBe(80);
});
