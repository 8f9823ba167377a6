import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PassCursors } from '../../../sources/lists/passCursor.js';
import { listBegin, onTo } from '../../../sources/lists/tokenPosition.js';
import {
  behindPage,
  conversationPageSize,
  partOf,
  partPosition,
  firstPart,
} from '../../../sources/genesys/partCursor.js';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import { assessmentBody } from './fixtures.js';
import { serveGuide } from './servedGuide.js';
import { pagesOf } from './simulatedGuide.js';

const passes = new PassCursors({ changed: 'changed', created: 'created' });
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('cursors over lists', () => {
  test('read every page of every list once, whatever the tokens are', () => {
    // A list that names a page twice would never end: tokens of one list differ.
    const tokens = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 6 });
    fc.assert(
      fc.property(tokens, tokens, (changed, created) => {
        const lists = { changed, created };
        const seen: string[] = [];
        let cursor: ReturnType<typeof passes.begin> | null = passes.begin();
        while (cursor !== null) {
          const position = passes.read(throughJson(cursor));
          const list = lists[position.pass];
          seen.push(`${position.pass} ${JSON.stringify(position.token)}`);
          const at = position.token === null ? -1 : list.indexOf(position.token);
          cursor = passes.after(position, list[at + 1] ?? null);
        }
        const expected = (['changed', 'created'] as const).flatMap((pass) =>
          [null, ...lists[pass]].map((token) => `${pass} ${JSON.stringify(token)}`),
        );
        expect(seen).toEqual(expected);
      }),
    );
  });

  test('lead past pages that cannot be used, and come to an end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('changed', 'created'),
        fc.option(fc.string()),
        fc.option(fc.string()),
        (pass, token, next) => {
          const behind = passes.behind({ pass, token }, next);
          expect(behind).not.toEqual({ pass, token });
          if (pass === 'created' && !next) expect(behind).toBeNull();
        },
      ),
    );
  });
});

describe('a list that leads back', () => {
  test('is refused, however many pages come before the round and are in it', () => {
    const rounds = fc.record({ before: fc.nat({ max: 20 }), round: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(rounds, ({ before, round }) => {
        const read = () => {
          let position = listBegin;
          for (let page = 0; page < 4 * (before + round) + 4; page++) {
            position = throughJson(
              onTo(position, `t${page < before ? page : before + ((page - before) % round)}`),
            );
          }
        };
        expect(read).toThrow(/has been read/u);
      }),
    );
  });
});

describe('parts of a window', () => {
  const windows = fc
    .tuple(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.integer({ min: 1, max: 60 * 86_400_000 }))
    .map(([start, length]): Interval => ({ start: toIso(start), end: toIso(start + length) }));

  /** Seconds, so that many start in one. */
  const starts = (window: Interval, offsets: readonly number[]) => {
    const length = toMillis(window.end) - toMillis(window.start);
    return offsets.map((offset) => toMillis(window.start) + (Math.floor(offset * length) % length));
  };
  const offsets = fc.oneof(
    fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { maxLength: 400 }),
    // All in few moments.
    fc.array(fc.constantFrom(0, 0.3, 0.300_001, 0.999_999), { maxLength: 400 }),
  );

  test.each(['latestFirst', 'none'] as const)(
    'are at most a week and show each conversation that stays in the filter, asked for in order %s',
    (order) => {
      fc.assert(
        fc.property(windows, offsets, fc.nat(), (window, places, leaving) => {
          let filter = starts(window, places).map((start, index) => ({ start, id: `c${index}` }));
          const staying = new Set(filter.map(({ id }) => id));
          const shown = new Set<string>();
          let cursor: typeof firstPart | null = firstPart;
          for (let step = 0; cursor !== null; step++) {
            const position = partPosition(throughJson(cursor));
            const part = partOf(window, position);
            const [from, to] = [toMillis(part.start), toMillis(part.end)];
            expect(to - from).toBeLessThanOrEqual(7 * 86_400_000);
            const hits = filter.filter(({ start }) => start >= from && start < to);
            if (order === 'latestFirst') hits.sort((a, b) => b.start - a.start);
            const page = hits
              .slice((position.page - 1) * conversationPageSize)
              .slice(0, conversationPageSize);
            for (const { id } of page) shown.add(id);
            const body = {
              conversations: page.map(({ id, start }) => ({
                conversationId: id,
                conversationStart: toIso(start),
              })),
              totalHits: hits.length,
            };
            cursor = behindPage(window, position, body, order);
            // While moments go on, one that was shown leaves after each page, and those behind it move up.
            const left =
              position.page === 1 && cursor?.['page'] === 1 ? page[leaving % page.length] : undefined;
            if (left !== undefined) {
              filter = filter.filter((each) => each !== left);
              staying.delete(left.id);
            }
            expect(step).toBeLessThan(2_000);
          }
          expect([...staying].filter((id) => !shown.has(id))).toEqual([]);
        }),
      );
    },
  );
});

describe('cursors over divisions', () => {
  test('read every page of every division once, in pages of any size', async () => {
    let divisions: number[] = [];
    const { api } = await serveGuide(({ path, query }) => {
      if (path === '/api/v2/divisions')
        return { entities: divisions.map((_, index) => ({ id: `d${index}` })) };
      const page = Number(query['nextPageToken'] ?? 0);
      const pages = divisions[Number(query['divisionId']?.slice(1))] ?? 0;
      return {
        entities: [assessmentBody({ id: `${query['divisionId']}-${page}` })],
        nextPageToken: page + 1 < pages ? String(page + 1) : null,
      };
    });
    const source = createGuideSource(api, { name: 'assessments', divisions: 'each' });
    const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
        async (pages) => {
          divisions = pages;
          const read = (await pagesOf(source, window)).flatMap(({ records }) => records.map(({ id }) => id));
          expect(read).toEqual(
            pages.flatMap((count, division) =>
              Array.from({ length: count }, (_, page) => `d${division}-${page}`),
            ),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});
