import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CxoneGuideStream } from '../../../../sources/cxone/guide/streams.js';
import { context, pagesOf } from '../../guide/simulatedGuide.js';
import type { Answering } from '../../http/servedApi.js';
import { allAssessments, allFeedback, assessmentBody, feedbackBody, serve } from './fixtures.js';

const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const changed = { updatedFrom: window.start, updatedTo: window.end, pageSize: '500' };
const created = { dateFrom: window.start, dateTo: window.end, pageSize: '500' };

const assessmentsPath = '/api/v2/quality/assessments';
const feedbackPath = '/api/v2/agent-performance/feedback';
const nothing: Answering = () => ({ entities: [], nextPageToken: null });

const bodyOf = ({ name }: CxoneGuideStream, id: string) =>
  name === 'assessments' ? assessmentBody({ id }) : feedbackBody({ id });

describe('a window', () => {
  test.each<[string, CxoneGuideStream, string, object[]]>([
    ['of all assessments', allAssessments, assessmentsPath, [{}]],
    [
      'of the assessments of two sites',
      { ...allAssessments, sites: ['s1', 's 2'] },
      assessmentsPath,
      [{ siteId: 's1' }, { siteId: 's 2' }],
    ],
    [
      'of the assessments of a queue',
      { ...allAssessments, queues: ['q1'] },
      assessmentsPath,
      [{ queueId: 'q1' }],
    ],
    [
      'of the assessments of sites and queues, some named twice',
      { ...allAssessments, sites: ['s1', 's2', 's1'], queues: ['q1', 'q2'] },
      assessmentsPath,
      ['s1', 's2'].flatMap((siteId) => ['q1', 'q2'].map((queueId) => ({ siteId, queueId }))),
    ],
    ['of all feedback', allFeedback, feedbackPath, [{}]],
    ['of the feedback of a site', { ...allFeedback, sites: ['s1'] }, feedbackPath, [{ siteId: 's1' }]],
  ])('%s is read by change and by creation', async (_, stream, path, scopes) => {
    const { source, asked } = await serve(stream, nothing);
    expect((await pagesOf(source, window)).flatMap(({ records }) => records)).toEqual([]);
    expect(asked.map((each) => each.path)).toEqual(asked.map(() => path));
    expect(asked.map(({ query }) => query)).toEqual(
      [changed, created].flatMap((range) => scopes.map((scope) => ({ ...range, ...scope }))),
    );
  });

  test('hands tokens back as they came, and ends a list at a missing one or null alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<CxoneGuideStream>(
          { ...allAssessments, sites: ['s1', 's2'] },
          { ...allFeedback, sites: ['s1'] },
        ),
        fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), { maxLength: 4 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 5, maxLength: 5 }),
        async (stream, tokens, sizes) => {
          const { source, asked, server } = await serve(stream, ({ query }) => {
            const at = query['nextPageToken'] === undefined ? 0 : tokens.indexOf(query['nextPageToken']) + 1;
            const list = `${query['siteId']} ${query['updatedFrom'] ?? query['dateFrom']}`;
            const entities = Array.from({ length: sizes[at] ?? 0 }, (_, n) =>
              bodyOf(stream, `${list} ${at} ${n}`),
            );
            const next = tokens[at];
            return next === undefined && at % 2 === 0
              ? { entities }
              : { entities, nextPageToken: next ?? null };
          });
          const pages = await pagesOf(source, window);
          const lists = 2 * (stream.sites as string[]).length;
          expect(asked.map(({ query }) => query['nextPageToken'])).toEqual(
            Array.from({ length: lists }).flatMap(() => [undefined, ...tokens]),
          );
          expect(pages.map(({ records }) => records.length)).toEqual(
            Array.from({ length: lists }).flatMap(() => sizes.slice(0, tokens.length + 1)),
          );
          await server.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each([allAssessments, allFeedback])(
    'and the next leave nothing between them, however finely the vendor dates $name',
    async (stream) => {
      const fine = '2026-11-01T23:59:59.9995';
      const isIn = (from = '', to = '') => from.slice(0, -1) <= fine && fine <= to.slice(0, -1);
      const { source } = await serve(stream, ({ query }) => ({
        entities:
          isIn(query['updatedFrom'], query['updatedTo']) || isIn(query['dateFrom'], query['dateTo'])
            ? [bodyOf(stream, 'fine')]
            : [],
      }));
      const next = { start: window.end, end: '2026-11-03T00:00:00.000Z' };
      const pages = [...(await pagesOf(source, window)), ...(await pagesOf(source, next))];
      expect(new Set(pages.flatMap(({ records }) => records.map(({ id }) => id)))).toEqual(new Set(['fine']));
    },
  );

  test('whose list leads back is refused', async () => {
    const { source } = await serve(allFeedback, () => ({ entities: [], nextPageToken: 'again' }));
    await expect(pagesOf(source, window)).rejects.toMatchObject({ kind: 'SchemaMismatch' });
  });

  test('is described by list, site, queue and page', async () => {
    const { source } = await serve({ ...allAssessments, sites: ['s1'], queues: ['q1'] }, ({ query }) => ({
      entities: [],
      nextPageToken: query['nextPageToken'] === undefined ? 't' : null,
    }));
    const described = [source.describeCursor(source.firstCursor(window))];
    for (const { next } of await pagesOf(source, window)) {
      if (next !== null) described.push(source.describeCursor(next));
    }
    expect(described).toEqual([
      'changed in the window, site s1, queue q1',
      'changed in the window, site s1, queue q1, page 2',
      'created in the window, site s1, queue q1',
      'created in the window, site s1, queue q1, page 2',
    ]);
  });

  test('begun with other sites is not read on', async () => {
    const before = await serve({ ...allFeedback, sites: ['s1'] }, nothing);
    const { source } = await serve({ ...allFeedback, sites: ['s2'] }, nothing);
    await expect(source.readPage(window, before.source.firstCursor(window), context)).rejects.toMatchObject({
      kind: 'InvalidRequest',
      message: expect.stringContaining('s1'),
    });
  });

  test.each<[string, object | string, string | null]>([
    ['goes on where it says so', { nextPageToken: 't2' }, 'changed in the window, site s1, page 2'],
    ['ends its list where it says nothing', {}, 'changed in the window, site s2'],
    ['ends its list where there is nothing to read', 'broken', 'changed in the window, site s2'],
  ])('with a page that cannot be used %s', async (_, body, expected) => {
    const { source } = await serve({ ...allFeedback, sites: ['s1', 's2'] }, () => body);
    const first = source.firstCursor(window);
    await expect(source.readPage(window, first, context)).rejects.toThrow();
    const behind = source.skipPage(window, first, body);
    expect(behind === null ? null : source.describeCursor(behind)).toBe(expected);
  });

  test('ends behind its last page, also where that cannot be used', async () => {
    const { source } = await serve(allFeedback, nothing);
    const [first] = await pagesOf(source, window);
    if (first?.next == null) throw new Error('a window has two lists');
    expect(source.skipPage(window, first.next, {})).toBeNull();
  });
});

/** As it arrives. */
const sent = (body: object): unknown => JSON.parse(JSON.stringify(body));

describe('records', () => {
  test.each([
    ['by an evaluator', {}, false],
    ['by the system', { evaluatorId: undefined }, true],
    ['by nobody yet', { evaluatorId: null, qualityScore: null }, null],
  ])('of assessments %s say so', async (_, more, isAutomated) => {
    const body = sent(assessmentBody(more));
    const { source } = await serve(allAssessments, () => ({ entities: [body] }));
    const [page] = await pagesOf(source, window);
    expect(page).toMatchObject({ references: [], redacted: [] });
    expect(page?.records).toMatchObject([
      {
        kind: 'evaluation',
        id: 'assessment-1',
        conversationId: 'interaction-1',
        changeStamp: '2026-11-01T12:00:00.000Z',
        formId: 'rubric-1',
        isAutomated,
        body,
      },
    ]);
  });

  test('of feedback have no form, and may be about no interaction', async () => {
    const body = sent(feedbackBody({ interactionId: undefined }));
    const { source } = await serve(allFeedback, () => ({ entities: [body] }));
    const [page] = await pagesOf(source, window);
    expect(page?.records).toMatchObject([{ kind: 'feedback', id: 'feedback-1', formId: null, body }]);
    expect(page?.records[0]).not.toHaveProperty('conversationId');
  });
});
