/** Reading on behind answers that cannot be used: as near behind them as can be told, and never twice at one place. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginOf, eventCursor, searchCursor } from '../../../sources/genesys/published/cursor.js';
import { readEventPage } from '../../../sources/genesys/published/events.js';
import { passes, type EventPass } from '../../../sources/genesys/published/passes.js';
import type { Cursor } from '../../../sources/source.js';
import { offlineSource } from './offlineSource.js';
import { TidemarkError } from '../../../model/errors.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';

const source = offlineSource();
const day = 86_400_000;
const start = Date.UTC(2026, 2, 1);
const windowOf = (days: number) => ({
  start: new Date(start).toISOString(),
  end: new Date(start + days * day).toISOString(),
});
const window = windowOf(1);
const passNamed = (name: string) => passes.find((pass) => pass.name === name) ?? expect.unreachable(name);
const begin = beginOf(passNamed('submitted'));
const nextPass = beginOf(passNamed('submitted-automated'));
const at = (after: number, page = 1) =>
  searchCursor({ pass: 'submitted', after, seen: [], page, jobId: null, plain: false });

/** A full page, one row a second. */
const page = (change: (rows: Record<string, unknown>[]) => void = () => {}) => {
  const rows: Record<string, unknown>[] = Array.from({ length: 100 }, (_, number) => ({
    id: `e${number}`,
    submittedDate: new Date(start + number * 1_000).toISOString(),
  }));
  change(rows);
  return { results: rows };
};
const last = start + 99_000;
const set = (index: number, value: unknown) => (rows: Record<string, unknown>[]) => {
  rows[index] = { ...rows[index], submittedDate: value };
};

describe('behind a page of a search', () => {
  test.each<[string, Cursor, unknown, Cursor | null]>([
    ['a broken field elsewhere', begin, page((rows) => (rows[0] = { ...rows[0], status: 7 })), at(last)],
    ['a broken date in between', begin, page(set(40, 'soon')), at(last)],
    ['a broken last date', begin, page(set(99, 'soon')), at(last - 1_000)],
    ['a last date in seconds', begin, page(set(99, 1_772_409_600)), at(last - 1_000)],
    ['a last date without its zone', begin, page(set(99, '2026-03-01T00:01:39')), at(last - 1_000)],
    ['a last date behind the window', begin, page(set(99, '2031-01-01T00:00:00Z')), at(last - 1_000)],
    ['a last item that is none', begin, page((rows) => rows.splice(99, 1, null as never)), at(last - 1_000)],
    ['no date at all', begin, page((rows) => rows.forEach((_, index) => set(index, 7)(rows))), nextPass],
    ['fewer rows than a full page has', begin, page((rows) => rows.pop()), nextPass],
    ['results that are no list', begin, { results: 'many' }, nextPass],
    ['no results', begin, { total: 3 }, nextPass],
    ['nothing', begin, null, nextPass],
    ['text', begin, 'nothing here', nextPass],
    [
      'one millisecond only',
      at(last),
      page((rows) => rows.forEach((_, i) => set(i, new Date(last).toISOString())(rows))),
      at(last, 2),
    ],
    ['dates before the cursor', at(last + 1), page(), nextPass],
  ])('with %s', (_, cursor, body, expected) => {
    expect(source.skipPage(window, cursor, body)).toEqual(expected);
  });

  test('reading comes to an end, whatever pages are like', () => {
    const date = fc.oneof(
      fc.integer({ min: -5, max: 5 }).map((after) => new Date(start + after).toISOString()),
      fc.constantFrom('soon', 7, null, '2031-01-01T00:00:00Z'),
    );
    const bodies = fc.array(
      fc.array(
        date.map((submittedDate) => ({
          submittedDate,
          releaseDate: submittedDate,
          createdDate: submittedDate,
        })),
        { minLength: 99, maxLength: 101 },
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(bodies, (pages) => {
        const visited = new Set<string>();
        let cursor: Cursor | null = begin;
        for (let number = 0; cursor !== null && number < 60; number++) {
          const key = JSON.stringify(cursor);
          expect(visited).not.toContain(key);
          visited.add(key);
          cursor = source.skipPage(window, cursor, { results: pages[number % pages.length] });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('behind results of data events', () => {
  const none = { pass: 'events', from: null, plain: false, lost: 0, jobId: null, results: null };
  const month = windowOf(40);
  const nextPart = eventCursor({ ...none, from: start + 31 * day });
  test.each<[string, Cursor, unknown, Cursor | null]>([
    [
      'a cursor',
      eventCursor(none),
      { jobId: 'j', results: { cursor: 'c2' } },
      eventCursor({ ...none, jobId: 'j', results: 'c2' }),
    ],
    [
      'the same cursor again',
      eventCursor({ ...none, jobId: 'j', results: 'c2' }),
      { jobId: 'j', results: { cursor: 'c2' } },
      null,
    ],
    ['no cursor', eventCursor(none), { jobId: 'j', results: { results: 7 } }, null],
    ['a cursor that is none', eventCursor(none), { jobId: 'j', results: { cursor: 7 } }, null],
    ['an answer that is no results', eventCursor(none), { jobId: 7 }, null],
    ['nothing', eventCursor(none), null, null],
  ])('with %s', (_, cursor, body, expected) => {
    expect(source.skipPage(window, cursor, body)).toEqual(expected);
  });

  test('the next part of a long window', () => {
    expect(source.skipPage(month, eventCursor(none), null)).toEqual(nextPart);
    expect(source.skipPage(month, nextPart, null)).toBeNull();
  });

  test('the error says which job they are of, where nobody reads it by chance', async () => {
    const { api } = await clientOf((request, response) => {
      if (request.method === 'POST') sendJson(response, 200, { jobId: 'job-1' });
      else if (request.url.includes('/results'))
        sendJson(response, 200, { results: 'Jane Doe', cursor: 'c2' });
      else sendJson(response, 200, { state: 'FULFILLED' });
    });
    const pass = passNamed('events') as EventPass;
    const context = { signal: never, priority: 2 } as const;
    const error = await readEventPage(api, window, pass, beginOf(pass), context).catch(
      (caught: unknown) => caught,
    );
    if (!(error instanceof TidemarkError)) return expect.unreachable('no error');
    expect(source.skipPage(window, beginOf(pass), error.body)).toEqual(
      eventCursor({ ...none, jobId: 'job-1', results: 'c2' }),
    );
    expect(error.message).not.toContain('Jane');
    expect(JSON.stringify({ ...error })).not.toContain('Jane');
  });
});
