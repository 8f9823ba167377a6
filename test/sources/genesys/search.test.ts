import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginOf } from '../../../sources/genesys/published/cursor.js';
import { passes, type SearchPass } from '../../../sources/genesys/published/passes.js';
import { readSearchPage } from '../../../sources/genesys/published/search.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import type { Cursor, SourcePage } from '../../../sources/source.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { SearchIndex, submitted, type IndexedEvaluation } from './searchIndex.js';

const start = Date.UTC(2026, 2, 1);
const end = start + 86_400_000;
const window = { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
const pass = passes.find((each): each is SearchPass => each.name === 'submitted') ?? raise('no pass');
const context = { signal: never, priority: 2 } as const;
const bothEnds = ['inclusive', 'exclusive'] as const;

function raise(message: string): never {
  throw new Error(message);
}

/** Reads the pass to its end, each cursor once through JSON as workflows carry it. */
async function readAll(api: ApiClient): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  let cursor: Cursor | null = beginOf(pass);
  while (cursor !== null && cursor['pass'] === pass.name) {
    if (pages.length > 60) throw new Error('reading does not come to an end');
    const page = await readSearchPage(
      api,
      window,
      pass,
      JSON.parse(JSON.stringify(cursor)) as Cursor,
      context,
    );
    pages.push(page);
    cursor = page.next;
  }
  return pages;
}

const idsOf = (pages: SourcePage[]) => pages.flatMap(({ records }) => records.map(({ id }) => id));
const serve = async (rows: readonly IndexedEvaluation[], ends: SearchIndex['ends']) => {
  const index = new SearchIndex(rows, ends);
  const { api } = await clientOf((request, response) => index.answer(request, response));
  return { index, api };
};
const many = (count: number, at: (number: number) => number, prefix = 'e') =>
  Array.from({ length: count }, (_, number) =>
    submitted(`${prefix}${String(number).padStart(4, '0')}`, at(number)),
  );
const ids = (rows: readonly IndexedEvaluation[]) => rows.map(({ id }) => id);

describe.each(bothEnds)('where the ends of a range are %s', (ends) => {
  test('a window holds its begin and not its end', async () => {
    const rows = [-1, 0, 1, 86_399_999, 86_400_000, 86_400_001].map((at) =>
      submitted(`at ${at}`, start + at),
    );
    const { api } = await serve(rows, ends);
    expect(idsOf(await readAll(api))).toEqual(['at 0', 'at 1', 'at 86399999']);
  });

  test('rows apart in time are read once, however many', async () => {
    const rows = many(450, (number) => start + number * 1_000);
    const { api, index } = await serve(rows, ends);
    expect(idsOf(await readAll(api))).toEqual(ids(rows));
    expect(index.requests).toBe(5);
  });

  test('a last page that is exactly full is followed by an empty one', async () => {
    const rows = many(100, (number) => start + number * 10);
    const { api, index } = await serve(rows, ends);
    expect(idsOf(await readAll(api))).toEqual(ids(rows));
    expect(index.requests).toBe(2);
  });

  test.each([101, 199, 200, 201, 350])('%i rows of one millisecond are all read', async (count) => {
    const burst = many(count, () => start + 5_000, 'burst');
    const rows = [
      ...many(40, (number) => start + number),
      ...burst,
      ...many(130, (n) => start + 6_000 + n, 'z'),
    ];
    const { api } = await serve(rows, ends);
    expect(new Set(idsOf(await readAll(api)))).toEqual(new Set(ids(rows)));
  });

  test('two bursts in neighbouring milliseconds are all read', async () => {
    const rows = [...many(170, () => start + 5_000, 'a'), ...many(170, () => start + 5_001, 'b')];
    const { api } = await serve(rows, ends);
    expect(new Set(idsOf(await readAll(api)))).toEqual(new Set(ids(rows)));
  });

  test('whatever the rows, each is read, and only those around the end of a page again', async () => {
    await forAnyRows(ends, 60, async (rows) => {
      const { api } = await serve(rows, ends);
      const pages = await readAll(api);
      const read = idsOf(pages);
      expect(new Set(read)).toEqual(new Set(ids(rows)));
      const twice = new Set(read.filter((id, position) => read.indexOf(id) !== position));
      // Where the start of a range counts, the millisecond before a boundary is asked for again, too.
      const again = new Set(
        pages.flatMap(({ records }) => {
          const last = dateOfBody(records.at(-1)?.body);
          return last === undefined ? [] : [Date.parse(last) - 1, Date.parse(last)];
        }),
      );
      for (const row of rows) {
        if (twice.has(row.id)) expect(again).toContain(Date.parse(row.submittedDate ?? ''));
      }
    });
  });

  test('rows that leave the index while it is read take no other with them', async () => {
    await forAnyRows(ends, 40, async (rows, leaving) => {
      const { api, index } = await serve(rows, ends);
      const gone = new Set<string>();
      index.beforeRequest = (changed) => {
        if (changed.requests === 1) return;
        const number = (leaving[changed.requests % leaving.length] ?? 0) % Math.max(1, changed.rows.length);
        for (const { id } of changed.rows.splice(number, 7)) gone.add(id);
      };
      const read = new Set(idsOf(await readAll(api)));
      for (const { id } of rows) if (!gone.has(id)) expect(read, id).toContain(id);
    });
  });

  test('rows that are hidden are counted, also without dates, and do not stop the reading', async () => {
    const rows = many(260, (number) => start + Math.floor(number / 3) * 10).map((row, number) =>
      number % 4 === 0 ? { ...row, redacted: true } : row,
    );
    const { api } = await serve(rows, ends);
    const pages = await readAll(api);
    const hidden = new Set(pages.flatMap(({ redacted }) => redacted));
    expect(hidden).toEqual(new Set(ids(rows.filter(({ redacted }) => redacted === true))));
    expect(new Set(idsOf(pages))).toEqual(new Set(ids(rows.filter(({ redacted }) => redacted !== true))));
  });

  test('a page of nothing but hidden rows leads on', async () => {
    const hidden = many(150, (number) => start + number).map((row) => ({ ...row, redacted: true }));
    const { api } = await serve([...hidden, submitted('z', start + 1_000)], ends);
    expect(idsOf(await readAll(api))).toEqual(['z']);
  });
});

describe('what a page holds', () => {
  const pageOf = async (results: unknown[]) => {
    const { api } = await clientOf((_, response) => sendJson(response, 200, { results }));
    return readSearchPage(api, window, pass, beginOf(pass), context);
  };

  test('is kept as it came, unknown fields included', async () => {
    const sent = submitted('e1', start, {
      evaluationForm: { id: 'form-1' },
      addedByTheVendor: { deep: [1] },
    });
    const { records, next } = await pageOf([sent]);
    expect(records).toEqual([
      expect.objectContaining({
        kind: 'evaluation',
        id: 'e1',
        locator: 'conversation-e1',
        changeStamp: window.start,
        formId: 'form-1',
        isAutomated: false,
        body: sent,
      }),
    ]);
    expect(next).toMatchObject({ pass: 'submitted-automated' });
  });

  test('without answers has to be read by id', async () => {
    const { records, references } = await pageOf([
      submitted('e1', start + 5, { answers: { totalScore: 80 } }),
    ]);
    expect(records).toEqual([]);
    expect(references).toMatchObject([
      { id: 'e1', reason: 'incomplete', changedAt: '2026-03-01T00:00:00.005Z' },
    ]);
  });

  test('leads to the revision it replaced and the calibration it belongs to', async () => {
    const { references } = await pageOf([
      submitted('e2', start, { retractedEvaluation: { id: 'e1' }, calibration: { id: 'c1' } }),
    ]);
    expect(references.map(({ kind, id, reason }) => ({ kind, id, reason }))).toEqual([
      { kind: 'evaluation', id: 'e1', reason: 'retracted' },
      { kind: 'calibration', id: 'c1', reason: 'calibration' },
    ]);
  });

  test('a hidden row is counted and nothing of it is kept', async () => {
    const page = await pageOf([submitted('e1', start, { redacted: true, calibration: { id: 'c1' } })]);
    expect(page).toMatchObject({ records: [], references: [], redacted: ['e1'] });
  });

  test('a hidden row of which nothing but that is said leaves the others to be read', async () => {
    const page = await pageOf([{ id: 'e1', redacted: true }, submitted('e2', start)]);
    expect(page).toMatchObject({ records: [{ id: 'e2' }], redacted: ['e1'] });
  });

  test.each([
    [
      'another order',
      [submitted('e1', start + 2), submitted('e2', start + 1)],
      /put .*00\.001Z after .*00\.002Z/u,
    ],
    ['no date', [submitted('e1', start, { submittedDate: null })], /evaluation e1 without it/u],
    ['a broken field', [submitted('e1', start, { status: 4 })], /results\[0\]\.status/u],
    ['no status', [submitted('e1', start, { status: undefined })], /results\[0\]\.status/u],
    ['no word on whether it is hidden', [submitted('e1', start, { redacted: 'no' })], /redacted/u],
  ])('of %s is refused whole', async (_, results, message) => {
    const refused = expect(pageOf(results)).rejects;
    await refused.toThrow(message);
    await expect(pageOf(results)).rejects.toMatchObject({ kind: 'SchemaMismatch' });
  });
});

const dateOfBody = (body: unknown) => (body as IndexedEvaluation | undefined)?.submittedDate;

/** Rows of which many fall into the same few milliseconds, at most `perMilli` into one. */
async function forAnyRows(
  _ends: SearchIndex['ends'],
  perMilli: number,
  check: (rows: IndexedEvaluation[], leaving: number[]) => Promise<void>,
): Promise<void> {
  const groups = fc.array(
    fc.record({ after: fc.constantFrom(1, 2, 7, 5_000), rows: fc.integer({ min: 1, max: perMilli }) }),
    {
      minLength: 1,
      maxLength: 14,
    },
  );
  await fc.assert(
    fc.asyncProperty(groups, fc.array(fc.nat(500), { minLength: 1, maxLength: 5 }), async (all, leaving) => {
      let at = start;
      const rows = all.flatMap((group, number) => {
        at += group.after;
        const moment = at;
        return many(group.rows, () => moment, `g${String(number).padStart(2, '0')}-`);
      });
      await check(rows, leaving);
    }),
    { numRuns: 40 },
  );
}
