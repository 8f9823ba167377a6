import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterPass,
  beginOf,
  eventCursor,
  eventPosition,
  passOf,
  searchCursor,
  searchPosition,
} from '../../../sources/genesys/published/cursor.js';
import { passes } from '../../../sources/genesys/published/passes.js';
import type { Cursor } from '../../../sources/source.js';
import { offlineSource } from './offlineSource.js';

/** As workflows carry it. */
const carried = (cursor: Cursor) => JSON.parse(JSON.stringify(cursor)) as Cursor;
const named = (kind: 'search' | 'events') =>
  fc.constantFrom(...passes.filter((each) => each.kind === kind).map(({ name }) => name));
const moment = fc.option(fc.integer({ min: 0, max: 4_102_444_800_000 }));
/** Ids hold no blank: they are UUIDs. */
const id = fc.oneof(
  fc.uuid(),
  fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes(' ')),
);
const ordered = { jobId: fc.option(id), plain: fc.boolean() };

describe('a position', () => {
  test('in a search comes back from its cursor', () => {
    const position = fc.record({
      pass: named('search'),
      after: moment,
      seen: fc.array(id, { maxLength: 20 }),
      page: fc.integer({ min: 1, max: 500 }),
      ...ordered,
    });
    fc.assert(
      fc.property(position, (given) => {
        const cursor = carried(searchCursor(given));
        expect(searchPosition(cursor)).toEqual(given);
        expect(passOf(cursor)).toMatchObject({ kind: 'search', name: given.pass });
      }),
    );
  });

  test('among events comes back from its cursor', () => {
    const position = fc.record({
      pass: named('events'),
      from: moment,
      lost: fc.nat(9),
      ...ordered,
      results: fc.option(fc.string()),
    });
    fc.assert(
      fc.property(position, (given) => {
        const cursor = carried(eventCursor(given));
        expect(eventPosition(cursor)).toEqual(given);
        expect(passOf(cursor)).toMatchObject({ kind: 'events', name: given.pass });
      }),
    );
  });

  test('among events of which less was written begins at the begin of the window, and asks for all', () => {
    expect(eventPosition({ pass: 'events', jobId: 'job-1', results: '2' })).toEqual({
      pass: 'events',
      from: null,
      plain: false,
      lost: 0,
      jobId: 'job-1',
      results: '2',
    });
  });
});

test('passes follow one another, each once, from the first to none', () => {
  const visited: string[] = [];
  let cursor: Cursor | null = beginOf(passes[0] ?? expect.unreachable('no passes'));
  while (cursor !== null && visited.length <= passes.length) {
    const pass = passOf(carried(cursor));
    visited.push(pass.name);
    cursor = afterPass(pass);
  }
  expect(visited).toEqual([
    'events-ordered',
    'submitted',
    'submitted-automated',
    'released',
    'released-automated',
    'unfinished',
    'events',
  ]);
});

test.each([{}, { pass: 'from another version' }, { pass: 7 }])(
  'a cursor %o of no pass is refused',
  (cursor) => {
    expect(() => passOf(cursor)).toThrow(
      expect.objectContaining({
        kind: 'InvalidRequest',
        message: expect.stringContaining('start the window'),
      }),
    );
  },
);

describe('for people, a cursor', () => {
  const source = offlineSource();
  const at = Date.UTC(2026, 2, 1);
  const search = { pass: 'submitted', after: null, seen: ['e1'], page: 1, jobId: null, plain: false };
  const events = { pass: 'events', from: null, plain: false, lost: 0, jobId: null, results: null };

  test.each([
    [searchCursor(search), 'submitted by people'],
    [searchCursor({ ...search, after: at }), 'submitted by people, from 2026-03-01T00:00:00.000Z'],
    [
      searchCursor({ ...search, after: at, page: 3 }),
      'submitted by people, from 2026-03-01T00:00:00.000Z, page 3',
    ],
    [eventCursor(events), 'data events'],
    [eventCursor({ ...events, from: at }), 'data events, from 2026-03-01T00:00:00.000Z'],
    [eventCursor({ ...events, plain: true }), 'data events, asked for plainly, as the vendor refused more'],
  ])('%o is: %s', (cursor, description) => {
    expect(source.describeCursor(carried(cursor))).toBe(description);
  });

  test('is at the first pass where a window begins', () => {
    const window = { start: '2026-03-01T00:00:00.000Z', end: '2026-03-02T00:00:00.000Z' };
    expect(source.describeCursor(source.firstCursor(window))).toBe('order of data events');
  });
});
