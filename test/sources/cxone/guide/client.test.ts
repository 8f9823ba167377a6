import { describe, expect, test } from 'vitest';
import { createCxoneGuideSource } from '../../../../sources/cxone/guide/source.js';
import { never, sendJson } from '../../http/testServer.js';
import { serveApi, type Answering } from '../../http/servedApi.js';
import type { CxoneGuideClientOptions } from '../../../../sources/cxone/guide/client.js';
import { allAssessments, allFeedback, clientOf, serve } from './fixtures.js';

const context = { signal: never, priority: 2 } as const;
const window = { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' };
const nothing: Answering = () => ({ entities: [], nextPageToken: null });

async function readOnce(options: Partial<CxoneGuideClientOptions>, answer = nothing) {
  const served = await serveApi(answer, (url) => clientOf(url, options));
  const source = createCxoneGuideSource(served.api, allAssessments);
  await source.readPage(window, source.firstCursor(window), context);
  return served;
}

describe('the sign-in', () => {
  const urlencoded = 'application/x-www-form-urlencoded';
  const inForm = 'grant_type=client_credentials&client_id=client-1&client_secret=s%26%3D+1';
  test.each([
    [undefined, urlencoded, undefined, inForm],
    ['form', urlencoded, undefined, inForm],
    [
      'json',
      'application/json',
      undefined,
      '{"grant_type":"client_credentials","client_id":"client-1","client_secret":"s&= 1"}',
    ],
    [
      'basic',
      urlencoded,
      `Basic ${Buffer.from('client-1:s&= 1').toString('base64')}`,
      'grant_type=client_credentials',
    ],
  ] as const)('as %s is at the origin of the API', async (signIn, type, authorization, body) => {
    const served = await readOnce({ signIn, clientSecret: 's&= 1' });
    expect(served.signIns).toMatchObject([{ method: 'POST', url: '/oauth/token', body }]);
    expect(served.signIns[0]?.headers['content-type']).toBe(type);
    expect(served.signIns[0]?.headers.authorization).toBe(authorization);
    expect(served.asked[0]?.request.headers.authorization).toBe('Bearer token-1');
  });

  test('may be at a URL of its own', async () => {
    const login = await serveApi(nothing, (url) => clientOf(url));
    const served = await readOnce({ loginUrl: login.server.url });
    expect(served.signIns).toEqual([]);
    expect(login.signIns).toHaveLength(1);
    expect(served.asked).toHaveLength(1);
  });

  test.each(['', '/'])('is below the path of a gateway, as the API is, that ends with "%s"', async (end) => {
    const { api, asked, signIns } = await serveApi(nothing, (url) => clientOf(`${url}${end}`), {}, '/nice');
    const source = createCxoneGuideSource(api, allAssessments);
    await source.readPage(window, source.firstCursor(window), context);
    expect([signIns.length, asked.length]).toEqual([1, 1]);
  });

  test.each(['apiUrl', 'loginUrl'] as const)('is never in the clear: %s', (field) => {
    const urls = { apiUrl: 'https://cxone.example', [field]: 'http://cxone.example' };
    expect(() => clientOf(urls.apiUrl, urls)).toThrow('is not https');
  });
});

test('limits and correlation ids are read as the contract sends them', async () => {
  const headers = { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '299', 'x-ratelimit-reset': '60' };
  const { api } = await readOnce({ clientId: 'counted' }, (_, response) =>
    sendJson(response, 200, { entities: [] }, headers),
  );
  expect(api.allowance()).toEqual({ requests: 300, windowSeconds: 60 });
  const refusal = { message: 'Missing scope quality:read', code: 'missing.permissions' };
  await expect(
    readOnce({}, (_, response) => sendJson(response, 403, refusal, { 'x-correlation-id': 'c-1' })),
  ).rejects.toMatchObject({
    kind: 'Forbidden',
    correlationId: 'c-1',
    message: expect.stringMatching(/NICE CXone answered 403.*quality:read/u),
  });
});

describe('a diagnosis', () => {
  test.each([
    ['exact', 'quality:read', true, []],
    ['too many', 'quality:read quality:write', true, ['quality:write']],
    ['the wrong one', 'quality:write', false, ['quality:write']],
    ['none', '', false, []],
    ['unstated', undefined, null, null],
  ] as const)('of scopes that are %s', async (_, scope, held, excessPermissions) => {
    const { source, asked } = await serve(allFeedback, nothing, { scope });
    expect(await source.diagnose(context)).toMatchObject({
      signIn: 'ok',
      tokenLifetimeSeconds: 3_600,
      permissions: [{ permission: 'quality:read', held }],
      excessPermissions,
    });
    expect(asked).toEqual([]);
  });

  test('is of those that are asked for', async () => {
    const { source } = await serve(allFeedback, nothing, { scope: 'quality:read' });
    const { permissions } = await source.diagnose(context, ['quality:read', 'quality:export']);
    expect(permissions.map(({ held }) => held)).toEqual([true, false]);
  });
});
