import { describe, expect, test } from 'vitest';
import { createDataExtractionClient } from '../../../../sources/cxone/data-extraction/client.js';
import { createDataExtractionSource } from '../../../../sources/cxone/data-extraction/source.js';
import type { CallContext } from '../../../../sources/source.js';
import { never, sendJson } from '../../http/testServer.js';
import { jwt, secrets, serve, silent, type Documents } from './servedExtraction.js';

const context: CallContext = { signal: never, priority: 2 };
const jobsPath = '/data-extraction/v1/jobs';
const noJobs: Parameters<typeof serve>[0] = (_, response) => sendJson(response, 200, { jobs: [] });

const diagnose = ({ client }: Awaited<ReturnType<typeof serve>>, given = context) =>
  createDataExtractionSource(client).diagnose(given);

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('signing in with a registered application', () => {
  test('asks where, signs in by the access key, and asks where the tenant is', async () => {
    const served = await serve(noJobs);
    const meter = { requests: 0 };
    await diagnose(served, { ...context, meter });
    await diagnose(served, { ...context, meter });
    expect(served.paths()).toEqual([
      '/.well-known/openid-configuration',
      '/auth/token',
      '/.well-known/cxone-configuration?tenantId=tenant-1',
      jobsPath,
      jobsPath,
    ]);
    expect(served.client.api.requestCount()).toBe(5);
    const [openId, token, tenant, jobs] = served.server.received;
    expect(token).toMatchObject({ method: 'POST' });
    expect(Object.fromEntries(new URLSearchParams(token?.body))).toEqual({
      grant_type: 'password',
      username: secrets.accessKeyId,
      password: secrets.accessKeySecret,
    });
    const basic = token?.headers.authorization?.replace('Basic ', '') ?? '';
    expect(Buffer.from(basic, 'base64').toString()).toBe('client-1:secret:of client');
    expect(openId?.headers.authorization).toBeUndefined();
    expect(tenant?.headers.authorization).toBeUndefined();
    expect(jobs?.headers.authorization).toBe(`Bearer ${jwt({ sub: 'u-1' })}`);
  });

  test.each([
    ['id token', { id_token: jwt({ tenantId: 'tenant-9' }), access_token: jwt({}) }],
    ['access token', { access_token: jwt({ tenantId: 'tenant-9' }) }],
    [
      'access token beside an id token without it',
      { access_token: jwt({ tenantId: 'tenant-9' }), id_token: jwt({}) },
    ],
    [
      'id token beside an access token that is no JWT',
      { access_token: 'opaque', id_token: jwt({ tenantId: 'tenant-9' }) },
    ],
  ])('finds the tenant in the %s', async (_, token) => {
    const { client } = await serve(silent, { token: () => ({ expires_in: 60, ...token }) });
    const meter = { requests: 0 };
    expect(await client.tenant({ ...context, meter })).toBe('tenant-9');
    expect(meter.requests).toBe(2);
  });

  test('a configured base URL is where the tenant is', async () => {
    const served = await serve(noJobs, {}, (url) => ({ apiUrl: url }));
    await diagnose(served);
    expect(served.paths()).toEqual(['/.well-known/openid-configuration', '/auth/token', jobsPath]);
  });

  test('without an endpoint of its own, the API is where area and domain say', async () => {
    const served = await serve(silent, { tenant: () => ({ area: 'au1', domain: 'example.org' }) });
    expect(String(await errorOf(diagnose(served)))).toContain('leads to api-au1.example.org,');
  });
});

test.each([
  ['a token endpoint elsewhere', { openId: () => ({ token_endpoint: 'https://login.example.org/t' }) }, 1],
  [
    'a token endpoint in the clear',
    { openId: () => ({ token_endpoint: 'http://cxone.niceincontact.com/t' }) },
    1,
  ],
  ['an API elsewhere', { tenant: () => ({ api_endpoint: 'https://api.example.org' }) }, 3],
  [
    'an API in a domain that looks like it',
    { tenant: () => ({ area: 'x', domain: 'niceincontact.com.example.org' }) },
    3,
  ],
] satisfies [string, Partial<Documents>, number][])(
  'is not led to %s: nothing is sent there',
  async (_, documents, requests) => {
    const served = await serve(silent, documents);
    expect(await errorOf(diagnose(served))).toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringMatching(/no host of NICE|is not https/u),
    });
    expect(served.paths()).toHaveLength(requests);
  },
);

test.each([
  [
    'wrong credentials',
    { tokenStatus: 401, token: () => ({ error: 'invalid_client' }) },
    'Unauthorized',
    'invalid_client',
  ],
  [
    'a wrong grant',
    { tokenStatus: 400, token: () => ({ error: 'unsupported_grant_type' }) },
    'Unauthorized',
    'unsupported',
  ],
  [
    'an answer that repeats secrets',
    {
      tokenStatus: 401,
      token: () => ({
        error: 'invalid_grant',
        error_description: `no ${secrets.accessKeySecret} of ${secrets.clientSecret}`,
      }),
    },
    'Unauthorized',
    '[secret]',
  ],
  [
    'no tenant',
    { token: () => ({ access_token: jwt({}), expires_in: 60 }) },
    'SchemaMismatch',
    'names a tenantId',
  ],
  ['no token endpoint', { openId: () => ({}) }, 'SchemaMismatch', 'token_endpoint'],
  ['no host of the tenant', { tenant: () => ({ area: 'au1' }) }, 'SchemaMismatch', 'api_endpoint'],
] satisfies [string, Partial<Documents>, string, string][])(
  '%s: said by kind and name, and nothing that signs in',
  async (_, documents, kind, words) => {
    const error = await errorOf(diagnose(await serve(silent, documents)));
    expect(error).toMatchObject({ kind, message: expect.stringContaining(words) });
    const text = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`;
    expect(text).toContain('acme');
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  },
);

test('the older sign-in knows no application and no discovery', async () => {
  const served = await serve(
    noJobs,
    { token: () => ({ access_token: jwt({ tenantId: 'tenant-1' }), expires_in: 3_600 }) },
    (url) => ({
      ...{ signIn: 'access-key-legacy', apiUrl: url, loginUrl: url },
      ...{ clientId: undefined, clientSecret: undefined },
    }),
  );
  await diagnose(served);
  expect(served.paths()).toEqual(['/authentication/v1/token/access-key', jobsPath]);
  expect(JSON.parse(served.server.received[0]?.body ?? '')).toEqual({
    accessKeyId: secrets.accessKeyId,
    accessKeySecret: secrets.accessKeySecret,
  });
});

test.each(['', '/'])('the older sign-in is below the path of its URL, which ends with "%s"', async (end) => {
  const token = { access_token: jwt({ tenantId: 'tenant-1' }), expires_in: 3_600 };
  const served = await serve(
    (_, response) => sendJson(response, 200, { ...token, jobs: [] }),
    {},
    (url) => ({
      ...{ signIn: 'access-key-legacy', apiUrl: `${url}/api${end}`, loginUrl: `${url}/gateway${end}` },
      ...{ clientId: undefined, clientSecret: undefined },
    }),
  );
  await diagnose(served);
  expect(served.paths()).toEqual(['/gateway/authentication/v1/token/access-key', `/api${jobsPath}`]);
});

test.each([
  [{ clientId: undefined }, 'connections.acme.clientId is missing'],
  [{ clientSecret: '' }, 'connections.acme.clientSecret is missing'],
  [{ signIn: 'access-key-legacy' as const }, 'connections.acme.area is missing'],
  [{ issuer: 'http://cxone.niceincontact.com' }, 'is not https'],
  [{ issuer: 'https://login.example.org' }, 'leads to login.example.org'],
  [{ apiUrl: 'https://api.example.org' }, 'name api.example.org in allowedHosts'],
])('%j is refused before anything is asked', (changed, message) => {
  const make = () =>
    createDataExtractionClient({
      connection: 'acme',
      signIn: 'access-key',
      issuer: 'https://cxone.niceincontact.com',
      ...secrets,
      allowedHosts: [],
      tokenRefreshMarginSeconds: 60,
      ...changed,
    });
  expect(make).toThrow(expect.objectContaining({ kind: 'InvalidConfig' }));
  expect(make).toThrow(message);
});

test('a 403 names both of its causes, and the permission', async () => {
  const served = await serve((_, response) => sendJson(response, 403, { message: 'Forbidden' }));
  const error = await errorOf(diagnose(served));
  expect(error).toMatchObject({ kind: 'Forbidden', status: 403 });
  expect(String(error)).toContain('less than 30 s ago');
  expect(String(error)).toContain('"QM Tools > Data Extraction APIs > QM Workflow API"');
});
