import { describe, expect, test } from 'vitest';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import type { EvaluationBody } from '../../../sources/genesys/guide/recalculation.js';
import { TidemarkError } from '../../../model/errors.js';
import type { RecordReference } from '../../../sources/source.js';
import { sendJson } from '../http/testServer.js';
import { evaluationBody, templateBody } from './fixtures.js';
import { completed, evaluationsPath, recalculatePath, serveGuide, type Asked } from './servedGuide.js';
import { context, pagesOf } from './simulatedGuide.js';

const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const stream = { name: 'evaluations', discovery: 'lists' } as const;

/** Pages of so many evaluations, each with the next one's number as its cursor. */
function paging(sizes: readonly number[], last: { nextPage?: null } = {}) {
  return ({ query }: Asked) => {
    const number = Number(query['cursor'] ?? 0);
    const before = sizes.slice(0, number).reduce((sum, size) => sum + size, 0);
    const entities = Array.from({ length: sizes[number] ?? 0 }, (_, index) =>
      evaluationBody({ id: `e${before + index}` }),
    );
    return {
      entities,
      pageSize: 250,
      ...(number + 1 < sizes.length ? { nextPage: String(number + 1) } : last),
    };
  };
}

async function serve(pages: (asked: Asked) => unknown) {
  const served = await serveGuide((asked) =>
    asked.path === recalculatePath ? completed(asked) : pages(asked),
  );
  return { ...served, source: createGuideSource(served.api, stream) };
}

describe('pages of evaluations', () => {
  test.each([
    ['full ones', [250, 250], {}],
    ['short ones, which are not the end', [250, 3, 1, 250], {}],
    ['empty ones, which are not the end either', [0, 5, 0, 2], {}],
    ['one, with null for the next', [7], { nextPage: null }],
    ['none', [0], {}],
  ])('are read until there is no next one: %s', async (_, sizes, last) => {
    const { source } = await serve(paging(sizes, last));
    const pages = await pagesOf(source, window);
    const ids = pages.flatMap(({ records }) => records.map(({ id }) => id));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(ids).toEqual(Array.from({ length: total }, (_each, index) => `e${index}`));
    expect(pages).toHaveLength(sizes.length);
  });

  test('are asked for by a range without the end of the window, and by fields that rows are made of', async () => {
    const { source, asked } = await serve(paging([1, 1]));
    await pagesOf(source, window);
    const lists = asked.filter(({ path }) => path === evaluationsPath).map(({ query }) => query);
    const all = {
      dateModifiedRange: '2026-11-01T00:00:00.000Z..2026-11-02T00:00:00.000Z',
      pageSize: '250',
      fields:
        'id,status,interactionId,evaluationTemplateId,overallScore,dateModified,submitDate,releaseDate,' +
        'evaluatorId,evaluatorName,interactionDate,users,isCalibration,divisionIds,comments,sections',
    };
    expect(lists).toEqual([all, { ...all, cursor: '1' }]);
  });

  test('bring along whether scores are still worked out, a hundred ids at once', async () => {
    const { source, asked } = await serve(paging([250]));
    const [page] = await pagesOf(source, window);
    const statuses = asked.filter(({ path }) => path === recalculatePath);
    expect(statuses.map(({ query }) => query['evaluationId']?.split(',').length)).toEqual([100, 100, 50]);
    expect(page?.records.map(({ body }) => (body as EvaluationBody).recalculation)).toEqual(
      Array.from({ length: 250 }, () => 'completed'),
    );
  });

  test('of evaluations whose state is not known are loaded all the same', async () => {
    const { api } = await serveGuide((asked) =>
      asked.path === recalculatePath ? { entities: [] } : paging([1])(asked),
    );
    const [page] = await pagesOf(createGuideSource(api, stream), window);
    expect(page?.records.map(({ body }) => (body as EvaluationBody).recalculation)).toEqual([null]);
  });

  test('whose states cannot be used lead on to the next page all the same', async () => {
    const list = { entities: [evaluationBody()], nextPage: 'c2' };
    const { api } = await serveGuide(({ path }) => (path === recalculatePath ? { entities: 'none' } : list));
    const source = createGuideSource(api, stream);
    const begin = source.firstCursor(window);
    const error: unknown = await source.readPage(window, begin, context).catch((caught: unknown) => caught);
    if (!(error instanceof TidemarkError)) return expect.unreachable('no error');
    expect(error.body).toEqual(list);
    expect(source.skipPage(window, begin, error.body)).toMatchObject({
      pass: 'changed',
      token: 'c2',
      page: 2,
    });
  });

  test('that lead to themselves are refused instead of read for ever', async () => {
    const { source } = await serve(() => ({ entities: [evaluationBody()], nextPage: 'again' }));
    await expect(pagesOf(source, window)).rejects.toMatchObject({ kind: 'SchemaMismatch' });
  });

  test.each([
    [
      'leads on where it says so',
      { entities: 'broken', nextPage: 'c2' },
      { pass: 'changed', token: 'c2', page: 4, mark: 'c0' },
    ],
    ['ends the window where it says nothing', { entities: 'broken' }, null],
    ['ends the window where it is no object', 'broken', null],
    ['ends the window where it leads to itself', { nextPage: 'c1' }, null],
    ['ends the window where it leads back', { nextPage: 'c0' }, null],
  ])('a page that cannot be used %s', async (_, body, expected) => {
    const { source } = await serve(paging([0]));
    const behind = source.skipPage(window, { pass: 'changed', token: 'c1', page: 3, mark: 'c0' }, body);
    expect(behind).toEqual(expected);
  });

  test('a cursor of another version is refused with a remedy', async () => {
    const { source } = await serve(paging([0]));
    await expect(source.readPage(window, { pass: 'events' }, context)).rejects.toMatchObject({
      kind: 'InvalidRequest',
    });
  });
});

describe('a read by id', () => {
  const reference: RecordReference = {
    kind: 'evaluation',
    id: 'evaluation-1',
    locator: 'conversation-1',
    changedAt: '2026-11-01T00:00:00.000Z',
    isAutomated: null,
    reason: 'requested',
  };

  test('is of the conversation, and brings along whether the score is final', async () => {
    const { source, asked } = await serve((one) => ({ ...evaluationBody(), at: one.path }));
    const lookup = await source.lookup(reference, context);
    expect(lookup).toMatchObject({
      outcome: 'found',
      record: {
        id: 'evaluation-1',
        formId: 'template-1',
        changeStamp: '2026-11-01T12:00:00.000Z',
        body: { recalculation: 'completed' },
      },
    });
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/v2/quality/conversations/conversation-1/evaluations/evaluation-1',
      recalculatePath,
    ]);
  });

  test('of what is gone says so', async () => {
    const { api } = await serveGuide((_, response) =>
      sendJson(response, 404, { message: 'not found', code: 'not.found' }),
    );
    expect(await createGuideSource(api, stream).lookup(reference, context)).toMatchObject({
      outcome: 'gone',
      reference,
    });
  });

  test('without the conversation goes to quarantine: its 404 would be no deletion', async () => {
    const { source } = await serve(() => ({}));
    await expect(source.lookup({ ...reference, locator: ' ' }, context)).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      body: { kind: reference.kind, id: reference.id, reason: reference.reason },
    });
  });
});

describe('templates', () => {
  test('are read one after the other; unknown ones are not in the answer', async () => {
    const { api, asked } = await serveGuide(({ path }, response) => {
      if (path.endsWith('/unknown'))
        return sendJson(response, 404, { message: 'not found', code: 'not.found' });
      return templateBody({ id: path.split('/').at(-1) });
    });
    const forms = await createGuideSource(api, stream).readForms(['a/b', 'unknown', 'c'], context);
    expect(forms.map(({ formId }) => formId)).toEqual(['a/b', 'c']);
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/v2/quality/templates/a%2Fb',
      '/api/v2/quality/templates/unknown',
      '/api/v2/quality/templates/c',
    ]);
  });
});
