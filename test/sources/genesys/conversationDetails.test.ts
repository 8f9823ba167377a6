import { describe, expect, test } from 'vitest';
import { startSimulator } from '../../../simulator/server.js';
import { createGenesysClient } from '../../../sources/genesys/client.js';
import { createPublishedSource } from '../../../sources/genesys/published/source.js';
import type { Source, SourcePage } from '../../../sources/source.js';
import type { Interval } from '../../../model/interval.js';
import { never, sendJson, type Script } from '../http/testServer.js';
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

/** Answers page by page for each interval. */
const paging =
  (pages: Record<string, unknown[][]>): Script =>
  (request, response) => {
    const { interval, paging: asked } = JSON.parse(request.body) as {
      interval: string;
      paging: { pageNumber: number };
    };
    const conversations = pages[interval.slice(0, 10)]?.[asked.pageNumber - 1];
    sendJson(response, 200, { ...(conversations ? { conversations } : {}), totalHits: 1 });
  };

const conversation = (id: string, start: string, ...evaluations: object[]) => ({
  conversationId: id,
  conversationStart: start,
  evaluations,
});

describe('evaluations by their conversations', () => {
  test('are asked for a week at once, by the dimension that the vendor has', async () => {
    const { api, server } = await clientOf(
      paging({
        '2026-10-01': [
          [conversation('c1', '2026-10-01T10:00:00Z', { evaluationId: 'e1', evaluationStatus: 'Finished' })],
          [conversation('c2', '2026-10-02T10:00:00Z', { evaluationId: 'e2', evaluationStatus: 'Finished' })],
        ],
        '2026-10-08': [
          [
            conversation('c2', '2026-10-07T23:59:00Z', { evaluationId: 'e2', evaluationStatus: 'Finished' }),
            conversation('c3', '2026-10-08T00:00:00Z', { evaluationId: 'e3', evaluationStatus: 'Finished' }),
          ],
        ],
      }),
    );
    const source = createPublishedSource(api, stream);
    const pages = await pagesOf(source, window);
    expect(pages.map(({ references }) => references.map(({ id }) => id))).toEqual([
      ['e1'],
      ['e2'],
      [],
      ['e3'],
      [],
    ]);
    const bodies = server.received
      .filter(({ url }) => url !== '/oauth/token')
      .map(({ body }) => JSON.parse(body));
    expect(bodies[0]).toEqual({
      interval: '2026-10-01T00:00:00.000Z/2026-10-08T00:00:00.000Z',
      evaluationFilters: [
        {
          type: 'and',
          predicates: [{ type: 'dimension', dimension: 'evaluationStatus', value: 'Finished' }],
        },
      ],
      paging: { pageSize: 100, pageNumber: 1 },
    });
    expect(bodies.at(-1)?.interval).toBe('2026-10-08T00:00:00.000Z/2026-10-10T00:00:00.000Z');
    expect(source.capabilities).toMatchObject({ listedBy: 'conversation', answersInLists: 'never' });
    expect(source.capabilities.permissions).toContain('analytics:conversationDetail:view');
  });

  test.each([
    ['finished', { evaluationStatus: 'Finished' }, [{ reason: 'requested', isAutomated: null }]],
    ['finished, in another casing', { evaluationStatus: 'FINISHED' }, [{ reason: 'requested' }]],
    ['automated', { evaluationStatus: 'Finished', systemSubmitted: true }, [{ isAutomated: true }]],
    ['pending', { evaluationStatus: 'Pending' }, []],
    ['deleted', { evaluationStatus: 'Finished', deleted: true }, [{ reason: 'deleted-event' }]],
  ])('that are %s are so many to read', async (_, evaluation, expected) => {
    const found = conversation('c1', '2026-10-01T10:00:00Z', { evaluationId: 'e1', ...evaluation });
    const { api } = await clientOf(paging({ '2026-10-01': [[found]] }));
    const [page] = await pagesOf(createPublishedSource(api, stream), window);
    expect(page?.references).toMatchObject(expected.map((each) => ({ id: 'e1', locator: 'c1', ...each })));
    expect(page?.references).toHaveLength(expected.length);
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
