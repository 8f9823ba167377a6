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
    ['never loaded', 'is read', 'event', {}, undefined],
    ['never loaded and deleted', 'is not read', 'deleted-event', {}, undefined],
    [
      'never loaded and deleted after a list showed it',
      'is read',
      'deleted-event',
      { listed: true },
      undefined,
    ],
    ['held and deleted', 'is read', 'deleted-event', {}, held()],
    ['held as deleted already', 'is not read', 'deleted-event', {}, held({ isDeleted: true })],
    ['read since', 'is not read', 'event', {}, held()],
    ['read before', 'is read', 'event', {}, held({ extractedAt: before })],
    [
      'marked as deleted, with something that happened since',
      'is read',
      'event',
      {},
      held({ extractedAt: before, isDeleted: true }),
    ],
    ['listed without answers, held as it is', 'is not read', 'incomplete', { totalScore: 80 }, held()],
    ['listed without answers, of a later change', 'is read', 'incomplete', {}, held({ changeStamp: before })],
    ['listed without answers, with another score', 'is read', 'incomplete', { totalScore: 81 }, held()],
    ['listed without answers, held as deleted', 'is read', 'incomplete', {}, held({ isDeleted: true })],
    ['asked for', 'is read', 'requested', {}, held()],
    ['not shown any more', 'is read', 'absent', {}, held()],
  ] as const)('%s: it %s by id', (_, expected, reason, more, known) => {
    expect(needsReading(reference(reason, more), known)).toBe(expected === 'is read');
  });
});

describe('a calibration', () => {
  test.each([
    ['never loaded', 'is read', 'calibration', undefined],
    ['never loaded, a scorecard of it deleted', 'is read', 'deleted-event', undefined],
    [
      'a scorecard of it deleted since it was read',
      'is read',
      'deleted-event',
      held({ extractedAt: before }),
    ],
    ['read since a scorecard was deleted', 'is not read', 'deleted-event', held()],
    ['read since', 'is not read', 'calibration', held()],
  ] as const)('%s: it %s by id', (_, expected, reason, known) => {
    expect(needsReading(reference(reason, { kind: 'calibration' }), known)).toBe(expected === 'is read');
  });
});
