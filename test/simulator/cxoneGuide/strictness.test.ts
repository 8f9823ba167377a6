/** What the contract does not have is refused, so that a client cannot come to rely on it. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { guideAs, signIn, span, type Json } from '../guide/guideClient.js';
import { cxoneGuideAs, freshCxoneGuide, openCxoneGuide } from './cxoneGuideClient.js';

const auditor = { clientId: 'auditor', clientSecret: 'auditor-secret' };
const shared = await openCxoneGuide({ evaluations: 400, clients: [{ ...auditor, divisionIds: 'all' }] });
afterAll(() => shared.simulator.close());

const assessments = '/api/v2/quality/assessments';
const feedback = '/api/v2/agent-performance/feedback';
const created = `dateFrom=${span.from}&dateTo=${span.to}`;
const id = '11111111-1111-4111-8111-111111111111';

/** Which fetch does not send. */
async function getWithBody(url: string, token: string, body: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sent = request(url, { method: 'GET', headers: { ...headers, 'content-length': body.length } });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, said: await text(answer) };
}

describe('a parameter', () => {
  it.each([
    [`${assessments}?${created}&cursor=x`, 'cursor'],
    [`${assessments}?${created}&agentId=x`, 'agentId'],
    [`${assessments}?${created}&divisionId=x`, 'divisionId'],
    [`${assessments}?${created}&constructor=x`, 'constructor'],
    [`${feedback}?${created}&queueId=x`, 'queueId'],
    [`${feedback}?${created}&page=2`, 'page'],
    [`${feedback}/${id}?siteId=x`, 'siteId'],
    [`/api/v2/quality/rubrics/${id}?version=1`, 'version'],
  ])('that the operation does not have is refused: %s', async (path, parameter) => {
    const refusal = await shared.refused(400, path);
    expect(refusal.message).toBe(`Unknown query parameter [${parameter}].`);
  });

  it.each(
    [assessments, feedback].flatMap((list) => [
      [list, 'dateFrom'],
      [`${list}?siteId=x`, 'dateFrom'],
      [`${list}?dateFrom=2026-09-01`, 'dateFrom'],
      [`${list}?dateFrom=yesterday`, 'dateFrom'],
      [`${list}?dateFrom=${span.to}&dateTo=${span.from}`, 'dateTo'],
      [`${list}?updatedFrom=${span.to}&updatedTo=${span.from}`, 'updatedTo'],
      [`${list}?updatedFrom=${span.from}&dateTo=${span.to}`, 'dateTo'],
      [`${list}?${created}&updatedTo=${span.to}`, 'dateFrom'],
      [`${list}?${created}&dateTo=${span.to}`, 'dateTo'],
      [`${list}?${created}&siteId=x&siteId=y`, 'siteId'],
      [`${list}?${created}&pageSize=0`, 'pageSize'],
      [`${list}?${created}&pageSize=501`, 'pageSize'],
      [`${list}?${created}&pageSize=ten`, 'pageSize'],
      [`${list}?${created}&nextPageToken=x`, 'nextPageToken'],
    ]),
  )('with a wrong value, or two, is refused: %s', async (path, named) => {
    const { message } = await shared.refused(400, path);
    expect(message).toContain(`[${named}`);
  });

  it.each([
    ['without an offset counts as UTC', '2026-09-10T08:00:00', '2026-09-10T08:00:00.000Z'],
    ['with an offset', '2026-09-10T10:00:00%2B02:00', '2026-09-10T08:00:00.000Z'],
  ])('that is a time %s', async (_, written, meant) => {
    for (const list of [assessments, feedback]) {
      const page = await shared.ok<{ entities: Json[] }>(`${list}?dateFrom=${written}`);
      expect(page.entities.length).toBeGreaterThan(0);
      expect(page.entities).toEqual(
        (await shared.ok<{ entities: Json[] }>(`${list}?dateFrom=${meant}`)).entities,
      );
    }
  });

  it('that names something unknown finds nothing', async () => {
    for (const path of [
      `${assessments}?${created}&siteId=${id}`,
      `${assessments}?${created}&queueId=${id}`,
      `${feedback}?${created}&siteId=${id}`,
      `${feedback}?${created}&agentId=${id}`,
    ])
      expect(await shared.ok(path)).toEqual({ entities: [], nextPageToken: null });
  });
});

describe('a page token', () => {
  const lists = [
    [`${assessments}?${created}&pageSize=10`, '&queueId=x'],
    [`${assessments}?updatedFrom=${span.from}&pageSize=10`, '&siteId=x'],
    [`${feedback}?${created}&pageSize=5`, '&agentId=x'],
  ] as const;
  const tokenOf = async (path: string) =>
    String((await shared.ok<{ nextPageToken: unknown }>(path)).nextPageToken);

  it.each(lists)('of %s holds for another page size, and again', async (path) => {
    const next = `${path}&nextPageToken=${await tokenOf(path)}`;
    const page = await shared.ok<{ entities: unknown[] }>(next);
    expect(page.entities.length).toBeGreaterThan(0);
    expect(await shared.ok(next)).toEqual(page);
    await shared.ok(next.replace(/pageSize=\d+/, 'pageSize=3'));
  });

  it.each(lists)('of %s that was changed is refused', async (path) => {
    const token = await tokenOf(path);
    const first = token.startsWith('A') ? 'B' : 'A';
    for (const changed of [`${token}A`, token.slice(0, -1), `${first}${token.slice(1)}`, `${token}%3D`]) {
      const { message } = await shared.refused(400, `${path}&nextPageToken=${changed}`);
      expect(message).toContain('[nextPageToken]');
    }
  });

  it.each(lists)('of %s with other filters, or dates, is refused', async (path, filter) => {
    const token = await tokenOf(path);
    const byOtherDate = path.includes('updated')
      ? path.replaceAll('updated', 'date')
      : path.replaceAll('date', 'updated');
    for (const other of [`${path}${filter}`, path.replace('09-01', '09-02'), byOtherDate]) {
      const { message } = await shared.refused(400, `${other}&nextPageToken=${token}`);
      expect(message).toContain('[nextPageToken]');
    }
  });

  it('of one list is none of another, nor of another client', async () => {
    const path = `${assessments}?${created}&pageSize=5`;
    const token = await tokenOf(path);
    await shared.refused(400, `${feedback}?${created}&nextPageToken=${token}`);
    const other = await cxoneGuideAs(shared.simulator, 'auditor');
    await other.refused(400, `${path}&nextPageToken=${token}`);
  });
});

describe('an answer', () => {
  it.each([
    [200, `${assessments}?${created}`],
    [400, assessments],
    [404, `/api/v2/quality/rubrics/${id}`],
    [404, '/api/v2/quality/evaluations'],
    [404, `${assessments}/${id}`],
  ])('of %i carries an id of the exchange and the allowance: %s', async (status, path) => {
    const guide = await freshCxoneGuide({ evaluations: 50, allowance: 7 });
    const answer = await guide.send(path);
    const header = (name: string) => answer.headers.get(name);
    expect(answer.status).toBe(status);
    expect(header('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(header('inin-correlation-id')).toBeNull();
    expect([header('x-ratelimit-limit'), header('x-ratelimit-remaining')]).toEqual(['7', '6']);
    expect(Number(header('x-ratelimit-reset'))).toBeGreaterThan(0);
    if (status === 200) return;
    expect(answer.body).toEqual({
      message: expect.any(String),
      code: expect.any(String),
      status,
      contextId: header('x-correlation-id'),
    });
  });

  it('beyond the allowance is 429 and says when to come again', async () => {
    const guide = await freshCxoneGuide({ evaluations: 10, allowance: 1 });
    await guide.ok(`${assessments}?${created}`);
    const { status, headers, body } = await guide.send(`${assessments}?${created}`);
    expect([status, body['code']]).toEqual([429, 'too.many.requests']);
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
  });

  it.each([`${assessments}?${created}`, `${feedback}/${id}`])('to a POST is 404: %s', async (path) => {
    await shared.refused(404, path, {});
  });

  it.each([`${assessments}?${created}`, `${feedback}/${id}`, `/api/v2/quality/rubrics/${id}`])(
    'to a GET with a body is 400: %s',
    async (path) => {
      const { status, said } = await getWithBody(`${shared.origin}${path}`, shared.token, '{"pageSize":2}');
      expect([status, said]).toEqual([400, expect.stringContaining('[body]')]);
    },
  );

  it('to an unknown token is 401', async () => {
    const stranger = guideAs(shared.simulator, shared.origin, 'nobody');
    expect(await stranger.refused(401, `${assessments}?${created}`)).toMatchObject({
      code: 'bad.credentials',
    });
  });
});

describe('the one scope', () => {
  const paths = [
    `${assessments}?${created}`,
    `${feedback}?${created}`,
    `${feedback}/${id}`,
    `/api/v2/quality/rubrics/${id}`,
  ];

  it.each([[['openid', 'quality:readonly', 'quality:assessment:read']], [['quality:write']], [[]]])(
    'is missing with %o, for every operation',
    async (scopes) => {
      const guide = await freshCxoneGuide({ evaluations: 10, client: { scopes } });
      for (const path of paths) {
        const refusal = await guide.refused(403, path);
        expect(refusal).toMatchObject({
          code: 'missing.permissions',
          message: expect.stringMatching(/: quality:read$/),
        });
      }
    },
  );

  it('opens everything', async () => {
    const guide = await freshCxoneGuide({ evaluations: 10, client: { scopes: ['quality:read'] } });
    for (const path of paths) expect([200, 404]).toContain((await guide.send(path)).status);
  });

  it('is all that a token has, unless it may write; others mean nothing here', async () => {
    const secret = 'client_id=exporter&client_secret=exporter-secret';
    const { body } = await signIn(shared.origin, secret);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 3_600,
      scope: 'quality:read',
    });
    const writer = await freshCxoneGuide({
      evaluations: 10,
      client: { scopes: ['division:read', 'quality:read', 'quality:write'] },
    });
    expect((await signIn(writer.origin, secret)).body['scope']).toBe('quality:read quality:write');
    expect((await signIn(writer.origin, `${secret}&scope=quality:read`)).body['scope']).toBe('quality:read');
    for (const scope of ['division:read', 'openid']) {
      const { status, body: refusal } = await signIn(writer.origin, `${secret}&scope=${scope}`);
      expect([status, refusal['error']]).toEqual([400, 'invalid_scope']);
    }
  });
});
