/** What the vendor's contract does not have is refused, so that a client cannot come to rely on it. */
import { afterAll, describe, expect, it } from 'vitest';
import { dateRange, openSimulator, searchPath, span, type Method } from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 100 });
afterAll(() => shared.close());
const { api } = shared;

const submitted = dateRange('submittedDate', span.from, span.to);
const exact = (field: string, ...values: string[]) => ({ type: 'EXACT', field, values });
const many = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
const details = '/api/v2/analytics/conversations/details';
const aggregates = '/api/v2/analytics/evaluations/aggregates';
const ofDays = (days: number) =>
  `${span.from}/${new Date(Date.parse(span.from) + days * 86_400_000).toISOString()}`;

/** The names a refusal must give for the caller to find the mistake. */
type Refused = [name: string, code: string, named: string];

async function expectRefused(method: Method, path: string, body: unknown, [, code, named]: Refused) {
  const refusal = await api.refused(400, method, path, body);
  expect(refusal).toMatchObject({ code, status: 400 });
  expect(refusal.message).toContain(named);
}

describe('a query parameter', () => {
  it.each([
    ['/api/v2/quality/evaluations/query?conversationId=c&sortBy=releaseDate', 'sortBy'],
    ['/api/v2/quality/evaluations/query?conversationId=c&dateModifiedRange=x', 'dateModifiedRange'],
    ['/api/v2/quality/forms/evaluations?cursor=x', 'cursor'],
    ['/api/v2/users?pagesize=10', 'pagesize'],
    ['/api/v2/authorization/divisions?after=x', 'after'],
    ['/api/v2/authorization/divisions/home?pageSize=1', 'pageSize'],
    // Names that every object of JavaScript has.
    ['/api/v2/users?constructor=x', 'constructor'],
    ['/api/v2/users?__proto__=x', '__proto__'],
  ])('that the operation does not have is refused: %s', (path, parameter) =>
    expectRefused('GET', path, undefined, ['', 'bad.request', `[${parameter}]`]),
  );

  it.each([
    ['/api/v2/quality/evaluations/query?conversationId=c&evaluationState=Finished', 'Finished'],
    ['/api/v2/quality/evaluations/query?conversationId=c&evaluationState=FINISHED,Pending', 'Pending'],
    ['/api/v2/quality/evaluations/query?conversationId=c&isReleased=yes', 'yes'],
    ['/api/v2/quality/evaluations/query?conversationId=c&startTime=2026-09-01', '2026-09-01'],
    ['/api/v2/quality/evaluations/query?conversationId=c&expand=form', 'form'],
    ['/api/v2/users?state=ACTIVE', 'ACTIVE'],
    ['/api/v2/users?pageSize=ten', 'ten'],
    ['/api/v2/users?pageNumber=0', '[0]'],
    ['/api/v2/users?pageNumber=-1', '[-1]'],
    ['/api/v2/teams?after=nonsense', 'nonsense'],
    ['/api/v2/authorization/divisions/query?after=nonsense', 'nonsense'],
  ])('with a value that cannot be is refused: %s', (path, value) =>
    expectRefused('GET', path, undefined, ['', 'invalid.value', value]),
  );

  it.each([
    ['/api/v2/quality/evaluations/query', 'conversationId'],
    ['/api/v2/quality/evaluations/query?queueId=q', 'agentUserId'],
    ['/api/v2/quality/calibrations', 'calibratorId'],
    ['/api/v2/quality/calibrations/c-1', 'conversationId'],
    ['/api/v2/quality/forms/evaluations/bulk', 'id'],
    ['/api/v2/quality/forms/evaluations/bulk/contexts', 'contextId'],
    [details, 'id'],
    ['/api/v2/authorization/divisionspermitted/paged/me', 'permission'],
  ])('that is needed is asked for: %s', (path, parameter) =>
    expectRefused('GET', path, undefined, ['', 'bad.request', parameter]),
  );

  it.each([
    ['/api/v2/quality/evaluations/query?conversationId=c&', 100],
    ['/api/v2/quality/forms/evaluations?', 100],
    ['/api/v2/quality/publishedforms/evaluations?', 100],
    ['/api/v2/quality/calibrations?calibratorId=c&', 100],
    ['/api/v2/quality/agents/activity?', 500],
    ['/api/v2/users?', 500],
    ['/api/v2/routing/queues?', 500],
    ['/api/v2/authorization/divisions?', 500],
    ['/api/v2/authorization/divisions/query?', 200],
    ['/api/v2/teams?', 200],
  ])('%spageSize has a limit of %i', async (path, limit) => {
    await api.get(`${path}pageSize=${limit}`);
    await expectRefused('GET', `${path}pageSize=${limit + 1}`, undefined, ['', 'invalid.value', 'pageSize']);
    await expectRefused('GET', `${path}pageSize=0`, undefined, ['', 'invalid.value', 'pageSize']);
  });

  it.each([
    ['/api/v2/quality/forms/evaluations/bulk', 'id'],
    ['/api/v2/quality/forms/evaluations/bulk/contexts', 'contextId'],
    [details, 'id'],
  ])('%s takes 100 ids, comma-joined or repeated', async (path, parameter) => {
    await api.get(`${path}?${parameter}=${many(100).join(',')}`);
    await api.get(
      `${path}?${many(100)
        .map((id) => `${parameter}=${id}`)
        .join('&')}`,
    );
    await expectRefused('GET', `${path}?${parameter}=${many(101).join(',')}`, undefined, [
      '',
      'invalid.value',
      '101 ids',
    ]);
  });
});

describe('a search', () => {
  const search = (change: Record<string, unknown>) => ({ query: [submitted], pageNumber: 1, ...change });

  it.each<[...Refused, unknown]>([
    ['no body', 'bad.request', 'body', undefined],
    ['a body that is a list', 'invalid.value', 'body', []],
    ['no query', 'bad.request', 'query', { pageNumber: 1 }],
    ['no page number', 'bad.request', 'pageNumber', { query: [submitted] }],
    ['a field that is not there', 'bad.request', 'cursor', search({ cursor: 'x' })],
    ['a field that every object has', 'bad.request', 'constructor', search({ constructor: 1 })],
    ['the sort order in another casing', 'invalid.value', 'asc', search({ sortOrder: 'asc' })],
    ['a date there is no sorting by', 'invalid.value', 'changedDate', search({ sortBy: 'changedDate' })],
    ['a number as text', 'invalid.value', 'pageSize', search({ pageSize: '25' })],
    ['a page of 101', 'invalid.value', 'pageSize', search({ pageSize: 101 })],
    ['page 0', 'invalid.value', 'pageNumber', search({ pageNumber: 0 })],
    ['half a page', 'invalid.value', 'pageSize', search({ pageSize: 2.5 })],
    ['no time range', 'bad.request', 'DATE_RANGE', search({ query: [exact('formId', 'f')] })],
    [
      'a negated time range only',
      'bad.request',
      'DATE_RANGE',
      search({ query: [{ ...submitted, operator: 'NOT' }] }),
    ],
    [
      'a field there is no searching by',
      'invalid.value',
      'changedDate',
      search({ query: [dateRange('changedDate', span.from, span.to)] }),
    ],
    [
      'a criterion type in another casing',
      'invalid.value',
      'query[0].type',
      search({ query: [{ ...submitted, type: 'date_range' }] }),
    ],
    [
      'more than three months',
      'invalid.value',
      '3 months',
      search({ query: [dateRange('submittedDate', span.from, '2026-12-01T00:00:00.001Z')] }),
    ],
    [
      'a range that ends before it starts',
      'invalid.value',
      'endValue',
      search({ query: [dateRange('submittedDate', span.to, span.from)] }),
    ],
    [
      'a date without milliseconds',
      'invalid.value',
      '2026-09-01T00:00:00Z',
      search({ query: [dateRange('submittedDate', '2026-09-01T00:00:00Z', span.to)] }),
    ],
    [
      'a date with an offset',
      'invalid.value',
      '+02:00',
      search({ query: [dateRange('submittedDate', '2026-09-01T00:00:00.000+02:00', span.to)] }),
    ],
    [
      '51 values',
      'invalid.value',
      'at most 50',
      search({ query: [submitted, exact('evaluationId', ...many(51))] }),
    ],
    [
      'a criterion without values',
      'bad.request',
      'query[1]',
      search({ query: [submitted, exact('formId')] }),
    ],
    [
      'a flag that is none',
      'invalid.value',
      'maybe',
      search({ query: [submitted, exact('released', 'maybe')] }),
    ],
    [
      'a score that is none',
      'invalid.value',
      'high',
      search({ query: [submitted, { type: 'GREATER_THAN', field: 'totalScore', value: 'high' }] }),
    ],
    [
      'a comparison of ids',
      'invalid.value',
      'GREATER_THAN',
      search({ query: [submitted, { type: 'GREATER_THAN', field: 'agentId', value: 'a' }] }),
    ],
    [
      'aggregations with a page',
      'invalid.value',
      'pageSize',
      search({ pageSize: 25, aggregations: [{ name: 'n', type: 'COUNT', field: 'totalScore' }] }),
    ],
    [
      'a page beyond what can be paged to',
      'invalid.value',
      '10000',
      search({ pageSize: 100, pageNumber: 101 }),
    ],
  ])('with %s is refused', (name, code, named, body) =>
    expectRefused('POST', searchPath, body, [name, code, named]),
  );

  it('takes exactly three months, 50 values and 10,000 results', async () => {
    await api.post(searchPath, {
      query: [
        dateRange('submittedDate', span.from, '2026-12-01T00:00:00.000Z'),
        exact('evaluationId', ...many(50)),
      ],
      pageNumber: 100,
      pageSize: 100,
    });
  });

  it('is not taken for JSON when it is none', async () => {
    const answer = await fetch(`${shared.simulator.apiUrl}${searchPath}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: '{"query":',
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'bad.request', message: expect.stringContaining('JSON') }),
    ]);
  });
});

describe('analytics', () => {
  const aggregation = (change: Record<string, unknown>) => ({
    interval: ofDays(30),
    metrics: ['nEvaluations'],
    ...change,
  });

  it.each<[...Refused, string, unknown]>([
    ['no metrics', 'bad.request', 'metrics', 'query', { interval: ofDays(1) }],
    ['no interval', 'bad.request', 'interval', 'query', { metrics: ['nEvaluations'] }],
    [
      'an unknown metric',
      'invalid.value',
      'averageScore',
      'query',
      aggregation({ metrics: ['averageScore'] }),
    ],
    ['an unknown dimension', 'invalid.value', 'agentId', 'query', aggregation({ groupBy: ['agentId'] })],
    ['a granularity that is none', 'invalid.value', 'daily', 'query', aggregation({ granularity: 'daily' })],
    [
      'an unknown time dimension',
      'invalid.value',
      'submittedDate',
      'query',
      aggregation({ alternateTimeDimension: 'submittedDate' }),
    ],
    [
      'an interval that ends before it starts',
      'invalid.value',
      'interval',
      'query',
      aggregation({ interval: `${span.to}/${span.from}` }),
    ],
    [
      'an interval that is a date',
      'invalid.value',
      'interval',
      'query',
      aggregation({ interval: span.from }),
    ],
    ['more than a year', 'invalid.value', '366 days', 'query', aggregation({ interval: ofDays(367) })],
    ['a page, where there are none', 'bad.request', 'pageSize', 'query', aggregation({ pageSize: 10 })],
    ['a page of nothing', 'invalid.value', 'pageSize', 'jobs', aggregation({ pageSize: 0 })],
  ])('aggregates with %s are refused', (name, code, named, form, body) =>
    expectRefused('POST', `${aggregates}/${form}`, body, [name, code, named]),
  );

  it.each<[...Refused, string, unknown]>([
    ['no interval', 'bad.request', 'interval', 'query', {}],
    ['eight days', 'invalid.value', '7 days', 'query', { interval: ofDays(8) }],
    ['a job of 32 days', 'invalid.value', '31 days', 'jobs', { interval: ofDays(32) }],
    [
      'a page of 101',
      'invalid.value',
      'paging.pageSize',
      'query',
      { interval: ofDays(7), paging: { pageSize: 101, pageNumber: 1 } },
    ],
    [
      'page 0',
      'invalid.value',
      'paging.pageNumber',
      'query',
      { interval: ofDays(7), paging: { pageSize: 100, pageNumber: 0 } },
    ],
    [
      'paging of a job',
      'bad.request',
      'paging',
      'jobs',
      { interval: ofDays(7), paging: { pageSize: 100, pageNumber: 1 } },
    ],
    ['an order in another casing', 'invalid.value', 'DESC', 'query', { interval: ofDays(7), order: 'DESC' }],
    [
      'a dimension that evaluations do not have',
      'invalid.value',
      'evaluationState',
      'query',
      {
        interval: ofDays(7),
        evaluationFilters: [
          { type: 'and', predicates: [{ dimension: 'evaluationState', value: 'FINISHED' }] },
        ],
      },
    ],
  ])('conversation details with %s are refused', (name, code, named, form, body) =>
    expectRefused('POST', `${details}/${form}`, body, [name, code, named]),
  );
});

describe('what is not there', () => {
  it.each([
    '/api/v2/quality/evaluations',
    '/api/v2/quality/templates/t-1',
    '/api/v2/quality/metrics',
    '/api/v2/divisions',
    '/api/v1/users',
  ])('is not found: %s', async (path) => {
    expect(await api.refused(404, 'GET', path)).toMatchObject({ status: 404 });
  });

  it.each([
    ['/api/v2/quality/conversations/c-1/evaluations/e-1', 'e-1'],
    ['/api/v2/quality/forms/evaluations/f-1', 'f-1'],
    ['/api/v2/quality/forms/evaluations/f-1/versions', 'f-1'],
    ['/api/v2/quality/calibrations/c-1?conversationId=x', 'c-1'],
    ['/api/v2/users/u-1', 'u-1'],
    ['/api/v2/routing/queues/q-1', 'q-1'],
    ['/api/v2/teams/t-1', 't-1'],
    ['/api/v2/authorization/divisions/d-1', 'd-1'],
    ['/api/v2/analytics/conversations/c-1/details', 'c-1'],
    [`${aggregates}/jobs/j-1`, 'j-1'],
    [`${details}/jobs/j-1/results`, 'j-1'],
    ['/api/v2/organizations/limits/namespaces/n-1', 'n-1'],
  ])('is named: %s', async (path, id) => {
    expect(await api.refused(404, 'GET', path)).toMatchObject({ code: 'not.found', entityId: id });
  });
});
