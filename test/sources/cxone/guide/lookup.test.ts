import { describe, expect, test } from 'vitest';
import type { CxoneGuideStream } from '../../../../sources/cxone/guide/streams.js';
import type { RecordReference } from '../../../../sources/source.js';
import { context } from '../../guide/simulatedGuide.js';
import type { Answering } from '../../http/servedApi.js';
import { sendJson } from '../../http/testServer.js';
import { allAssessments, allFeedback, assessmentBody, feedbackBody, rubricBody, serve } from './fixtures.js';

const feedbackPath = '/api/v2/agent-performance/feedback';
const nothing: Answering = () => ({ entities: [], nextPageToken: null });

describe('rubrics', () => {
  test('are read once each, however often they are asked for, and unknown ones left out', async () => {
    const { source, asked } = await serve(allAssessments, ({ path }, response) =>
      path.endsWith('/unknown')
        ? sendJson(response, 404, { message: 'No rubric', code: 'not.found', status: 404 })
        : rubricBody({ id: decodeURIComponent(path.split('/').at(-1) ?? '') }),
    );
    expect(source.formIdsPerCall).toBe(10);
    for (const ids of [
      ['r/1', 'r2'],
      ['r2', 'unknown', 'r3'],
      ['r3', 'r/1'],
    ]) {
      const forms = await source.readForms(ids, context);
      expect(forms.map(({ formId }) => formId)).toEqual(ids.filter((id) => id !== 'unknown'));
      expect(forms.map(({ body }) => (body as { id: string }).id)).toEqual(forms.map(({ formId }) => formId));
    }
    expect(asked.map(({ path }) => path)).toEqual(
      ['r%2F1', 'r2', 'unknown', 'r3'].map((id) => `/api/v2/quality/rubrics/${id}`),
    );
  });
});

describe('looking up', () => {
  const reference = (more: Partial<RecordReference> = {}): RecordReference => ({
    kind: 'evaluation',
    id: 'assessment-1',
    locator: 'interaction-1',
    changedAt: '2026-11-01T00:30:00.000Z',
    isAutomated: null,
    reason: 'absent',
    ...more,
  });
  const moment = {
    dateFrom: '2026-11-01T00:30:00.000Z',
    dateTo: '2026-11-01T00:30:00.001Z',
    pageSize: '500',
  };
  const narrow: CxoneGuideStream = { ...allAssessments, sites: ['s1', 's2'] };

  test('an assessment searches the moment of its creation, page by page, in all sites first', async () => {
    const { source, asked } = await serve(narrow, ({ query }) =>
      query['nextPageToken'] === undefined
        ? { entities: [assessmentBody({ id: 'other' })], nextPageToken: 'p2' }
        : { entities: [assessmentBody()] },
    );
    expect(await source.lookup(reference(), context)).toMatchObject({
      outcome: 'found',
      record: { id: 'assessment-1', changeStamp: '2026-11-01T12:00:00.000Z', formId: 'rubric-1' },
      references: [],
    });
    expect(asked.map(({ query }) => query)).toEqual([moment, { ...moment, nextPageToken: 'p2' }]);
  });

  test.each<[string, CxoneGuideStream, object[]]>([
    ['a stream of all sites', allAssessments, [{}]],
    ['a stream of two', narrow, [{}, { siteId: 's1' }, { siteId: 's2' }]],
  ])('an assessment that nothing shows is gone: %s', async (_, stream, scopes) => {
    const { source, asked } = await serve(stream, nothing);
    expect(await source.lookup(reference(), context)).toMatchObject({
      outcome: 'gone',
      reference: { id: 'assessment-1' },
      extractedAt: expect.stringMatching(/Z$/u),
    });
    expect(asked.map(({ query }) => query)).toEqual(scopes.map((scope) => ({ ...moment, ...scope })));
  });

  test('an assessment is found whose time is finer than what is held of it', async () => {
    const fine = '2026-11-01T00:30:00.000417';
    const { source } = await serve(allAssessments, ({ query: { dateFrom = '', dateTo = '' } }) => ({
      entities:
        dateFrom.slice(0, -1) <= fine && fine <= dateTo.slice(0, -1)
          ? [assessmentBody({ createdAt: `${fine}Z` })]
          : [],
    }));
    expect(await source.lookup(reference(), context)).toMatchObject({ outcome: 'found' });
  });

  test('an assessment that only one of the sites shows is found there', async () => {
    const { source } = await serve(narrow, ({ query }) => ({
      entities: query['siteId'] === 's2' ? [assessmentBody()] : [],
    }));
    expect(await source.lookup(reference(), context)).toMatchObject({ outcome: 'found' });
  });

  test('an assessment of which nobody knows when it was created is not taken for gone', async () => {
    const { source, asked } = await serve(allAssessments, nothing);
    await expect(source.lookup(reference({ changedAt: '' }), context)).rejects.toMatchObject({
      kind: 'InvalidRequest',
      message: expect.stringContaining('assessment-1'),
    });
    expect(asked).toEqual([]);
  });

  test('feedback reads it by id', async () => {
    const body = feedbackBody({ id: 'f/1' });
    const { source, asked } = await serve(allFeedback, () => body);
    expect(await source.lookup(reference({ kind: 'feedback', id: 'f/1' }), context)).toMatchObject({
      outcome: 'found',
      record: { kind: 'feedback', id: 'f/1', body },
    });
    expect(asked).toMatchObject([{ path: `${feedbackPath}/f%2F1`, query: {} }]);
  });

  test.each([
    [404, { message: 'No feedback', code: 'not.found', status: 404 }, 'gone'],
    [403, { message: 'Missing scope quality:read', code: 'missing.permissions' }, 'Forbidden'],
    [500, { message: 'Try again' }, 'UpstreamUnavailable'],
  ])('feedback that answers %i %o: %s', async (status, answer, expected) => {
    const { source } = await serve(allFeedback, (_, response) => sendJson(response, status, answer));
    const found = source.lookup(reference({ kind: 'feedback', id: 'f1' }), context).then(
      ({ outcome }) => outcome,
      (error: { kind: string }) => error.kind,
    );
    expect(await found).toBe(expected);
  });
});
