import { describe, expect, test } from 'vitest';
import { createGuideMetrics } from '../../../sources/genesys/guide/metrics.js';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import { sendJson } from '../http/testServer.js';
import { serveGuide, type Answering } from './servedGuide.js';
import { clientOf, context } from './simulatedGuide.js';

const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const nothing: Answering = () => ({ entities: [] });

async function readOnce(served: Awaited<ReturnType<typeof serveGuide>>) {
  const source = createGuideSource(served.api, { name: 'assessments', divisions: 'all' });
  return source.readPage(window, source.firstCursor(window), context);
}

describe('the sign-in of the guide contract', () => {
  test.each([
    [
      undefined,
      'application/x-www-form-urlencoded',
      undefined,
      'grant_type=client_credentials&client_id=client-1&client_secret=s%26%3D+1',
    ],
    [
      'form',
      'application/x-www-form-urlencoded',
      undefined,
      'grant_type=client_credentials&client_id=client-1&client_secret=s%26%3D+1',
    ],
    [
      'json',
      'application/json',
      undefined,
      '{"grant_type":"client_credentials","client_id":"client-1","client_secret":"s&= 1"}',
    ],
    [
      'basic',
      'application/x-www-form-urlencoded',
      `Basic ${Buffer.from('client-1:s&= 1').toString('base64')}`,
      'grant_type=client_credentials',
    ],
  ] as const)('as %s is at the origin of the API', async (signIn, type, authorization, body) => {
    const served = await serveGuide(nothing, { signIn, clientSecret: 's&= 1' });
    await readOnce(served);
    expect(served.signIns).toHaveLength(1);
    expect(served.signIns[0]).toMatchObject({ method: 'POST', url: '/oauth/token', body });
    expect(served.signIns[0]?.headers['content-type']).toBe(type);
    expect(served.signIns[0]?.headers.authorization).toBe(authorization);
    expect(served.asked[0]?.request.headers.authorization).toBe('Bearer token-1');
  });

  test('may be at a URL of its own', async () => {
    const elsewhere = await serveGuide(nothing);
    const served = await serveGuide(nothing, { loginUrl: elsewhere.server.url });
    await readOnce(served);
    expect([served.signIns.length, elsewhere.signIns.length]).toEqual([0, 1]);
  });

  test('is below the path of a gateway, as the API is', async () => {
    const served = await serveGuide(nothing, { gateway: '/genesys' });
    await readOnce(served);
    expect([served.signIns.length, served.asked.length]).toEqual([1, 1]);
  });

  test.each(['', '/'])('keeps the path of its own URL, which ends with "%s"', async (end) => {
    const elsewhere = await serveGuide(nothing, { gateway: '/sign-in' });
    const served = await serveGuide(nothing, { loginUrl: `${elsewhere.server.url}/sign-in${end}` });
    await readOnce(served);
    expect([served.signIns.length, elsewhere.signIns.length]).toEqual([0, 1]);
  });

  test('without a URL needs a region', () => {
    const nowhere = { apiUrl: '', clientId: 'client-1', clientSecret: 'secret-1' };
    expect(() => clientOf(nowhere, { apiUrl: undefined })).toThrow('needs a region');
    expect(() => clientOf(nowhere, { apiUrl: undefined, region: 'eu-central-1' })).not.toThrow();
  });
});

describe('an error', () => {
  test('401 is answered with one new token', async () => {
    const served = await serveGuide(({ request }, response) =>
      request.headers.authorization === 'Bearer token-1'
        ? sendJson(response, 401, { message: 'expired', code: 'bad.credentials' })
        : { entities: [] },
    );
    await readOnce(served);
    expect(served.signIns).toHaveLength(2);
    expect(served.asked).toHaveLength(2);
  });

  test.each([
    [
      401,
      { message: 'No.', code: 'bad.credentials' },
      { kind: 'Unauthorized', message: expect.stringContaining('bad.credentials') },
    ],
    [
      400,
      { message: 'nextPageToken: was changed', code: 'bad.request' },
      { kind: 'InvalidRequest', message: expect.stringContaining('nextPageToken') },
    ],
    [
      403,
      { message: 'Missing scope quality:assessment:read', code: 'missing.permissions' },
      { kind: 'Forbidden', message: expect.stringContaining('quality:assessment:read') },
    ],
    [
      403,
      { message: 'Missing scope division:read', code: 'missing.permissions' },
      { kind: 'Forbidden', message: expect.stringContaining('division:read') },
    ],
    [503, { message: 'Later.', code: 'unavailable' }, { kind: 'UpstreamUnavailable' }],
  ])('%i with %o says what and where', async (status, body, expected) => {
    const served = await serveGuide((_, response) =>
      sendJson(response, status, body, { 'inin-correlation-id': 'c-1' }),
    );
    await expect(readOnce(served)).rejects.toMatchObject({ ...expected, status, correlationId: 'c-1' });
  });

  test('429 says for how long', async () => {
    const served = await serveGuide((_, response) =>
      sendJson(response, 429, { message: 'Slow down.', code: 'too.many' }, { 'retry-after': '7' }),
    );
    await expect(readOnce(served)).rejects.toMatchObject({ kind: 'RateLimited', retryAfterSeconds: 7 });
  });

  test('an answer of another shape is kept with its path', async () => {
    const served = await serveGuide(() => ({ entities: [{ id: 'a1', status: 'lost' }] }));
    await expect(readOnce(served)).rejects.toMatchObject({
      kind: 'SchemaMismatch',
      message: expect.stringContaining('entities[0].status'),
      body: { entities: [{ id: 'a1', status: 'lost' }] },
    });
  });
});

describe('the allowance', () => {
  const limits =
    (limit: number): Answering =>
    (_, response) =>
      sendJson(response, 200, [], {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - 1),
        'x-ratelimit-reset': '60',
      });

  test('is what the headers of the contract say', async () => {
    const { api } = await serveGuide(limits(300));
    const question = { window, by: 'agent', segment: 'all', passScore: 80 } as const;
    await createGuideMetrics(api).readMetrics(question, context);
    expect(api.allowance()).toEqual({ requests: 300, windowSeconds: 60 });
  });

  test('of metrics counts apart from that of records, with the same credentials', async () => {
    const { api: metrics, server } = await serveGuide(limits(100), { reads: 'metrics' });
    const question = { window, by: 'agent', segment: 'all', passScore: 80 } as const;
    await createGuideMetrics(metrics).readMetrics(question, context);
    const records = clientOf({ apiUrl: server.url, clientId: 'client-1', clientSecret: 'secret-1' });
    expect(metrics.allowance()).toEqual({ requests: 100, windowSeconds: 60 });
    expect(records.allowance()).toBeNull();
  });
});
