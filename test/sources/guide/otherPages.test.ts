import { describe, expect, test } from 'vitest';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import type { GenesysStream } from '../../../sources/genesys/streams.js';
import type { TidemarkError } from '../../../model/errors.js';
import type { Cursor, RecordReference, SourcePage } from '../../../sources/source.js';
import {
  answerItem,
  assessmentBody,
  conversationBody,
  evaluationBody,
  feedbackBody,
  formVersionBody,
  scorecard,
} from './fixtures.js';
import { evaluationsPath, serveGuide, type Answering } from './servedGuide.js';
import { context, pagesOf } from './simulatedGuide.js';

const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const span = { dateFrom: '2026-11-01T00:00:00.000Z', dateTo: '2026-11-02T00:00:00.000Z', pageSize: '500' };

async function serve(stream: GenesysStream, answer: Answering) {
  const served = await serveGuide(answer);
  return { ...served, source: createGuideSource(served.api, stream) };
}

const reference = (more: Partial<RecordReference>): RecordReference => ({
  kind: 'evaluation',
  id: 'assessment-1',
  locator: 'conversation-1',
  changedAt: '2026-11-01T11:00:00.000Z',
  isAutomated: null,
  reason: 'requested',
  ...more,
});

describe('assessments', () => {
  const divisions = {
    entities: [
      { id: 'd1', name: 'EMEA' },
      { id: 'd2', name: 'APAC' },
    ],
  };
  /** Two pages of each division but the empty one. */
  const answer: Answering = ({ path, query }) => {
    if (path === '/api/v2/divisions') return divisions;
    const { divisionId, nextPageToken } = query;
    if (divisionId === 'd2') return { entities: [], nextPageToken: null };
    if (nextPageToken === undefined)
      return { entities: [assessmentBody({ id: `${divisionId}-1` })], nextPageToken: 'p 2+/=' };
    return { entities: [assessmentBody({ id: `${divisionId}-2` })], nextPageToken: null };
  };

  /** A page of every division. */
  const onePageEach: Answering = ({ path, query }) =>
    path === '/api/v2/divisions'
      ? divisions
      : { entities: [assessmentBody({ id: `${query['divisionId']}-1` })], nextPageToken: null };

  test.each([
    ['each', ['/api/v2/divisions', 'd1', 'd1 p 2+/=', 'd2'], ['d1-1', 'd1-2']],
    ['all', ['all', 'all p 2+/='], ['all-1', 'all-2']],
    [
      ['d2', 'd3'],
      ['d2', 'd3', 'd3 p 2+/='],
      ['d3-1', 'd3-2'],
    ],
  ] as const)('of divisions %s are asked for so: %o', async (chosen, expected, ids) => {
    const { source, asked } = await serve({ name: 'assessments', divisions: chosen }, answer);
    const pages = await pagesOf(source, window);
    expect(pages.flatMap(({ records }) => records.map(({ id }) => id))).toEqual(ids);
    expect(
      asked.map(({ path, query }) =>
        path === '/api/v2/divisions'
          ? path
          : [query['divisionId'], query['nextPageToken']].filter(Boolean).join(' '),
      ),
    ).toEqual(expected);
  });

  test('are asked for without their status, in pages as large as may be', async () => {
    const { source, asked } = await serve({ name: 'assessments', divisions: 'all' }, answer);
    await pagesOf(source, window);
    expect(asked[0]?.query).toEqual({ ...span, divisionId: 'all' });
  });

  test('of an organisation without divisions are asked for all at once: none listed is not none there', async () => {
    const { source } = await serve({ name: 'assessments', divisions: 'each' }, (asked) =>
      asked.path === '/api/v2/divisions' ? { entities: [] } : answer(asked, undefined as never, 0),
    );
    const pages = await pagesOf(source, window);
    expect(pages.flatMap(({ records }) => records.map(({ id }) => id))).toEqual(['all-1', 'all-2']);
  });

  test('of divisions that cannot be told are not passed over as one page: reading fails', async () => {
    const { source } = await serve({ name: 'assessments', divisions: 'each' }, () => ({ entities: [{}] }));
    await expect(source.readPage(window, source.firstCursor(window), context)).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      body: undefined,
    });
  });

  test('whose very first page cannot be used leave those of other divisions to be read', async () => {
    const { source } = await serve({ name: 'assessments', divisions: 'each' }, (asked, response, index) =>
      asked.query['divisionId'] === 'd1' ? { entities: [{}] } : onePageEach(asked, response, index),
    );
    const ids: string[] = [];
    for (let cursor: Cursor | null = source.firstCursor(window); cursor !== null;) {
      const at: Cursor = cursor;
      const page: SourcePage | { next: Cursor | null; records: [] } = await source
        .readPage(window, at, context)
        .catch((error: TidemarkError) => ({ records: [], next: source.skipPage(window, at, error.body) }));
      ids.push(...page.records.map(({ id }) => id));
      cursor = page.next;
    }
    expect(ids).toEqual(['d2-1']);
  });

  test.each([
    [
      'goes on where it says so',
      { divisions: 'd1 d2', token: null },
      { nextPageToken: 't2' },
      { divisions: 'd1 d2', token: 't2', page: 2, mark: 't2' },
    ],
    [
      'ends its division where it says nothing',
      { divisions: 'd1 d2', token: 't1' },
      {},
      { divisions: 'd2', token: null, page: 1, mark: null },
    ],
    [
      'ends its division where it leads to itself',
      { divisions: 'd1 d2', token: 't1' },
      { nextPageToken: 't1' },
      { divisions: 'd2', token: null, page: 1, mark: null },
    ],
    ['ends the window behind the last division', { divisions: 'd2', token: null }, 'broken', null],
  ])('a page that cannot be used %s', async (_, cursor, body, expected) => {
    const { source } = await serve({ name: 'assessments', divisions: 'each' }, answer);
    expect(source.skipPage(window, cursor, body)).toEqual(expected);
  });

  test('are looked for where they were submitted', async () => {
    const { source, asked } = await serve({ name: 'assessments', divisions: 'each' }, () => ({
      entities: [assessmentBody({ id: 'other' }), assessmentBody()],
      nextPageToken: null,
    }));
    expect(await source.lookup(reference({}), context)).toMatchObject({
      outcome: 'found',
      record: { id: 'assessment-1' },
    });
    expect(asked.map(({ query }) => query)).toEqual([
      {
        dateFrom: '2026-11-01T11:00:00.000Z',
        dateTo: '2026-11-01T11:00:00.001Z',
        divisionId: 'all',
        pageSize: '500',
      },
    ]);
  });

  test('that were not submitted are looked for among those that wait for it', async () => {
    const { source, asked } = await serve({ name: 'assessments', divisions: 'each' }, ({ query }) => ({
      entities: query['status'] === 'inProgress' ? [assessmentBody({ status: 'inProgress' })] : [],
    }));
    expect(await source.lookup(reference({ changedAt: '' }), context)).toMatchObject({ outcome: 'found' });
    // The source's clock decides what there is by now, and not that of this machine.
    expect(asked.map(({ query }) => query)).toEqual(
      ['pending', 'inProgress'].map((status) => ({
        status,
        dateFrom: '1970-01-01T00:00:00.000Z',
        divisionId: 'all',
        pageSize: '500',
      })),
    );
  });

  test.each([
    ['each' as const, ['all', 'd1', 'd2']],
    [
      ['d3', 'd2'],
      ['all', 'd3', 'd2'],
    ],
  ])('that all divisions at once do not show are looked for in %o, too', async (chosen, expected) => {
    const { source, asked } = await serve({ name: 'assessments', divisions: chosen }, ({ path, query }) => {
      if (path === '/api/v2/divisions') return divisions;
      return { entities: query['divisionId'] === 'd2' ? [assessmentBody()] : [], nextPageToken: null };
    });
    expect(await source.lookup(reference({}), context)).toMatchObject({ outcome: 'found' });
    expect(asked.flatMap(({ query }) => query['divisionId'] ?? [])).toEqual(expected);
  });

  test('that are in no list are gone', async () => {
    const { source } = await serve({ name: 'assessments', divisions: 'each' }, () => ({ entities: [] }));
    expect(await source.lookup(reference({}), context)).toMatchObject({ outcome: 'gone' });
  });

  test('have form versions that are read once', async () => {
    const { source, asked } = await serve({ name: 'assessments', divisions: 'each' }, () =>
      formVersionBody(),
    );
    const first = await source.readForms(['version-1'], context);
    const again = await source.readForms(['version-1'], context);
    expect(again[0]).toBe(first[0]);
    expect(asked.map(({ path }) => path)).toEqual(['/api/v2/quality/formversions/version-1']);
  });
});

describe('surveys', () => {
  const carrying = (id: string, label: string, more: object = {}) =>
    evaluationBody({ id, scorecards: [scorecard('s', label, [answerItem('r')])], ...more });

  test('are evaluations with answers of customers, by links that are followed as they are', async () => {
    const link = `${evaluationsPath}?from=2026-11-01T00%3A00%3A00.000Z&pageSize=250&cursor=a%2Bb%2F%3D`;
    const { source, asked } = await serve(
      { name: 'csat', label: 'csat', interactionTypes: ['voice', 'email'] },
      ({ query }) =>
        query['cursor'] === undefined
          ? {
              entities: [carrying('e1', 'CSAT'), carrying('e2', 'Greeting'), evaluationBody({ id: 'e3' })],
              nextPageUri: link,
            }
          : { entities: [carrying('e4', 'my CSAT'), carrying('e5', 'CSAT', { isCalibration: true })] },
    );
    const pages = await pagesOf(source, window);
    expect(pages.flatMap(({ records }) => records)).toMatchObject([
      { kind: 'survey', id: 'e1', conversationId: 'conversation-1', formId: null },
      { kind: 'survey', id: 'e4' },
    ]);
    expect(asked[0]?.query).toEqual({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-02T00:00:00.000Z',
      interactionTypes: 'voice,email',
      pageSize: '250',
    });
    expect(asked[1]?.request.url).toBe(link);
  });

  test.each([
    [
      'null',
      [answerItem('r', { value: null, score: null }), answerItem('t', { value: null, text: null })],
      false,
    ],
    ['an empty text', [answerItem('t', { type: 'text', value: null, score: null, text: '' })], false],
    ['no items', [], false],
    ['the lowest value', [answerItem('r', { value: 0, score: 0 })], true],
    ['a text alone', [answerItem('r', { value: null, score: null, text: 'Fine.' })], true],
  ])('are no evaluations that nobody answered: %s', async (_, items, isSurvey) => {
    const { source } = await serve({ name: 'csat', label: 'csat' }, () => ({
      entities: [evaluationBody({ scorecards: [scorecard('s', 'CSAT', items)] })],
    }));
    const pages = await pagesOf(source, window);
    expect(pages.flatMap(({ records }) => records)).toHaveLength(isSurvey ? 1 : 0);
  });

  test.each(['https://elsewhere.example/api/v2/quality/evaluations?cursor=1', '//elsewhere.example/x'])(
    'never follow a link to another origin: %s',
    async (nextPageUri) => {
      const { source } = await serve({ name: 'csat', label: 'csat' }, () => ({ entities: [], nextPageUri }));
      await expect(pagesOf(source, window)).rejects.toMatchObject({
        kind: 'SchemaMismatch',
        message: expect.stringContaining('elsewhere.example'),
      });
    },
  );

  test('are not read by id: nothing refers to them', async () => {
    const { source } = await serve({ name: 'csat', label: 'csat' }, () => ({}));
    expect(source.capabilities.lookupById).toBe(false);
    await expect(source.lookup(reference({ kind: 'survey' }), context)).rejects.toMatchObject({
      kind: 'InvalidRequest',
    });
  });
});

describe('feedback', () => {
  const entries: Answering = ({ query }) => ({
    entities:
      query['dateFrom'] === undefined
        ? [feedbackBody({ id: 'f1', status: 'deleted' }), feedbackBody({ id: 'f2' })]
        : [feedbackBody({ id: 'f2' }), feedbackBody({ id: 'f3', status: 'draft' })],
    nextPageToken: null,
  });

  test('is read by change, then by creation', async () => {
    const { source, asked } = await serve({ name: 'feedback', deleted: 'archive' }, entries);
    const pages = await pagesOf(source, window);
    expect(pages.map(({ records }) => records.map(({ id }) => id))).toEqual([
      ['f1', 'f2'],
      ['f2', 'f3'],
    ]);
    expect(asked.map(({ query }) => query)).toEqual([
      { dateModifiedFrom: span.dateFrom, dateModifiedTo: span.dateTo, pageSize: '500' },
      span,
    ]);
  });

  /** Two pages of what changed in each division but the empty one; nothing was created. */
  const byDivision: Answering = ({ path, query }) => {
    if (path === '/api/v2/divisions') return { entities: [{ id: 'd1' }, { id: 'd2' }, { id: 'd3' }] };
    const { divisionId = 'none', dateFrom, nextPageToken } = query;
    if (divisionId === 'd2' || dateFrom !== undefined) return { entities: [] };
    return nextPageToken === undefined
      ? { entities: [feedbackBody({ id: `${divisionId}-1` })], nextPageToken: 'p2' }
      : { entities: [feedbackBody({ id: `${divisionId}-2` })] };
  };

  test.each([
    ['each', ['divisions', 'd1', 'd1 p2', 'd1 created', 'd2', 'd2 created', 'd3', 'd3 p2', 'd3 created']],
    ['all', ['none', 'none p2', 'none created']],
    [
      ['d3', 'd2'],
      ['d3', 'd3 p2', 'd3 created', 'd2', 'd2 created'],
    ],
  ] as const)('of divisions %s is asked for so: %o', async (divisions, expected) => {
    const { source, asked } = await serve({ name: 'feedback', deleted: 'archive', divisions }, byDivision);
    const pages = await pagesOf(source, window);
    expect(
      asked.map(({ path, query: { divisionId = 'none', dateFrom, nextPageToken } }) =>
        path === '/api/v2/divisions'
          ? 'divisions'
          : [divisionId, ...(dateFrom === undefined ? [] : ['created']), nextPageToken].join(' ').trim(),
      ),
    ).toEqual(expected);
    expect(pages.flatMap(({ records }) => records.map(({ id }) => id))).toEqual(
      expected.flatMap((list) =>
        list.endsWith(' p2') ? [list.replace(' p2', '-1'), list.replace(' p2', '-2')] : [],
      ),
    );
  });

  test.each([
    [
      'goes on where it says so',
      'changed',
      { nextPageToken: 't2' },
      'division d1, changed in the window, page 2, 1 more to come',
    ],
    [
      'leads to the next list where it says nothing',
      'changed',
      {},
      'division d1, created in the window, 1 more to come',
    ],
    [
      'leads to the next division behind the last list',
      'created',
      {},
      'division d2, changed in the window, 0 more to come',
    ],
  ])('a page that cannot be used %s', async (_, pass, body, expected) => {
    const { source } = await serve({ name: 'feedback', deleted: 'archive', divisions: 'each' }, byDivision);
    const behind = source.skipPage(window, { divisions: 'd1 d2', pass, token: null }, body);
    expect(behind === null ? null : source.describeCursor(behind)).toBe(expected);
    expect(source.skipPage(window, { divisions: 'd2', pass: 'created', token: null }, body)).toEqual(
      pass === 'changed' && 'nextPageToken' in body ? expect.anything() : null,
    );
  });

  test('of single divisions is looked for in all at once first', async () => {
    const stream = { name: 'feedback', deleted: 'drop', divisions: ['d1', 'd2'] } as const;
    const { source, asked } = await serve(stream, ({ query }) => ({
      entities: query['divisionId'] === 'd2' ? [feedbackBody({ id: 'f1' })] : [],
    }));
    expect(await source.lookup(dropped, context)).toMatchObject({ outcome: 'found' });
    expect(asked.map(({ query }) => query['divisionId'])).toEqual([undefined, 'd1', 'd2']);
  });

  test('that is deleted is, where it is not to be kept, known and not loaded', async () => {
    const { source } = await serve({ name: 'feedback', deleted: 'drop' }, entries);
    const [changed] = await pagesOf(source, window);
    expect(changed?.records.map(({ id }) => id)).toEqual(['f2']);
    expect(changed?.references).toMatchObject([
      {
        kind: 'feedback',
        id: 'f1',
        locator: 'agent-1',
        changedAt: '2026-11-01T12:00:00.000Z',
        reason: 'deleted-event',
      },
    ]);
  });

  const dropped = reference({
    kind: 'feedback',
    id: 'f1',
    locator: 'agent-1',
    changedAt: '2026-11-01T12:00:00.000Z',
    reason: 'deleted-event',
  });

  test.each([
    ['deleted', 'gone'],
    ['published', 'found'],
  ])('that is %s by now is %s', async (status, outcome) => {
    const { source, asked } = await serve({ name: 'feedback', deleted: 'drop' }, ({ query }) =>
      query['nextPageToken'] === undefined
        ? { entities: [feedbackBody({ id: 'f2' })], nextPageToken: 'p2' }
        : { entities: [feedbackBody({ id: 'f1', status })] },
    );
    expect(await source.lookup(dropped, context)).toMatchObject({ outcome });
    // Until now, by the source's clock and not by that of this machine.
    expect(asked[0]?.query).toEqual({
      agentId: 'agent-1',
      dateModifiedFrom: '2026-11-01T12:00:00.000Z',
      pageSize: '500',
    });
  });

  test('that a list called deleted and none shows any more is gone: it must not stop its window', async () => {
    const { source } = await serve({ name: 'feedback', deleted: 'drop' }, () => ({ entities: [] }));
    expect(await source.lookup(dropped, context)).toMatchObject({ outcome: 'gone', reference: dropped });
  });
});

describe('divisions', () => {
  test('are a directory without records', async () => {
    const { source, asked } = await serve({ name: 'divisions' }, () => ({
      entities: [{ id: 'd1', name: 'EMEA' }],
    }));
    expect(await pagesOf(source, window)).toEqual([
      { records: [], references: [], redacted: [], next: null },
    ]);
    const pages = [];
    for await (const page of source.readDirectory(context)) pages.push(page);
    expect(pages).toMatchObject([[{ kind: 'division', id: 'd1', body: { id: 'd1', name: 'EMEA' } }]]);
    expect(asked.map(({ path }) => path)).toEqual(['/api/v2/divisions']);
  });
});

describe('conversations', () => {
  test('are read by their ids; unknown ones are not in the answer', async () => {
    const { source, asked } = await serve({ name: 'csat', label: 'csat' }, () => ({
      entities: [conversationBody()],
    }));
    expect(await source.readConversations?.(['conversation-1', 'unknown'], context)).toMatchObject([
      { conversationId: 'conversation-1', body: conversationBody() },
    ]);
    expect(asked).toMatchObject([
      {
        path: '/api/v2/analytics/conversations/details/query',
        body: { interactionIds: ['conversation-1', 'unknown'] },
      },
    ]);
    expect(source.conversationIdsPerCall).toBe(100);
  });
});

describe('evaluations by their conversations', () => {
  const stream = { name: 'evaluations', discovery: 'conversation-details' } as const;
  const found = (conversationId: string, ...states: string[]) => ({
    conversationId,
    evaluations: states.map((evaluationState, index) => ({
      evaluationId: `${conversationId}-${index}`,
      evaluationState,
    })),
  });
  const month = { start: '2026-10-01T00:00:00.000Z', end: '2026-10-16T12:00:00.000Z' };

  test('are asked for a week at once, and in shorter parts where they are more than a page', async () => {
    let shown = [...Array(130).keys()].map((index) => ({
      ...found(`c${index}`, 'Finished', 'Pending'),
      conversationStart: new Date(Date.parse('2026-10-02T00:00:00Z') + index * 3_600_000).toISOString(),
    }));
    const { source, asked } = await serve(stream, ({ body }) => {
      const { interval, paging } = body as { interval: string; paging: { pageNumber: number } };
      const [from = '', to = ''] = interval.split('/');
      const hits = shown.filter(({ conversationStart: at }) => at >= from && at < to);
      const page = hits.slice((paging.pageNumber - 1) * 100).slice(0, 100);
      // Disputed once it was read: all behind it move up.
      if (hits.length > 100) shown = shown.filter((each) => each !== page[0]);
      return { ...(page.length > 0 ? { conversations: page } : {}), totalHits: hits.length };
    });
    const pages = await pagesOf(source, month);
    expect(asked.map(({ body }) => (body as { interval: string }).interval)).toEqual([
      '2026-10-09T12:00:00.000Z/2026-10-16T12:00:00.000Z',
      '2026-10-02T12:00:00.000Z/2026-10-09T12:00:00.000Z',
      '2026-10-06T00:00:00.000Z/2026-10-09T12:00:00.000Z',
      '2026-10-01T00:00:00.000Z/2026-10-06T00:00:00.000Z',
    ]);
    expect(asked[0]?.body).toMatchObject({
      evaluationFilters: [
        { type: 'and', predicates: [{ type: 'dimension', dimension: 'evaluationState', value: 'Finished' }] },
      ],
      paging: { pageSize: 100 },
    });
    const references = pages.flatMap((page) => page.references);
    expect(references[0]).toMatchObject({
      kind: 'evaluation',
      id: 'c12-0',
      locator: 'c12',
      reason: 'requested',
    });
    expect(new Set(references.map(({ id }) => id))).toEqual(
      new Set([...Array(130).keys()].map((index) => `c${index}-0`)),
    );
  });

  const week = 7 * 86_400_000;
  const first = { until: null, length: week, page: 1 };
  const second = { ...first, page: 2 };
  test.each([
    ['a short page is not the end', { conversations: [], totalHits: 101 }, second],
    ['an empty page behind all hits is the end', { conversations: [], totalHits: 100 }, null],
    ['no conversations where there should be more are not the end', { totalHits: 101 }, second],
    ['no conversations are the end', {}, null],
    ['nothing is the end', null, null],
  ])('%s', async (_, body, next) => {
    const { source } = await serve(stream, () => body ?? {});
    expect(source.skipPage(window, first, body)).toEqual(next);
    expect((await source.readPage(window, first, context)).next).toEqual(next);
  });
});
