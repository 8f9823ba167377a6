import { afterEach, expect, test } from 'vitest';
import { basicForm, createTokenSource, type TokenSource } from '../../../sources/http/tokenSource.js';
import { genesysDialect } from '../../../sources/http/vendorDialect.js';
import { never, sendJson, startServer, type Script, type TestServer } from './testServer.js';

const credentials = { clientId: 'id:with colon', clientSecret: 'very-secret-31' };
let server: TestServer | undefined;
let now = 0;
afterEach(async () => await server?.close());

async function start(script: Script, refreshMarginSeconds?: number): Promise<TokenSource> {
  now = 0;
  server = await startServer(script);
  return createTokenSource({
    form: basicForm,
    connection: 'emea',
    url: `${server.url}/oauth/token`,
    credentials,
    dialect: genesysDialect,
    clock: () => now,
    ...(refreshMarginSeconds === undefined ? {} : { refreshMarginSeconds }),
  });
}

const tokens =
  (expiresIn: number | string, afterMs = 0): Script =>
  (_, response, index) =>
    void setTimeout(
      () => sendJson(response, 200, { access_token: `t${index + 1}`, expires_in: expiresIn }),
      afterMs,
    );

test('signs in as OAuth wants it', async () => {
  const source = await start(tokens(3600));
  expect(source.lifetimeSeconds()).toBeUndefined();
  expect(await source.token(never)).toBe('t1');
  expect(source.lifetimeSeconds()).toBe(3600);
  const sent = server?.received[0];
  expect(sent).toMatchObject({ method: 'POST', url: '/oauth/token', body: 'grant_type=client_credentials' });
  expect(sent?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  const basic = sent?.headers.authorization?.replace('Basic ', '') ?? '';
  expect(Buffer.from(basic, 'base64').toString()).toBe('id:with colon:very-secret-31');
});

test.each([
  { lifetime: 3600, margin: undefined, refreshedAfter: 3540 },
  { lifetime: 3600, margin: 900, refreshedAfter: 2700 },
  { lifetime: 120, margin: 60, refreshedAfter: 60 },
  { lifetime: 100, margin: 60, refreshedAfter: 50 },
  { lifetime: 4, margin: 300, refreshedAfter: 2 },
])('a token of $lifetime s with margin $margin lives $refreshedAfter s here', async (row) => {
  const source = await start(tokens(row.lifetime), row.margin);
  expect(await source.token(never)).toBe('t1');
  now = row.refreshedAfter * 1000 - 1;
  expect(await source.token(never)).toBe('t1');
  now += 1;
  expect(await source.token(never)).toBe('t2');
});

test('many callers share one sign-in', async () => {
  const source = await start(tokens(3600, 30));
  const got = await Promise.all(Array.from({ length: 50 }, async () => await source.token(never)));
  expect(new Set(got)).toEqual(new Set(['t1']));
  expect(source.requestCount()).toBe(1);
});

test('an aborted caller does not abort the others', async () => {
  const source = await start(tokens(3600, 60));
  const abort = new AbortController();
  const first = source.token(abort.signal);
  const second = source.token(never);
  abort.abort(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');
  expect(await second).toBe('t1');
  expect(source.requestCount()).toBe(1);
});

test('only the current token can be invalidated', async () => {
  const source = await start(tokens(3600));
  await source.token(never);
  source.invalidate('t1');
  expect(await source.token(never)).toBe('t2');
  source.invalidate('t1');
  expect(await source.token(never)).toBe('t2');
});

test('a failed sign-in is tried anew by the next caller', async () => {
  const source = await start((request, response, index) =>
    index === 0 ? sendJson(response, 503, {}) : tokens(60)(request, response, index),
  );
  await expect(source.token(never)).rejects.toMatchObject({ kind: 'UpstreamUnavailable' });
  expect(await source.token(never)).toBe('t2');
});

test.each([
  [
    400,
    { error: 'invalid_client', error_description: 'client not found: very-secret-31' },
    {},
    'Unauthorized',
  ],
  [401, {}, {}, 'Unauthorized'],
  [403, {}, {}, 'Forbidden'],
  [429, {}, { 'retry-after': '12' }, 'RateLimited'],
  [502, {}, {}, 'UpstreamUnavailable'],
  [200, { expires_in: 5 }, {}, 'SchemaMismatch'],
])('sign-in answered with %i %j is typed and holds no secret', async (status, body, headers, kind) => {
  const source = await start((_, response) => sendJson(response, status, body, headers));
  const error: unknown = await source.token(never).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind, status });
  const text = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`;
  expect(text).toContain('emea');
  expect(text).not.toContain('very-secret');
  expect(text).not.toContain('with colon');
  if (kind === 'RateLimited') expect(error).toMatchObject({ retryAfterSeconds: 12 });
});

test('plain http off loopback is refused', () => {
  const make = () =>
    createTokenSource({
      form: basicForm,
      connection: 'emea',
      url: 'http://login.example.com/t',
      credentials,
      dialect: genesysDialect,
    });
  expect(make).toThrow(/not https/u);
});
