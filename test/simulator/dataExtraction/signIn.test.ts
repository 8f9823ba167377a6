/** Signing in with an access key, and finding the host of a tenant. */
import { decodeJwt } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { readyLine } from '../../../simulator/server.js';
import { freshExtraction, openExtraction, signIn, span } from './extractionClient.js';

const shared = await openExtraction({ evaluations: 10 });
afterAll(() => shared.simulator.close());
const { access } = shared;

describe('the ready line', () => {
  it('has what a client of the contract needs', () => {
    const { contracts, ...line } = readyLine(shared.simulator);
    const [apiUrl, loginUrl] = [access.apiUrl, access.apiUrl];
    const { clientId, clientSecret } = shared.simulator;
    expect(line).toEqual({ apiUrl, loginUrl, clientId, clientSecret, from: span.from, to: span.to });
    expect(contracts['cxone-data-extraction']).toEqual({
      apiUrl,
      loginUrl,
      controlUrl: `${apiUrl}/_simulator`,
      issuer: apiUrl,
      tokenUrl: `${apiUrl}/auth/token`,
      clientId,
      clientSecret,
      accessKeyId: expect.stringMatching(/./),
      accessKeySecret: expect.stringMatching(/./),
      tenantId: shared.simulator.organisation.tenantId,
    });
  });

  it('names another tenant for another seed, and the same for the same', async () => {
    const [same, other] = [
      await freshExtraction({ evaluations: 10 }),
      await freshExtraction({ evaluations: 10, seed: 8 }),
    ];
    expect(same.access.tenantId).toBe(access.tenantId);
    expect(other.access.tenantId).not.toBe(access.tenantId);
  });
});

describe('discovery', () => {
  const wellKnown = async (path: string) => {
    const answer = await fetch(`${access.issuer}/.well-known/${path}`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('leads to the token endpoint and to the API', async () => {
    expect(await wellKnown('openid-configuration')).toMatchObject({
      status: 200,
      body: { issuer: access.issuer, token_endpoint: access.tokenUrl },
    });
    expect(await wellKnown(`cxone-configuration?tenantId=${access.tenantId}`)).toMatchObject({
      status: 200,
      body: {
        api_endpoint: access.apiUrl,
        tenantId: access.tenantId,
        area: 'na1',
        domain: 'niceincontact.com',
      },
    });
  });

  it.each([
    ['cxone-configuration', 400, 'tenantId'],
    ['cxone-configuration?tenantId=nobody', 404, 'nobody'],
    ['cxone-configuration?tenantId=a&tenantId=b', 400, 'twice'],
    ['cxone-configuration?tenant=a', 400, 'tenant'],
    ['openid-configuration?tenantId=a', 400, 'tenantId'],
    ['jwks.json', 404, 'jwks.json'],
  ])('of %s is refused with %d', async (path, status, text) => {
    expect(await wellKnown(path)).toEqual({
      status,
      body: { error: expect.any(String), message: expect.stringContaining(text) },
    });
  });
});

describe('a token', () => {
  it('is a JWT; the id token names the tenant, the access token only when told to', async () => {
    for (const [tenantClaim, expected] of [
      ['id-token', undefined],
      ['both', access.tenantId],
    ] as const) {
      const extraction = await freshExtraction({ evaluations: 10, extraction: { tenantClaim } });
      const answer = await signIn(extraction.access);
      const body = (await answer.json()) as Record<string, string>;
      expect([answer.status, Object.keys(body).sort()]).toEqual([
        200,
        ['access_token', 'expires_in', 'id_token', 'refresh_token', 'token_type'],
      ]);
      expect([body['token_type'], body['expires_in']]).toEqual(['Bearer', 3_600]);
      expect(decodeJwt(String(body['id_token']))['tenantId']).toBe(access.tenantId);
      expect(decodeJwt(String(body['access_token']))['tenantId']).toBe(expected);
    }
  });

  it('ends with its lifetime, and is refused without a word about it', async () => {
    const extraction = await freshExtraction({ evaluations: 10 });
    expect((await extraction.request('/data-extraction/v1/jobs')).status).toBe(200);
    await extraction.control('clock', { advanceSeconds: 3_600 });
    const answer = await extraction.request('/data-extraction/v1/jobs');
    expect([answer.status, await answer.text()]).toEqual([401, '{"message":"Unauthorized"}']);
  });

  it.each([
    ['a wrong key', { username: 'nobody' }, 401, 'invalid_grant'],
    ['a wrong secret', { password: 'wrong' }, 401, 'invalid_grant'],
    ['client credentials', { grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    ['a refresh token', { grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
    ['a scope', { scope: 'quality:read' }, 400, 'invalid_request'],
  ])('is not given for %s', async (_, changed, status, error) => {
    const answer = await signIn(access, changed);
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { error, error_description: expect.any(String) },
    ]);
  });

  it('is not given to another client, nor for JSON', async () => {
    const stranger = await signIn({ ...access, clientSecret: 'wrong' });
    expect([stranger.status, await stranger.json()]).toMatchObject([401, { error: 'invalid_client' }]);
    const json = await fetch(access.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type":"password"}',
    });
    expect([json.status, await json.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });
});

describe('the legacy sign-in', () => {
  const legacy = async (body: unknown) =>
    fetch(`${access.issuer}/authentication/v1/token/access-key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const { accessKeyId, accessKeySecret } = access;

  it('takes the access key alone, and gives no id token', async () => {
    const answer = await legacy({ accessKeyId, accessKeySecret });
    const body = (await answer.json()) as Record<string, string>;
    expect([answer.status, Object.keys(body).sort()]).toEqual([
      200,
      ['access_token', 'expires_in', 'refresh_token', 'token_type'],
    ]);
    const headers = { authorization: `Bearer ${body['access_token']}` };
    expect((await fetch(`${access.apiUrl}/data-extraction/v1/jobs`, { headers })).status).toBe(200);
  });

  it.each([
    [{ accessKeyId, accessKeySecret: 'wrong' }, 401],
    [{ accessKeyId }, 400],
    [{ accessKeyId, accessKeySecret, clientId: 'x' }, 400],
    [{ accessKeyId, accessKeySecret: 7 }, 400],
    [[], 400],
  ])('refuses %j', async (body, status) => {
    expect((await legacy(body)).status).toBe(status);
  });
});
