/** Who may ask, and which sites may read the answers. */
import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listening } from '../../cli/listening.js';
import { checkOrigin, checkToken, isLoopback, namesLoopback } from '../../dashboard/access.js';
import type { DashboardOptions } from '../../dashboard/server.js';
import { TidemarkError } from '../../model/errors.js';
import { serve } from './served.js';

const token = 'a-token-of-24-characters';

async function dashboard(options: Partial<DashboardOptions> = {}) {
  const served = await serve({}, options);
  onTestFinished(() => served.close());
  return served;
}

/** Status of a request whose path and headers are sent exactly so. */
async function raw(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the token', () => {
  it.each([
    ['127.0.0.1', undefined, true],
    ['127.0.0.1', token, true],
    ['::1', '', true],
    ['0.0.0.0', token, true],
    ['0.0.0.0', undefined, false],
    ['::', '', false],
    ['10.1.2.3', token.slice(1), false],
    ['127.0.0.1', 'short', false],
    ['0.0.0.0', `${token} ${token}`, false],
  ])('for %s may be %j: %s', (host, given, may) => {
    if (may) return expect(checkToken(host, given)).toBe(given === '' ? undefined : given);
    return expect(() => checkToken(host, given)).toThrow(TidemarkError);
  });

  it('is what no dashboard beyond this machine starts without', async () => {
    const error: unknown = await serve({}, { host: '0.0.0.0' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TidemarkError);
    expect(error).toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining('TIDEMARK_DASHBOARD_TOKEN'),
    });
  });

  it.each([
    ['none', {}, 401],
    ['a wrong one', { authorization: `Bearer ${token}x` }, 401],
    ['a part', { authorization: `Bearer ${token.slice(1)}` }, 401],
    ['another scheme', { authorization: `Basic ${token}` }, 401],
    ['the right one', { authorization: `Bearer ${token}` }, 200],
    ['the right one in other case of the scheme', { authorization: `bearer ${token}` }, 200],
  ])('opens the feed or not: %s', async (_what, headers: Record<string, string>, status) => {
    const served = await dashboard({ host: '0.0.0.0', token });
    for (const path of ['/api/v1/scores', '/api/v1/connections']) {
      const response = await served.get(path, headers);
      expect([path, response.status]).toEqual([path, status]);
      expect(response.headers.get('www-authenticate')).toBe(
        status === 401 ? 'Bearer realm="Tidemark dashboard"' : null,
      );
    }
  });

  it('is needed however the path is spelt, and for events', async () => {
    const { url } = await dashboard({ token });
    const paths = [
      '/%61pi/v1/scores',
      '/api/v1/%73cores',
      '/api/v1/events',
      '/api/v1/scores?x=/api/v1/openapi.json',
    ];
    for (const path of paths) expect([path, await raw(url, path, {})]).toEqual([path, 401]);
  });

  it('is not needed for what holds nothing of people', async () => {
    const served = await dashboard({ token });
    for (const path of ['/', '/dashboard.js', '/api/v1/openapi.json', '/healthz']) {
      expect([path, (await served.get(path)).status]).toEqual([path, 200]);
    }
  });
});

describe('names of this machine', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['127.evil.example', false],
    ['::', false],
  ])('%s: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });

  it.each([
    ['localhost:8234', true],
    ['LOCALHOST', true],
    ['127.0.0.1:80', true],
    ['[::1]:8234', true],
    ['rebound.example:8234', false],
    ['localhost.evil.example', false],
    ['localhost:80@evil.example', false],
    ['', false],
    [undefined, false],
  ])('as host of a request %s: %s', (header, is) => {
    expect(namesLoopback(header)).toBe(is);
  });

  it('are asked for where no token is, so that no other site can pose as this one', async () => {
    const open = await dashboard();
    expect(await raw(open.url, '/api/v1/scores', { host: 'rebound.example' })).toBe(421);
    expect(await raw(open.url, '/api/v1/scores', { host: 'localhost' })).toBe(200);
    const guarded = await dashboard({ token });
    const headers = { host: 'scores.example.com', authorization: `Bearer ${token}` };
    expect(await raw(guarded.url, '/api/v1/scores', headers)).toBe(200);
  });
});

describe('other sites', () => {
  const origin = 'https://grafana.example.com';

  it.each([
    [origin, origin],
    ['https://other.example.com', null],
  ])('read the feed when they are named: %s', async (asking, allowed) => {
    const served = await dashboard({ origins: [origin, 'http://localhost:3000'] });
    const response = await served.get('/api/v1/scores', { origin: asking });
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(response.headers.get('vary')).toBe('Origin');
  });

  it('learn nothing where none is named', async () => {
    const response = await (await dashboard()).get('/api/v1/scores', { origin });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('may ask beforehand, without the token', async () => {
    const served = await dashboard({ origins: [origin], token });
    const response = await fetch(new URL('/api/v1/scores', served.url), {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-headers')).toBe('Authorization, If-None-Match');
  });

  it.each([
    'grafana.example.com',
    'https://grafana.example.com/',
    'https://a.example/path',
    '*',
    'ftp://a.example',
  ])('are named by origin, not as %s', (text) => {
    expect(() => checkOrigin(text)).toThrow(/--cors ".*" is no origin/);
  });
});

describe('every answer', () => {
  it.each(['/', '/api/v1/scores', '/api/v1/scores?day=x', '/nothing'])(
    'forbids what a page need not do: %s',
    async (path) => {
      const { headers } = await (await dashboard()).get(path);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );
});

describe('an address that cannot be had', () => {
  it('is named', async () => {
    const { url } = await dashboard();
    const { port } = new URL(url);
    const starting = listening('127.0.0.1', serve({}, { port: Number(port) }));
    await expect(starting).rejects.toMatchObject({
      kind: 'InvalidConfig',
      message: expect.stringContaining(`--port ${port} is in use`),
    });
  });
});
