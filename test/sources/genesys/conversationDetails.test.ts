import { describe, expect, test } from 'vitest';
import { startSimulator } from '../../../simulator/server.js';
import { createGenesysClient } from '../../../sources/genesys/client.js';
import { createPublishedSource } from '../../../sources/genesys/published/source.js';
import type { Source, SourcePage } from '../../../sources/source.js';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import { never, sendJson, type Script, type TestServer } from '../http/testServer.js';
import { clientOf } from './client.js';

const context = { signal: never, priority: 2 } as const;
const stream = { name: 'evaluations', discovery: 'conversation-details' } as const;
const window: Interval = { start: '2026-10-01T00:00:00.000Z', end: '2026-10-10T00:00:00.000Z' };

async function pagesOf(source: Source, span: Interval): Promise<SourcePage[]> {
  const pages: SourcePage[] = [];
  let cursor: SourcePage['next'] = source.firstCursor(span);
  while (cursor !== null) {
    const page: SourcePage = await source.readPage(span, JSON.parse(JSON.stringify(cursor)), context);
    pages.push(page);
    cursor = page.next;
  }
  return pages;
}

interface Shown {
  conversationStart: string;
}

/** Answers with what started in the interval, and with `before` of each that began earlier and went on. */
const answering =
  (conversations: () => readonly Shown[], before: readonly Shown[] = []): Script =>
  (request, response) => {
    const { interval, order, paging } = JSON.parse(request.body) as {
      interval: string;
      order?: string;
      paging: { pageSize: number; pageNumber: number };
    };
    const [from = '', to = ''] = interval.split('/').map((each) => toIso(toMillis(each)));
    const startOf = ({ conversationStart: start }: Shown) => toIso(toMillis(start));
    const hits = conversations().filter((each) => startOf(each) >= from && startOf(each) < to);
    hits.push(...before.filter((each) => startOf(each) < from && startOf(each) >= from.slice(0, 10)));
    if (order === 'desc') hits.sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
    const page = hits.slice((paging.pageNumber - 1) * paging.pageSize).slice(0, paging.pageSize);
    sendJson(response, 200, { ...(page.length > 0 ? { conversations: page } : {}), totalHits: hits.length });
  };

const bodiesOf = (server: TestServer) =>
  server.received.filter(({ url }) => url !== '/oauth/token').map(({ body }) => JSON.parse(body));

const conversation = (id: string, start: string, ...evaluations: object[]) => ({
  conversationId: id,
  conversationStart: start,
  evaluations,
});

describe('evaluations by their conversations', () => {
  test('are asked for a week at once, by the dimension that the vendor has', async () => {
    const started = [
      conversation('c1', '2026-10-01T10:00:00Z', { evaluationId: 'e1', evaluationStatus: 'Finished' }),
      conversation('c2', '2026-10-02T23:59:00Z', { evaluationId: 'e2', evaluationStatus: 'Finished' }),
      conversation('c3', '2026-10-03T00:00:00Z', { evaluationId: 'e3', evaluationStatus: 'Finished' }),
    ];
    const { api, server } = await clientOf(answering(() => started));
    const source = createPublishedSource(api, stream);
    const pages = await pagesOf(source, window);
    expect(pages.map(({ references }) => references.map(({ id }) => id))).toEqual([['e3'], ['e2', 'e1']]);
    const bodies = bodiesOf(server);
    expect(bodies[0]).toEqual({
      interval: '2026-10-03T00:00:00.000Z/2026-10-10T00:00:00.000Z',
      evaluationFilters: [
        {
          type: 'and',
          predicates: [{ type: 'dimension', dimension: 'evaluationStatus', value: 'Finished' }],
        },
      ],
      order: 'desc',
      orderBy: 'conversationStart',
      paging: { pageSize: 100, pageNumber: 1 },
    });
    expect(bodies.at(-1)?.interval).toBe('2026-10-01T00:00:00.000Z/2026-10-03T00:00:00.000Z');
    expect(source.capabilities).toMatchObject({ listedBy: 'conversation', answersInLists: 'never' });
    expect(source.capabilities.permissions).toContain('analytics:conversationDetail:view');
  });

  const everyMinute = (count: number, length = 60_000) =>
    [...Array(count).keys()].map((index) =>
      conversation(`c${index}`, toIso(toMillis('2026-10-05T00:00:00Z') + index * length), {
        evaluationId: `e${index}`,
        evaluationStatus: 'Finished',
      }),
    );
  const idsOf = (pages: readonly SourcePage[]) =>
    pages.flatMap(({ references }) => references.map(({ id }) => id));

  test('are all found where one that was read leaves the filter before the next page', async () => {
    let shown = everyMinute(150);
    let asked = 0;
    const { api } = await clientOf(
      answering(() => {
        // The one that started last is disputed once it was read.
        if (asked++ === 1) shown = shown.slice(0, -1);
        return shown;
      }),
    );
    const narrow = { start: '2026-10-05T00:00:00.000Z', end: '2026-10-06T00:00:00.000Z' };
    const pages = await pagesOf(createPublishedSource(api, stream), narrow);
    expect(asked).toBe(2);
    expect(new Set(idsOf(pages))).toEqual(new Set([...Array(150).keys()].map((index) => `e${index}`)));
  });

  test('are found by the page where many started in one moment', async () => {
    const { api, server } = await clientOf(answering(() => everyMinute(250, 0)));
    const pages = await pagesOf(createPublishedSource(api, stream), window);
    expect(new Set(idsOf(pages)).size).toBe(250);
    expect(bodiesOf(server).map(({ paging }) => paging.pageNumber)).toEqual([1, 1, 2, 3]);
  });

  test('are not looked for among what only went on in the part', async () => {
    const goingOn = [...Array(300).keys()].map((index) =>
      conversation(`long${index}`, toIso(toMillis('2026-10-05T01:00:00Z') + index), {
        evaluationId: `long${index}`,
        evaluationStatus: 'Finished',
      }),
    );
    const { api, server } = await clientOf(answering(() => everyMinute(150).slice(120), goingOn));
    const narrow = { start: '2026-10-05T02:00:00.000Z', end: '2026-10-06T00:00:00.000Z' };
    const pages = await pagesOf(createPublishedSource(api, stream), narrow);
    expect(idsOf(pages)).toHaveLength(30);
    expect(bodiesOf(server)).toHaveLength(1);
  });

  test('that do not come in the order that was asked for are refused, and read on behind', async () => {
    const [first, second, ...others] = everyMinute(100).toReversed();
    const body = { conversations: [second, first, ...others], totalHits: 150 };
    const { api } = await clientOf((_, response) => sendJson(response, 200, body));
    const source = createPublishedSource(api, stream);
    const cursor = source.firstCursor(window);
    await expect(source.readPage(window, cursor, context)).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      body,
    });
    expect(source.skipPage(window, cursor, body)).toMatchObject({
      until: toMillis('2026-10-05T00:00:00.001Z'),
      page: 1,
    });
  });

  test.each([
    ['finished', { evaluationStatus: 'Finished' }, [{ reason: 'requested', isAutomated: null }]],
    ['finished, in another casing', { evaluationStatus: 'FINISHED' }, [{ reason: 'requested' }]],
    ['automated', { evaluationStatus: 'Finished', systemSubmitted: true }, [{ isAutomated: true }]],
    ['pending', { evaluationStatus: 'Pending' }, []],
    ['deleted', { evaluationStatus: 'Finished', deleted: true }, [{ reason: 'deleted-event' }]],
  ])('that are %s are so many to read', async (_, evaluation, expected) => {
    const found = conversation('c1', '2026-10-01T10:00:00Z', { evaluationId: 'e1', ...evaluation });
    const { api } = await clientOf(answering(() => [found]));
    const pages = await pagesOf(createPublishedSource(api, stream), window);
    const references = pages.flatMap((page) => page.references);
    expect(references).toMatchObject(expected.map((each) => ({ id: 'e1', locator: 'c1', ...each })));
    expect(references).toHaveLength(expected.length);
  });

  test('are those of the simulated organisation', async () => {
    const simulator = await startSimulator({
      seed: 7,
      evaluations: 400,
      from: '2026-09-01T00:00:00Z',
      to: '2026-10-01T00:00:00Z',
      now: '2026-10-20T12:00:00Z',
      allowance: 1_000_000,
    });
    try {
      const api = createGenesysClient({
        connection: 'acme',
        region: undefined,
        ...simulator,
        tokenRefreshMarginSeconds: 60,
        allowance: { requests: 1_000_000, windowSeconds: 60 },
      });
      const span = { start: '2026-09-08T00:00:00.000Z', end: '2026-09-18T00:00:00.000Z' };
      const pages = await pagesOf(createPublishedSource(api, stream), span);
      const restricted = new Set(simulator.organisation.restrictedDivisionIds);
      const granted = simulator.organisation
        .divisions()
        .flatMap(({ id }) => (restricted.has(id) ? [] : [id]));
      const viewer = { divisionIds: new Set(granted) };
      const expected = (['evaluations', 'calibration_evaluations'] as const)
        .flatMap((table) => [...simulator.organisation.truth(table, viewer)])
        .filter(
          ({ status, conversation_start: start }) =>
            status === 'FINISHED' && String(start) >= span.start && String(start) < span.end,
        )
        .map((row) => row['evaluation_id']);
      expect(expected.length).toBeGreaterThan(20);
      const found = pages.flatMap(({ references }) =>
        references.flatMap(({ id, reason }) => (reason === 'requested' ? [id] : [])),
      );
      expect([...new Set(found)].sort()).toEqual(expected.sort());
    } finally {
      await simulator.close();
    }
  });
});
