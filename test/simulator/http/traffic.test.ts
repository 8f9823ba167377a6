/** Rate limits, faults and counters: what becomes of a request before and after it is answered. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  auditor,
  dateRange,
  freshSimulator,
  openSimulator,
  requestToken,
  searchPath,
  span,
  type Listing,
} from './simulatorClient.js';

const users = '/api/v2/users';
const home = '/api/v2/authorization/divisions/home';

describe('rate limits', () => {
  const headersOf = (headers: Headers) =>
    ['count', 'allowed', 'reset'].map((name) => Number(headers.get(`inin-ratelimit-${name}`)));

  it('are told with every answer', async () => {
    const { api } = await freshSimulator({ evaluations: 10, allowance: 40, windowSeconds: 60 });
    for (const count of [1, 2, 3]) {
      const { headers } = await api.send('GET', home);
      const [counted, allowed, reset] = headersOf(headers);
      expect([counted, allowed]).toEqual([count, 40]);
      expect(reset).toBeGreaterThan(55);
      expect(reset).toBeLessThanOrEqual(60);
      expect(headers.get('inin-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
    const refused = await api.send('GET', `${users}/nobody`);
    expect([refused.status, headersOf(refused.headers)[0]]).toEqual([404, 4]);
  });

  it('refuse what is too much with the vendor’s 429', async () => {
    const { api } = await freshSimulator({ evaluations: 10, allowance: 2, windowSeconds: 60 });
    await api.get(home);
    await api.get(home);
    const { status, headers, body } = await api.send('GET', home);
    expect(status).toBe(429);
    expect(body).toEqual({
      message: 'Rate limit exceeded the maximum [2] requests within [60] seconds',
      code: 'too.many.requests',
      status: 429,
      messageWithParams: expect.any(String),
      messageParams: { maxRequests: '2', periodSeconds: '60' },
      contextId: headers.get('inin-correlation-id'),
      limit: { key: 'client.credentials.token.rate.per.minute', namespace: 'platform.api', value: 2 },
      details: [],
      errors: [],
    });
    expect(headersOf(headers)[0]).toBe(3);
    expect(headers.get('retry-after')).toBe(headers.get('inin-ratelimit-reset'));
  });

  it('are a client’s own; sign-in costs nothing', async () => {
    const { api, signIn, simulator } = await freshSimulator({ evaluations: 10, allowance: 1 });
    const other = await signIn(auditor);
    for (let times = 0; times < 5; times++) await requestToken(simulator, simulator);
    await api.get(home);
    await api.refused(429, 'GET', home);
    // Another token of the same client does not help.
    await (await signIn(simulator)).refused(429, 'GET', home);
    await other.get(home);
  });

  it('refill by real time, as they measure real load, and not by the virtual clock', async () => {
    const { api, control } = await freshSimulator({ evaluations: 10, allowance: 2, windowSeconds: 0.25 });
    await control('POST', 'clock', { freeze: true });
    const window = performance.now();
    await api.get(home);
    await api.get(home);
    await control('POST', 'clock', { advanceSeconds: 600 });
    const answer = await api.send('GET', home);
    // Only a test that was held up meets the next window already.
    if (performance.now() - window < 250) expect(answer.status).toBe(429);
    await delay(280);
    const { status, headers } = await api.send('GET', home);
    expect([status, headersOf(headers)]).toEqual([200, [1, 2, 1]]);
  });
});

describe('faults', () => {
  let shared: Awaited<ReturnType<typeof openSimulator>>;
  beforeEach(async () => {
    shared ??= await openSimulator({ evaluations: 50 });
    await shared.control('DELETE', 'faults');
  });
  afterAll(() => shared.close());
  const set = (fault: unknown, when: unknown = {}, where: unknown = {}) =>
    shared.control('POST', 'faults', { fault, when, where });
  const statuses = async (count: number, path = home) => {
    const seen: number[] = [];
    for (let times = 0; times < count; times++) seen.push((await shared.api.send('GET', path)).status);
    return seen;
  };
  const raw = (path: string) =>
    fetch(`${shared.simulator.apiUrl}${path}`, {
      headers: { authorization: `Bearer ${shared.api.token}` },
    });

  it.each([
    [401, 'bad.credentials'],
    [429, 'too.many.requests'],
    [500, 'internal.server.error'],
    [502, 'bad.gateway'],
    [503, 'service.unavailable'],
    [504, 'gateway.timeout'],
  ])('status %i is answered in the vendor’s words', async (status, code) => {
    await set({ kind: 'status', status }, { times: 1 });
    const answer = await shared.api.send('GET', home);
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ status, code })]);
    expect(await statuses(1)).toEqual([200]);
  });

  it('carries the wait it is told to ask for', async () => {
    await set({ kind: 'status', status: 503, retryAfterSeconds: 7 });
    const { headers } = await shared.api.send('GET', home);
    expect(headers.get('retry-after')).toBe('7');
  });

  it('says nothing of a wait where it is told not to', async () => {
    await set({ kind: 'status', status: 429, retryAfterSeconds: null });
    const { status, headers } = await shared.api.send('GET', home);
    expect([status, headers.get('retry-after')]).toEqual([429, null]);
  });

  it.each([
    ['the nth request', { nth: 2 }, [200, 503, 200, 200]],
    ['the nth and all after it', { from: 3 }, [200, 200, 503, 503]],
    ['every nth', { every: 2 }, [200, 503, 200, 503]],
    ['so many times', { times: 3 }, [503, 503, 503, 200]],
    ['every nth, so many times', { every: 2, times: 1 }, [200, 503, 200, 200]],
    ['always', {}, [503, 503, 503, 503]],
    ['by a probability of nothing', { probability: 0 }, [200, 200, 200, 200]],
  ])('strikes %s', async (_name, when, expected) => {
    await set({ kind: 'status', status: 503 }, when);
    expect(await statuses(4)).toEqual(expected);
  });

  it('strikes by chance the same way for the same seed', async () => {
    const draw = async (seed: number) => {
      await shared.control('DELETE', 'faults');
      await set({ kind: 'status', status: 503 }, { probability: 0.5, seed });
      return statuses(24);
    };
    const first = await draw(4);
    expect(await draw(4)).toEqual(first);
    expect(await draw(5)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('strikes where it is told to: by path, template, wildcard, method and client', async () => {
    const { simulator, api, signIn } = shared;
    const [{ id } = { id: '' }] = (await api.get<Listing>(users)).entities;
    const other = await signIn(auditor);
    const cases: [Record<string, string>, number[]][] = [
      [{ path: `${users}/${id}` }, [503, 200, 200]],
      [{ path: '/api/v2/users/{userId}' }, [503, 200, 200]],
      [{ path: `${users}*` }, [503, 200, 503]],
      [{ path: '*/home' }, [200, 503, 200]],
      [{ method: 'post' }, [200, 200, 200]],
      [{ clientId: auditor.clientId }, [200, 200, 503]],
      [{ clientId: simulator.clientId, path: home }, [200, 503, 200]],
    ];
    for (const [where, expected] of cases) {
      await shared.control('DELETE', 'faults');
      await set({ kind: 'status', status: 503 }, {}, where);
      const answers = [
        await api.send('GET', `${users}/${id}`),
        await api.send('GET', home),
        await other.send('GET', users),
      ];
      expect(
        answers.map(({ status }) => status),
        JSON.stringify(where),
      ).toEqual(expected);
    }
  });

  it('strikes sign-in, too', async () => {
    await set({ kind: 'status', status: 503 }, { times: 1 }, { path: '/oauth/token' });
    expect((await requestToken(shared.simulator, shared.simulator)).status).toBe(503);
    expect((await requestToken(shared.simulator, shared.simulator)).status).toBe(200);
  });

  it.each([
    ['before', { handled: false }, 0],
    ['after', { handled: true }, 1],
    ['unless said otherwise before', {}, 0],
  ])('resets the connection %s the request was handled', async (_when, handled, spent) => {
    const before = Number((await shared.api.send('GET', home)).headers.get('inin-ratelimit-count'));
    await set({ kind: 'reset', ...handled }, { times: 1 });
    await expect(raw(home)).rejects.toThrow('fetch failed');
    const after = Number((await shared.api.send('GET', home)).headers.get('inin-ratelimit-count'));
    expect(after - before).toBe(1 + spent);
  });

  it('answers late', async () => {
    await set({ kind: 'slow', milliseconds: 120 }, { times: 1 });
    const start = performance.now();
    expect(await statuses(1)).toEqual([200]);
    expect(performance.now() - start).toBeGreaterThan(110);
  });

  it('breaks off in the middle of the body the headers promised', async () => {
    await set({ kind: 'truncated' }, { times: 1 });
    const answer = await raw(users);
    expect([answer.status, Number(answer.headers.get('content-length'))]).toEqual([200, expect.any(Number)]);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('sends what is no JSON, complete and with status 200', async () => {
    await set({ kind: 'malformed' }, { times: 1 });
    const answer = await raw(users);
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/json'),
    ]);
    expect(Buffer.byteLength(text)).toBe(Number(answer.headers.get('content-length')));
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('changes the type of a field of the first item, as a vendor might', async () => {
    const search = async (when: unknown, field?: string) => {
      await set({ kind: 'invalidItem', ...(field === undefined ? {} : { field }) }, when);
      const { results } = await shared.api.post<{ results: Record<string, unknown>[] }>(searchPath, {
        query: [dateRange('submittedDate', span.from, span.to)],
        pageSize: 25,
        pageNumber: 1,
      });
      return results;
    };
    const [changed, whole] = await search({ times: 1 });
    expect(changed).toEqual({ ...changed, status: 7 });
    expect(whole?.['status']).toEqual(expect.any(String));
    expect((await search({ times: 1 }, 'submittedDate'))[0]?.['submittedDate']).toBe('soon');
    expect((await shared.api.get<Listing>(users)).entities[0]).toMatchObject({ id: expect.any(String) });
  });

  it('sends a proxy’s page', async () => {
    await set({ kind: 'contentType' }, { times: 1 });
    const answer = await raw(users);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('html'),
    ]);
    expect(await answer.text()).toContain('<html>');
  });

  it.each([5, -5])('answers with a clock that is off by %i hours', async (hours) => {
    await set({ kind: 'clockSkew', milliseconds: hours * 3_600_000 }, { times: 1 });
    const dates = [await raw(users), await raw(users)].map(({ headers }) =>
      Date.parse(headers.get('date') ?? ''),
    );
    const [skewed = 0, right = 0] = dates;
    expect(Math.round((skewed - right) / 3_600_000)).toBe(hours);
  });

  it('are listed with what they did, and removed together', async () => {
    await set({ kind: 'status', status: 500 }, { nth: 2 }, { path: home });
    await set({ kind: 'slow', milliseconds: 1 });
    await statuses(3);
    const { faults } = await shared.control<{ faults: unknown[] }>('GET', 'faults');
    expect(faults).toEqual([
      expect.objectContaining({ fault: { kind: 'status', status: 500 }, matched: 3, struck: 1 }),
      // What the first one struck is not struck twice.
      expect.objectContaining({ fault: { kind: 'slow', milliseconds: 1 }, matched: 3, struck: 2 }),
    ]);
    expect(await shared.control('DELETE', 'faults')).toEqual({ removed: 2 });
    expect(await shared.control('GET', 'faults')).toEqual({ faults: [] });
  });

  it.each([
    [{ fault: { kind: 'status', status: 418 } }, 'status'],
    [{ fault: { kind: 'explosion' } }, 'kind'],
    [{ fault: { kind: 'slow', milliseconds: -1 } }, 'milliseconds'],
    [{ fault: { kind: 'truncated' }, when: { nth: 0 } }, 'nth'],
    [{ fault: { kind: 'truncated' }, when: { probability: 2 } }, 'probability'],
    [{ fault: { kind: 'truncated' }, where: { url: '/' } }, 'url'],
  ])('that cannot be are refused: %j', async (fault, named) => {
    await expect(shared.control('POST', 'faults', fault)).rejects.toThrow(
      new RegExp(`answered 400: .*${named}`),
    );
  });
});

describe('a revoked token', () => {
  it('is refused from then on, and those of others are good', async () => {
    const { simulator, api, signIn, control } = await freshSimulator({ evaluations: 10 });
    const other = await signIn(auditor);
    const fault = { fault: { kind: 'revoked' }, where: { clientId: simulator.clientId }, when: { nth: 2 } };
    await control('POST', 'faults', fault);
    await api.get(home);
    await api.refused(401, 'GET', home);
    await api.refused(401, 'GET', home);
    await other.get(home);
    await (await signIn(simulator)).get(home);
  });
});

describe('counters', () => {
  interface Counts {
    requests: number;
    rateLimited: number;
    tokensIssued: number;
    byStatus: Record<string, number>;
    byEndpoint: Record<string, { requests: number; bytes: number; statuses: Record<string, number> }>;
    repeated: { url: string; times: number; answered: number; bodyHash?: string }[];
    windows: { clientId: string; requests: number; refused: number; share: number }[];
  }

  it('count by endpoint and status, bytes included', async () => {
    const { api, control } = await freshSimulator({ evaluations: 10 });
    const answer = await api.send('GET', users);
    await api.refused(404, 'GET', `${users}/u-1`);
    await api.refused(404, 'GET', `${users}/u-2`);
    await api.refused(404, 'GET', '/api/v2/nowhere');
    const counts = await control<Counts>('GET', 'counters');
    expect(counts).toMatchObject({
      requests: 5,
      byStatus: { 200: 2, 404: 3 },
      tokensIssued: 1,
      rateLimited: 0,
    });
    expect(counts.byEndpoint).toMatchObject({
      'POST /oauth/token': { requests: 1 },
      'GET /api/v2/users': { requests: 1, bytes: Buffer.byteLength(JSON.stringify(answer.body)) },
      'GET /api/v2/users/{userId}': { requests: 2, statuses: { 404: 2 } },
      'GET (no such path)': { requests: 1 },
    });
    expect(counts.repeated).toEqual([]);
  });

  it('tell what was asked twice: the same path, query and body', async () => {
    const { api, control } = await freshSimulator({ evaluations: 10 });
    const search = { query: [dateRange('submittedDate', span.from, span.to)], pageNumber: 1 };
    await api.post(searchPath, search);
    await api.post(searchPath, { ...search, pageNumber: 2 });
    await api.post(searchPath, search);
    await api.get(`${users}?pageNumber=2`);
    await api.get(`${users}?pageNumber=3`);
    await control('POST', 'faults', { fault: { kind: 'status', status: 503 }, when: { times: 1 } });
    await api.refused(503, 'GET', home);
    await api.get(home);
    const { repeated } = await control<Counts>('GET', 'counters');
    expect(repeated).toEqual([
      expect.objectContaining({ url: searchPath, times: 2, answered: 2, bodyHash: expect.any(String) }),
      expect.objectContaining({ url: home, times: 2, answered: 1 }),
    ]);
  });

  it('expect a job to be polled', async () => {
    const { api, control } = await freshSimulator({ evaluations: 10 });
    const path = '/api/v2/analytics/evaluations/aggregates/jobs';
    const { body } = await api.send('POST', path, {
      interval: `${span.from}/${span.to}`,
      metrics: ['nEvaluations'],
    });
    for (let polls = 0; polls < 3; polls++) await api.get(`${path}/${body['jobId']}`);
    const results = `${path}/${body['jobId']}/results`;
    await api.get(results);
    await api.get(results);
    const { repeated } = await control<Counts>('GET', 'counters');
    expect(repeated.map(({ url }) => url)).toEqual([results]);
  });

  it('say how well the allowance was used, and start afresh', async () => {
    const { api, control } = await freshSimulator({ evaluations: 10, allowance: 4 });
    for (let times = 0; times < 4; times++) await api.get(home);
    await api.refused(429, 'GET', home);
    const before = await control<Counts>('GET', 'counters');
    expect(before.rateLimited).toBe(1);
    expect(before.windows).toEqual([
      expect.objectContaining({ clientId: 'exporter', requests: 5, refused: 1, share: 1 }),
    ]);
    await control('DELETE', 'counters');
    const after = await control<Counts>('GET', 'counters');
    expect(after).toMatchObject({ requests: 0, byEndpoint: {}, byStatus: {}, rateLimited: 0, repeated: [] });
    // The window itself goes on: forgetting it would give the client a second allowance.
    await api.refused(429, 'GET', home);
  });
});
