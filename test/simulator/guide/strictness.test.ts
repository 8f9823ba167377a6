/** What the contract does not have is refused, so that a client cannot come to rely on it. */
import { afterAll, describe, expect, it } from 'vitest';
import { freshGuide, guideAs, openGuide, signIn, span } from './guideClient.js';

const auditor = { clientId: 'auditor', clientSecret: 'auditor-secret' };
const shared = await openGuide({ evaluations: 400, clients: [{ ...auditor, divisionIds: 'all' }] });
afterAll(() => shared.simulator.close());

const range = `dateModifiedRange=${span.from}..${span.to}`;
const bySubmission = `from=${span.from}&to=${span.to}`;
const evaluations = '/api/v2/quality/evaluations';
const metrics = `/api/v2/quality/metrics?startTime=${span.from}&endTime=${span.to}`;
const assessments = `/api/v2/quality/assessments?dateFrom=${span.from}&dateTo=${span.to}`;
const feedback = `/api/v2/quality/feedback?dateFrom=${span.from}&dateTo=${span.to}`;
const details = '/api/v2/analytics/conversations/details/query';
const interval = '2026-09-08T00:00:00Z/2026-09-15T00:00:00Z';
const many = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);
const state = (predicate: Record<string, unknown>) => ({
  interval,
  evaluationFilters: [{ type: 'and', predicates: [predicate] }],
});

describe('a parameter', () => {
  it.each([
    [`${evaluations}?${range}&page=2`, 'page'],
    [`${evaluations}?${range}&from=${span.from}`, 'from'],
    [`${evaluations}?${bySubmission}&fields=id`, 'fields'],
    [`${evaluations}?${bySubmission}&divisionId=all`, 'divisionId'],
    [`${evaluations}/recalculate?evaluationId=a&pageSize=2`, 'pageSize'],
    [`${metrics}&groupBy=agent&interval=x`, 'interval'],
    [`${assessments}&cursor=x`, 'cursor'],
    [`${assessments}&page=2`, 'page'],
    [`${feedback}&status=published`, 'status'],
    ['/api/v2/divisions?pageSize=25', 'pageSize'],
    ['/api/v2/quality/templates/x?version=1', 'version'],
    ['/api/v2/quality/formversions/x?expand=all', 'expand'],
    ['/api/v2/quality/conversations/x/evaluations/y?expand=all', 'expand'],
    [`${assessments}&constructor=x`, 'constructor'],
  ])('that the operation does not have is refused: %s', async (path, parameter) => {
    const refusal = await shared.refused(400, path);
    expect(refusal.message).toBe(`Unknown query parameter [${parameter}].`);
  });

  it.each([
    [`${evaluations}?dateModifiedRange=${span.from}`, 'dateModifiedRange'],
    [`${evaluations}?dateModifiedRange=${span.from}/${span.to}`, 'dateModifiedRange'],
    [`${evaluations}?dateModifiedRange=${span.to}..${span.from}`, 'dateModifiedRange'],
    [`${evaluations}?dateModifiedRange=2026-09-01..2026-09-02`, 'dateModifiedRange'],
    [`${evaluations}?${range}&fields=id,answers`, 'answers'],
    [`${evaluations}?${range}&pageSize=0`, 'pageSize'],
    [`${evaluations}?${range}&pageSize=251`, 'pageSize'],
    [`${evaluations}?${range}&pageSize=25&pageSize=50`, 'pageSize'],
    [`${evaluations}?${bySubmission}&pageSize=251`, 'pageSize'],
    [`${evaluations}?${bySubmission}&interactionTypes=voice,digital`, 'digital'],
    [`${evaluations}?from=${span.to}&to=${span.from}`, 'to'],
    [`${evaluations}?from=yesterday`, 'from'],
    [evaluations, 'dateModifiedRange'],
    [`${evaluations}/recalculate`, 'evaluationId'],
    [`${evaluations}/recalculate?evaluationId=${many(101).join()}`, 'evaluationId'],
    ['/api/v2/quality/metrics?groupBy=agent', 'startTime'],
    [`/api/v2/quality/metrics?startTime=${span.from}&groupBy=agent`, 'endTime'],
    [metrics, 'groupBy'],
    [`${metrics}&groupBy=team`, 'team'],
    [`${metrics}&groupBy=agent,skill`, 'groupBy'],
    [`${metrics}&groupBy=queue,queue`, 'groupBy'],
    [`${metrics}&groupBy=agent,evaluationForm,queue`, 'groupBy'],
    [`${metrics}&groupBy=agent&metrics=averageScore,median`, 'median'],
    [`/api/v2/quality/metrics?startTime=${span.to}&endTime=${span.from}&groupBy=agent`, 'endTime'],
    ['/api/v2/quality/assessments', 'dateFrom'],
    [`${assessments}&status=Finished`, 'Finished'],
    [`${assessments}&pageSize=501`, 'pageSize'],
    ['/api/v2/quality/feedback?agentId=x', 'dateFrom'],
    [`${feedback}&dateModifiedFrom=${span.from}`, 'dateFrom'],
    [`${feedback}&pageSize=501`, 'pageSize'],
  ])('with a value that cannot be is refused: %s', async (path, named) => {
    expect((await shared.refused(400, path)).message).toContain(named);
  });

  it.each([
    ['an offset', '2026-09-10T02:00:00%2B02:00..2026-09-11T02:00:00%2B02:00'],
    ['no offset, which is UTC', '2026-09-10T00:00:00..2026-09-11T00:00:00'],
    ['fractions of a second', '2026-09-10T00:00:00.000000Z..2026-09-11T00:00:00.000Z'],
  ])('may be a time with %s', async (_, written) => {
    const asked = async (text: string) =>
      (await shared.ok<{ entities: unknown[] }>(`${evaluations}?pageSize=250&dateModifiedRange=${text}`))
        .entities;
    const expected = await asked('2026-09-10T00:00:00Z..2026-09-11T00:00:00Z');
    expect(expected.length).toBeGreaterThan(5);
    expect(await asked(written)).toEqual(expected);
  });
});

describe('a body', () => {
  it.each<[string, unknown, string]>([
    ['a field it does not have', { interval, order: 'asc' }, 'order'],
    ['no interval', { paging: { pageSize: 10, pageNumber: 1 } }, 'interval'],
    ['an interval of eight days', { interval: '2026-09-01T00:00:00Z/2026-09-09T00:00:00Z' }, 'interval'],
    ['an interval that ends first', { interval: '2026-09-09T00:00:00Z/2026-09-01T00:00:00Z' }, 'interval'],
    ['a page too large', { interval, paging: { pageSize: 101, pageNumber: 1 } }, 'paging.pageSize'],
    ['a page before the first', { interval, paging: { pageSize: 10, pageNumber: 0 } }, 'paging.pageNumber'],
    ['another dimension', state({ dimension: 'queueId', value: 'x' }), 'dimension'],
    ['a state in another casing', state({ dimension: 'evaluationState', value: 'FINISHED' }), 'value'],
    ['a predicate without a value', state({ dimension: 'evaluationState' }), 'evaluationState'],
    ['a filter of nothing', { interval, evaluationFilters: [{ type: 'and' }] }, 'filter'],
    ['too many ids', { interactionIds: many(101) }, 'interactionIds'],
    ['ids beside an interval', { interactionIds: many(1), interval }, 'interval'],
    ['both names of the ids', { interactionIds: many(1), interaction_ids: many(1) }, 'interaction_ids'],
  ])('with %s is refused', async (_, body, named) => {
    expect((await shared.refused(400, details, body)).message).toContain(named);
  });

  it('that is no JSON object is refused', async () => {
    expect((await shared.refused(400, details, 'text')).message).toContain('body');
  });
});

describe('a page token', () => {
  const listings = [
    [`${evaluations}?${range}&pageSize=10`, 'nextPage', 'cursor', '&divisionId=x'],
    [`${assessments}&pageSize=10`, 'nextPageToken', 'nextPageToken', '&status=submitted'],
    [`${feedback}&pageSize=5`, 'nextPageToken', 'nextPageToken', '&agentId=x'],
  ] as const;
  const tokenOf = async (path: string, field: string) =>
    String((await shared.ok<Record<string, unknown>>(path))[field]);

  it.each(listings)('of %s holds for another page size, and again', async (path, field, parameter) => {
    const next = `${path}&${parameter}=${await tokenOf(path, field)}`;
    const page = await shared.ok<{ entities: unknown[] }>(next);
    expect(page.entities.length).toBeGreaterThan(0);
    expect(await shared.ok(next)).toEqual(page);
    await shared.ok(next.replace(/pageSize=\d+/, 'pageSize=3'));
  });

  it.each(listings)('of %s that was changed is refused', async (path, field, parameter) => {
    const token = await tokenOf(path, field);
    for (const changed of [
      `${token}A`,
      token.slice(0, -1),
      `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`,
      'nonsense',
      `${token}%3D`,
    ]) {
      const refusal = await shared.refused(400, `${path}&${parameter}=${changed}`);
      expect(refusal.message).toContain(`[${parameter}]`);
    }
  });

  it.each(listings)('of %s with other filters is refused', async (path, field, parameter, filter) => {
    const token = await tokenOf(path, field);
    for (const other of [`${path}${filter}`, path.replace('09-01', '09-02')]) {
      const refusal = await shared.refused(400, `${other}&${parameter}=${token}`);
      expect(refusal.message).toContain(`[${parameter}]`);
    }
  });

  it('of one listing is none of another, nor of another client', async () => {
    const [[changed, field, parameter]] = listings;
    const token = await tokenOf(changed, field);
    await shared.refused(400, `${assessments}&nextPageToken=${token}`);
    const { body } = await signIn(shared.origin, 'client_id=auditor&client_secret=auditor-secret');
    const other = guideAs(shared.simulator, shared.origin, String(body['access_token']));
    await other.refused(400, `${changed}&${parameter}=${token}`);
  });

  it('of a link stands in it, with the filters', async () => {
    const body = await shared.ok<{ nextPageUri: string }>(
      `${evaluations}?${bySubmission}&interactionTypes=voice&pageSize=10`,
    );
    const link = new URL(body.nextPageUri, shared.origin);
    expect([link.pathname, [...link.searchParams.keys()]]).toEqual([
      evaluations,
      ['from', 'to', 'interactionTypes', 'pageSize', 'cursor'],
    ]);
    await shared.refused(400, body.nextPageUri.replace('voice', 'email'));
  });
});

describe('scopes', () => {
  const id = '11111111-1111-4111-8111-111111111111';
  it.each([
    ['quality:evaluation:read', 'quality:readonly', `${evaluations}?${range}`],
    ['quality:evaluation:read', 'quality:readonly', `/api/v2/quality/conversations/${id}/evaluations/${id}`],
    ['quality:evaluation:read', 'quality:readonly', `${evaluations}/recalculate?evaluationId=${id}`],
    ['quality:template:read', 'quality:readonly', `/api/v2/quality/templates/${id}`],
    ['quality:metric:read', 'quality:readonly', `${metrics}&groupBy=agent`],
    ['quality:assessment:read', 'quality:readonly', assessments],
    ['quality:assessment:read', 'quality:readonly', `/api/v2/quality/formversions/${id}`],
    ['quality:feedback:read', 'quality:readonly', feedback],
    ['division:read', 'division:read', '/api/v2/divisions'],
    ['conversation:view', 'analytics:readonly', details],
  ])('%s, or %s, opens %s', async (scope, broader, path) => {
    const body = path === details ? { interval } : undefined;
    const bare = await freshGuide({ evaluations: 10, client: { scopes: ['openid'] } });
    const refusal = await bare.refused(403, path, body);
    expect(refusal).toMatchObject({ code: 'missing.permissions', message: expect.stringContaining(scope) });
    for (const granted of [scope, broader]) {
      const guide = await freshGuide({ evaluations: 10, client: { scopes: [granted] } });
      expect([200, 404]).toContain((await guide.send(path, body)).status);
    }
  });
});
