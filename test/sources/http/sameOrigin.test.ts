import { describe, expect, test } from 'vitest';
import { endpointTemplate } from '../../../sources/http/apiRequest.js';
import { below, sameOrigin, secureUrl } from '../../../sources/http/sameOrigin.js';

describe('next-page links', () => {
  const origin = new URL('https://api.mypurecloud.de');
  test.each([
    ['/api/v2/x?pageNumber=2', '/api/v2/x?pageNumber=2'],
    ['https://api.mypurecloud.de/api/v2/x?a=1#part', '/api/v2/x?a=1'],
    ['https://api.mypurecloud.de:443/x', '/x'],
  ])('%s is followed', (uri, path) => {
    const { origin: host, pathname, search } = sameOrigin(origin, uri);
    expect([host, `${pathname}${search}`]).toEqual([origin.origin, path]);
  });

  test.each([
    'https://api.mypurecloud.com/x',
    'http://api.mypurecloud.de/x',
    'https://api.mypurecloud.de:8443/x',
    'https://user@api.mypurecloud.de/x',
    'https://api.mypurecloud.de@evil.example/x',
    '//evil.example/x',
    String.raw`\\evil.example/x`,
    'javascript:alert(1)',
    'http://[',
  ])('%s is not', (uri) => expect(() => sameOrigin(origin, uri)).toThrow(/next-page link/u));
});

test.each([
  ['https://api.example.org', '/api/v2/x?a=1', 'https://api.example.org/api/v2/x?a=1'],
  ['https://api.example.org/', '/api/v2/x', 'https://api.example.org/api/v2/x'],
  ['https://gateway.example.org/genesys', '/oauth/token', 'https://gateway.example.org/genesys/oauth/token'],
  ['https://gateway.example.org/genesys/', '/oauth/token', 'https://gateway.example.org/genesys/oauth/token'],
])('below %s, %s is %s', (base, path, url) => expect(below(new URL(base), path).href).toBe(url));

describe('base URLs', () => {
  test.each(['https://x.example', 'http://localhost:1', 'http://127.0.0.1:81/a', 'http://[::1]:9'])(
    '%s',
    (url) => expect(secureUrl('baseUrl', url).href).toContain(url),
  );
  test.each(['http://x.example', 'http://127.0.0.1.evil.example', 'ftp://localhost', 'localhost'])(
    '%s is refused',
    (url) => expect(() => secureUrl('baseUrl', url)).toThrow(`baseUrl "${url}"`),
  );
  test.each(['https://user:pass@x.example', '://user:pass@'])('%s is refused without being shown', (url) => {
    expect(() => secureUrl('baseUrl', url)).toThrow(expect.not.stringContaining('pass@') as Error);
    expect(() => secureUrl('baseUrl', url)).toThrow(/baseUrl/u);
  });
});

test.each([
  ['/api/v2/quality/evaluations/search', '/api/v2/quality/evaluations/search'],
  ['/api/v2/x/7d3f6c1e-0d4c-4f0e-9a51-0a6a2f6a1111/y?q=1', '/api/v2/x/{id}/y'],
  ['/jobs/42', '/jobs/{id}'],
])('%s is shown as %s', (path, template) =>
  expect(endpointTemplate({ method: 'GET', path })).toBe(`GET ${template}`),
);
