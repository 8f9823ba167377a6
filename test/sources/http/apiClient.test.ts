import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { TidemarkError } from '../../../model/errors.js';
import { createApiClient, type ApiClient, type ApiRequest } from '../../../sources/http/apiClient.js';
import { createBudgetGate } from '../../../sources/http/budgetGate.js';
import { basicForm, createTokenSource } from '../../../sources/http/tokenSource.js';
import { createTransport } from '../../../sources/http/transport.js';
import { genesysDialect } from '../../../sources/http/vendorDialect.js';
import { never, sendJson, startServer, type Script, type TestServer } from './testServer.js';

const secret = 'client-secret-9f2';
const context = { signal: never, priority: 2 } as const;
const schema = z.object({ id: z.string(), score: z.number() });
const record = { id: 'e-1', score: 87.5, added: 'by the vendor' };
const get: ApiRequest<z.infer<typeof schema>> = {
  method: 'GET',
  path: '/api/v2/quality/evaluations/7d3f6c1e-0d4c-4f0e-9a51-0a6a2f6a1111',
  schema,
  repeatable: true,
};

let server: TestServer | undefined;
afterEach(async () => await server?.close());

/** The script answers API requests; sign-in gives token-1, token-2, … */
async function start(script: Script, answerMs = 2_000): Promise<ApiClient> {
  let tokens = 0;
  let calls = 0;
  server = await startServer((request, response) => {
    if (request.url === '/oauth/token') {
      tokens += 1;
      sendJson(response, 200, { access_token: `token-${tokens}`, expires_in: 86_400 });
      return;
    }
    return script(request, response, calls++);
  });
  const transport = createTransport({ connectMs: 1_000, answerMs });
  const tokenSource = createTokenSource({
    form: basicForm,
    connection: 'emea',
    url: `${server.url}/oauth/token`,
    credentials: { clientId: 'client-id-77', clientSecret: secret },
    dialect: genesysDialect,
    transport,
  });
  return createApiClient({
    connection: 'emea',
    baseUrl: server.url,
    tokenSource,
    budget: createBudgetGate(),
    dialect: genesysDialect,
    transport,
  });
}

async function failureOf(work: Promise<unknown>): Promise<TidemarkError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TidemarkError)) throw new Error(`not a TidemarkError: ${String(error)}`);
  for (const hidden of [secret, 'token-1', 'token-2', 'client-id-77']) {
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
      hidden,
    );
  }
  expect(error.remedy).toMatch(/^[A-Z].+\.$/u);
  return error;
}

const apiCalls = (): number => (server?.received.length ?? 0) - signIns();
const signIns = (): number => server?.received.filter(({ url }) => url === '/oauth/token').length ?? 0;

describe('an answer', () => {
  test('keeps unknown fields in raw and says when it came', async () => {
    const client = await start((_, response) =>
      sendJson(response, 200, record, { 'inin-correlation-id': 'c-1' }),
    );
    const answer = await client.call(get, context);
    expect(answer).toMatchObject({ raw: record, correlationId: 'c-1', status: 200 });
    expect(answer.data).toEqual({ id: 'e-1', score: 87.5 });
    expect(Math.abs(Date.parse(answer.receivedAt) - Date.now())).toBeLessThan(5_000);
    expect(client.requestCount()).toBe(2);
  });

  test('is decompressed', async () => {
    const client = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(record)));
    });
    expect((await client.call(get, context)).raw).toEqual(record);
  });

  test('teaches the allowance', async () => {
    const limits = {
      'inin-ratelimit-count': '1',
      'inin-ratelimit-allowed': '180',
      'inin-ratelimit-reset': '60',
    };
    const client = await start((_, response) => sendJson(response, 200, record, limits));
    expect(client.allowance()).toBeNull();
    await client.call(get, context);
    expect(client.allowance()).toEqual({ requests: 180, windowSeconds: 60 });
  });
});

test('a request carries token, query with comma-joined arrays and JSON body', async () => {
  const client = await start((_, response) => sendJson(response, 200, record));
  await client.call(
    {
      ...get,
      method: 'POST',
      path: '/search',
      query: { id: ['a b', 'c'], n: 5, not: undefined, deep: true },
      body: { q: 1 },
    },
    context,
  );
  const sent = server?.received.at(-1);
  expect(sent).toMatchObject({ method: 'POST', url: '/search?id=a%20b,c&n=5&deep=true', body: '{"q":1}' });
  expect(sent?.headers.authorization).toBe('Bearer token-1');
});

describe('404', () => {
  const script: Script = (_, response) =>
    sendJson(
      response,
      404,
      { code: 'not.found', message: 'gone', status: 404 },
      { 'inin-correlation-id': 'c-4' },
    );

  test('is null for find', async () => {
    const client = await start(script);
    expect(await client.find(get, context)).toMatchObject({ data: null, status: 404, correlationId: 'c-4' });
  });

  test('of a proxy is not taken for the vendor saying that a record is gone', async () => {
    const client = await start((_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not Found</h1>');
    });
    const error = await failureOf(client.find(get, context));
    expect(error).toMatchObject({ kind: 'UpstreamUnavailable' });
    expect(error).toHaveProperty('message', expect.stringMatching(/text\/html instead of JSON/u));
  });

  test('is InvalidRequest for call', async () => {
    const error = await failureOf((await start(script)).call(get, context));
    expect(error).toMatchObject({ kind: 'InvalidRequest', status: 404, correlationId: 'c-4' });
  });
});

describe('errors by status', () => {
  const table: [number, unknown, string, RegExp][] = [
    [
      400,
      { code: 'bad.request', message: 'pageSize too large' },
      'InvalidRequest',
      /bad\.request: pageSize too large/u,
    ],
    [
      403,
      {
        code: 'missing.permission',
        message: 'Unable',
        messageParams: { permissions: 'quality:evaluation:view' },
      },
      'Forbidden',
      /Missing permission: quality:evaluation:view/u,
    ],
    [500, { message: 'oops' }, 'UpstreamUnavailable', /answered 500/u],
    [502, 'not an object', 'UpstreamUnavailable', /answered 502/u],
    [503, {}, 'UpstreamUnavailable', /answered 503/u],
    [504, {}, 'UpstreamUnavailable', /status page/u],
    [302, {}, 'InvalidRequest', /answered 302/u],
  ];
  test.each(table)('%i %j is %s', async (status, body, kind, text) => {
    const client = await start((_, response) =>
      sendJson(response, status, body, { 'inin-correlation-id': 'c-9' }),
    );
    const error = await failureOf(client.call(get, context));
    expect(error).toMatchObject({ kind, status, correlationId: 'c-9' });
    expect(error.message).toMatch(text);
    expect(error.message).toContain('GET /api/v2/quality/evaluations/{id}');
    expect(apiCalls()).toBe(1);
  });

  test('an echoed token is taken out', async () => {
    const client = await start((request, response) =>
      sendJson(response, 400, { message: `bad header ${request.headers.authorization} for token-1` }),
    );
    expect((await failureOf(client.call(get, context))).message).toContain('[secret]');
  });
});

describe('429', () => {
  const limits = {
    'inin-ratelimit-count': '301',
    'inin-ratelimit-allowed': '300',
    'inin-ratelimit-reset': '17',
  };
  test.each([
    [{ 'retry-after': '7', ...limits }, 7],
    [limits, 17],
    [{}, 5],
  ])('%j waits %i s', async (headers, seconds) => {
    const client = await start((_, response) =>
      sendJson(response, 429, { code: 'too.many.requests' }, headers),
    );
    const error = await failureOf(client.call(get, context));
    expect(error).toMatchObject({ kind: 'RateLimited', retryAfterSeconds: seconds, status: 429 });
  });
});

describe('401', () => {
  test('signs in anew and repeats once, even what is not repeatable', async () => {
    const client = await start((request, response) =>
      sendJson(response, request.headers.authorization === 'Bearer token-2' ? 200 : 401, record),
    );
    expect((await client.call({ ...get, repeatable: false }, context)).status).toBe(200);
    expect([signIns(), apiCalls()]).toEqual([2, 2]);
  });

  test('twice is Unauthorized', async () => {
    const client = await start((_, response) => sendJson(response, 401, { code: 'bad.credentials' }));
    const error = await failureOf(client.call(get, context));
    expect(error).toMatchObject({ kind: 'Unauthorized', status: 401 });
    expect([signIns(), apiCalls()]).toEqual([2, 2]);
  });

  test('of many at once costs one sign-in', async () => {
    const client = await start((request, response) =>
      sendJson(response, request.headers.authorization === 'Bearer token-1' ? 401 : 200, record),
    );
    await Promise.all(Array.from({ length: 12 }, async () => await client.call(get, context)));
    expect(signIns()).toBe(2);
  });
});

describe('a broken connection', () => {
  const resetFirst =
    (times: number): Script =>
    (_, response, index) =>
      index < times ? void response.socket?.resetAndDestroy() : sendJson(response, 200, record);

  test('is tried once more when nothing can happen twice', async () => {
    const client = await start(resetFirst(1));
    expect((await client.call(get, context)).status).toBe(200);
    expect(apiCalls()).toBe(2);
  });

  test('is not tried a third time', async () => {
    const client = await start(resetFirst(2));
    expect((await failureOf(client.call(get, context))).kind).toBe('UpstreamUnavailable');
    expect(apiCalls()).toBe(2);
  });

  test('is never repeated when the request is not repeatable', async () => {
    const client = await start(resetFirst(1));
    const error = await failureOf(client.call({ ...get, method: 'POST', repeatable: false }, context));
    expect(error.kind).toBe('UpstreamUnavailable');
    expect(apiCalls()).toBe(1);
  });

  test.each(['content-length', 'chunked'])('in the middle of a body (%s) is retryable', async (how) => {
    const client = await start((_, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        ...(how === 'content-length' ? { 'content-length': '500' } : {}),
      });
      response.write('{"id":"e-1",');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    expect((await failureOf(client.call(get, context))).kind).toBe('UpstreamUnavailable');
  });

  test('a refused connection and a slow answer are UpstreamUnavailable', async () => {
    const slow = await start(() => undefined, 150);
    const error = await failureOf(slow.call(get, context));
    expect(error.kind).toBe('UpstreamUnavailable');
    expect(error.message).toContain('in time');
    await server?.close();
    expect((await failureOf(slow.call(get, context))).message).toContain('ECONNREFUSED');
  });
});

describe('a success that is none', () => {
  test.each([
    ['application/json', '{"id":"e-1","sco', /cut off/u],
    ['text/html', '<html>proxy</html>', /text\/html instead of JSON/u],
  ])('%s %s', async (type, body, text) => {
    const client = await start(
      (_, response) => void response.writeHead(200, { 'content-type': type }).end(body),
    );
    const error = await failureOf(client.call(get, context));
    expect(error.kind).toBe('UpstreamUnavailable');
    expect(error.message).toMatch(text);
  });

  test('of the wrong shape names endpoint, path and value', async () => {
    const list = z.object({ entities: z.array(schema) });
    const client = await start((_, response) =>
      sendJson(response, 200, { entities: [record, { id: 'e-2', score: 'x'.repeat(500) }] }),
    );
    const error = await failureOf(client.call({ ...get, schema: list }, context));
    expect(error.kind).toBe('SchemaMismatch');
    expect(error.message).toContain('GET /api/v2/quality/evaluations/{id}');
    expect(error.message).toContain('entities[1].score');
    expect(error.message).toContain('"xxxx');
    expect(error.message.length).toBeLessThan(600);
  });
});

describe('an abort', () => {
  test('ends a request in flight', async () => {
    const client = await start(() => undefined);
    const abort = new AbortController();
    const work = client.call(get, { ...context, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('cancelled by the activity')), 60);
    await expect(work).rejects.toThrow('cancelled by the activity');
  });

  test('before the start sends nothing', async () => {
    const client = await start((_, response) => sendJson(response, 200, record));
    await expect(client.call(get, { ...context, signal: AbortSignal.abort() })).rejects.toThrow(/abort/u);
    expect(client.requestCount()).toBe(0);
  });
});

test('a base URL without https is refused off loopback', () => {
  const make = (baseUrl: string) => () =>
    createApiClient({
      connection: 'emea',
      baseUrl,
      tokenSource: createTokenSource({
        form: basicForm,
        connection: 'emea',
        url: 'https://login.mypurecloud.de/oauth/token',
        credentials: { clientId: 'a', clientSecret: 'b' },
        dialect: genesysDialect,
      }),
      budget: createBudgetGate(),
      dialect: genesysDialect,
    });
  expect(make('http://api.mypurecloud.de')).toThrow(
    /connection emea "http:\/\/api\.mypurecloud\.de" is not https/u,
  );
  expect(make('https://api.mypurecloud.de')).not.toThrow();
});
