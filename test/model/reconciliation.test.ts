import { describe, expect, test } from 'vitest';
import {
  countsIn,
  coverage,
  addDivisions,
  groupCounts,
  groupUp,
  poorDivisions,
  sumUpDivisions,
  sumUp,
  tripsBreaker,
  type ComparedRecord,
} from '../../model/reconciliation.js';

const record = (values: Partial<ComparedRecord> = {}): ComparedRecord => ({
  id: 'e1',
  formId: 'f1',
  divisionIds: ['d1'],
  createdAt: '2026-11-01T08:00:00.000Z',
  submittedAt: '2026-11-02T08:00:00.000Z',
  verdict: 'equal',
  scoreDiffers: false,
  ...values,
});

describe('sums', () => {
  test('count each verdict once, and what both sides have', () => {
    const records = [
      record(),
      record({ verdict: 'missing' }),
      record({ verdict: 'stale', scoreDiffers: true }),
      record({ verdict: 'different' }),
      record({ verdict: 'absent' }),
    ];
    expect(sumUp(records)).toEqual({
      source: 4,
      warehouse: 4,
      missing: 1,
      stale: 1,
      different: 1,
      scoreDifferent: 1,
      absent: 1,
    });
  });

  test.each([
    { source: 0, missing: 0, percent: null },
    { source: 100, missing: 5, percent: 95 },
    { source: 3, missing: 3, percent: 0 },
  ])('of $source with $missing missing, $percent % are held', ({ source, missing, percent }) => {
    expect(coverage({ source, missing })).toBe(percent);
  });
});

describe('groups', () => {
  test('are by day of submission, division and form version; an evaluation counts in each of its divisions', () => {
    const groups = groupUp(
      [
        record(),
        record({ id: 'e2', divisionIds: ['d1', 'd2'], verdict: 'missing' }),
        record({ id: 'e3', divisionIds: [], formId: null, submittedAt: null }),
        // Lists that go by changes show records that nobody knows a day of.
        record({ id: 'e4', divisionIds: [], formId: null, submittedAt: null, createdAt: null }),
      ],
      { start: '2026-10-30T05:00:00.000Z', end: '2026-11-03T00:00:00.000Z' },
    );
    expect(groups).toMatchObject([
      { day: '2026-10-30', division_id: '', form_id: '', source_count: 1, coverage: 100 },
      { day: '2026-11-01', division_id: '', form_id: '', source_count: 1, coverage: 100 },
      { day: '2026-11-02', division_id: 'd1', form_id: 'f1', source_count: 2, missing: 1, coverage: 50 },
      { day: '2026-11-02', division_id: 'd2', form_id: 'f1', source_count: 1, missing: 1, coverage: 0 },
    ]);
  });

  test('by division tell where too little is held', () => {
    const sums = sumUpDivisions([
      record({ id: 'e1', divisionIds: ['d1'] }),
      record({ id: 'e2', divisionIds: ['d1', 'd2'], verdict: 'missing' }),
      record({ id: 'e3', divisionIds: [] }),
      record({ id: 'e4', divisionIds: ['d3'], verdict: 'absent' }),
    ]);
    expect(sums).toEqual([
      { divisionId: '', source: 1, missing: 0 },
      { divisionId: 'd1', source: 2, missing: 1 },
      { divisionId: 'd2', source: 1, missing: 1 },
      { divisionId: 'd3', source: 0, missing: 0 },
    ]);
    // A division of which the source shows nothing says nothing about what is held.
    expect(poorDivisions(sums, 95).map(({ divisionId }) => divisionId)).toEqual(['d1', 'd2']);
    expect(poorDivisions(sums, 50).map(({ divisionId }) => divisionId)).toEqual(['d2']);
    const added = [{ divisionId: 'd2', source: 19, missing: 0 }];
    addDivisions(added, sums);
    expect(added.find(({ divisionId }) => divisionId === 'd2')).toEqual({
      divisionId: 'd2',
      source: 20,
      missing: 1,
    });
    expect(poorDivisions(added, 95).map(({ divisionId }) => divisionId)).toEqual(['d1']);
  });

  test('of counts join what either side has', () => {
    const source = [
      { day: '2026-11-01', divisionId: 'd1', records: 10 },
      { day: '2026-11-02', divisionId: 'd1', records: 4 },
    ];
    const held = [
      { day: '2026-11-01', divisionId: 'd1', evaluations: 9 },
      { day: '2026-11-03', divisionId: 'd2', evaluations: 2 },
    ];
    expect(groupCounts(source, held)).toMatchObject([
      { day: '2026-11-01', source_count: 10, warehouse_count: 9, missing: 1, absent: 0, coverage: 90 },
      { day: '2026-11-02', source_count: 4, warehouse_count: 0, missing: 4, coverage: 0 },
      { day: '2026-11-03', source_count: 0, warehouse_count: 2, missing: 0, absent: 2, coverage: null },
    ]);
  });
});

describe('a record counts in a window from 2 to 3 November', () => {
  const window = { start: '2026-11-02T00:00:00.000Z', end: '2026-11-03T00:00:00.000Z' };
  const [before, within, end] = [
    '2026-11-01T08:00:00.000Z',
    '2026-11-02T23:59:59.999Z',
    '2026-11-03T00:00:00.000Z',
  ];
  test.each([
    { listedBy: 'submission', createdAt: before, submittedAt: within, counts: true },
    { listedBy: 'submission', createdAt: within, submittedAt: end, counts: false },
    { listedBy: 'submission', createdAt: before, submittedAt: null, counts: false },
    { listedBy: 'submission', createdAt: within, submittedAt: null, counts: true },
    { listedBy: 'submission', createdAt: null, submittedAt: null, counts: false },
    { listedBy: 'creation', createdAt: within, submittedAt: end, counts: true },
    { listedBy: 'creation', createdAt: before, submittedAt: within, counts: false },
    { listedBy: 'creation', createdAt: end, submittedAt: null, counts: false },
    { listedBy: 'creation', createdAt: null, submittedAt: within, counts: false },
    // Their lists show a record in one window only.
    { listedBy: 'change', createdAt: null, submittedAt: null, counts: true },
    { listedBy: 'conversation', createdAt: before, submittedAt: before, counts: true },
  ] as const)(
    'by $listedBy, created $createdAt, submitted $submittedAt: $counts',
    ({ listedBy, createdAt, submittedAt, counts }) => {
      expect(countsIn(window, record({ createdAt, submittedAt }), listedBy)).toBe(counts);
    },
  );
});

test.each([
  { absent: 5, held: 10, share: 5, trips: false },
  { absent: 6, held: 10, share: 5, trips: true },
  { absent: 50, held: 1_000, share: 5, trips: false },
  { absent: 51, held: 1_000, share: 5, trips: true },
  { absent: 900, held: 1_000, share: 100, trips: false },
])('$absent of $held absent, $share % allowed: breaker $trips', ({ absent, held, share, trips }) => {
  expect(tripsBreaker(absent, held, share)).toBe(trips);
});
