/** Which references cost a read by id, by what the warehouse holds. */
import { describe, expect, test } from 'vitest';
import { needsReading } from '../../activities/selectChanged.js';
import type { RecordReference } from '../../sources/source.js';
import type { KnownVersion } from '../../warehouses/warehouse.js';

const changedAt = '2026-11-21T05:00:00.000Z';
const before = '2026-11-21T04:59:59.000Z';

const reference = (reason: RecordReference['reason'], more: Partial<RecordReference> = {}) =>
  ({ kind: 'evaluation', id: 'e1', locator: 'c1', changedAt, isAutomated: null, reason, ...more }) as const;

const held = (more: Partial<KnownVersion> = {}): KnownVersion => ({
  id: 'e1',
  changeStamp: changedAt,
  extractedAt: changedAt,
  status: 'FINISHED',
  totalScore: 80,
  isDeleted: false,
  ...more,
});

describe('an evaluation', () => {
  test.each([
    ['never loaded', 'event', {}, undefined, true],
    ['never loaded and deleted', 'deleted-event', {}, undefined, false],
    ['never loaded and deleted after a list showed it', 'deleted-event', { listed: true }, undefined, true],
    ['held and deleted', 'deleted-event', {}, held(), true],
    ['held as deleted already', 'deleted-event', {}, held({ isDeleted: true }), false],
    ['read since', 'event', {}, held(), false],
    ['read before', 'event', {}, held({ extractedAt: before }), true],
    [
      'marked as deleted, with something that happened since',
      'event',
      {},
      held({ extractedAt: before, isDeleted: true }),
      true,
    ],
    ['listed without answers, held as it is', 'incomplete', { totalScore: 80 }, held(), false],
    ['listed without answers, of a later change', 'incomplete', {}, held({ changeStamp: before }), true],
    ['listed without answers, with another score', 'incomplete', { totalScore: 81 }, held(), true],
    ['listed without answers, held as deleted', 'incomplete', {}, held({ isDeleted: true }), true],
    ['asked for', 'requested', {}, held(), true],
    ['not shown any more', 'absent', {}, held(), true],
  ] as const)('%s', (_, reason, more, known, expected) => {
    expect(needsReading(reference(reason, more), known)).toBe(expected);
  });
});

describe('a calibration', () => {
  test.each([
    ['never loaded', 'calibration', undefined, true],
    ['never loaded, a scorecard of it deleted', 'deleted-event', undefined, true],
    ['a scorecard of it deleted since it was read', 'deleted-event', held({ extractedAt: before }), true],
    ['read since a scorecard was deleted', 'deleted-event', held(), false],
    ['read since', 'calibration', held(), false],
  ] as const)('%s', (_, reason, known, expected) => {
    expect(needsReading(reference(reason, { kind: 'calibration' }), known)).toBe(expected);
  });
});
