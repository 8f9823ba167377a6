import { afterAll, describe, expect, it } from 'vitest';
import {
  auditor,
  basic,
  freshSimulator,
  openSimulator,
  requestToken,
  session,
  type Method,
} from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 10 });
afterAll(() => shared.close());
const { simulator } = shared;
const bare = await openSimulator({ client: { permissions: [] }, evaluations: 10 });
afterAll(() => bare.close());
const divisions = '/api/v2/authorization/divisions';

describe('sign-in', () => {
  it('gives a bearer token that the API takes', async () => {
    const { status, body } = await requestToken(simulator, simulator);
    expect([status, body]).toEqual([
      200,
      { access_token: expect.any(String), token_type: 'bearer', expires_in: 86_400 },
    ]);
    await session(simulator.apiUrl, String(body['access_token'])).get(divisions);
  });

  it.each([
    { name: 'a wrong secret', headers: { authorization: basic('exporter:guess') }, status: 401 },
    { name: 'the secret of another client', headers: { authorization: basic('exporter:auditor-secret') } },
    { name: 'an unknown client', headers: { authorization: basic('nobody:exporter-secret') } },
    { name: 'no credentials', headers: { authorization: '' } },
    {
      name: 'a JSON body',
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type":"client_credentials"}',
      status: 400,
      error: 'invalid_request',
    },
    { name: 'a form without a grant type', body: 'scope=quality', status: 400, error: 'invalid_request' },
    {
      name: 'the grant type of a person',
      body: 'grant_type=refresh_token',
      status: 400,
      error: 'unsupported_grant_type',
    },
  ])('refuses $name', async ({ headers, body, status = 401, error = 'invalid_client' }) => {
    const answer = await requestToken(simulator, simulator, {
      ...(headers === undefined ? {} : { headers: headers as Record<string, string> }),
      ...(body === undefined ? {} : { body }),
    });
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ error, description: expect.stringMatching(/\w/) }),
    ]);
    expect(answer.body).not.toHaveProperty('access_token');
  });

  it('keeps a colon in the secret', async () => {
    const { simulator: other, signIn } = await freshSimulator({ clientSecret: 'a:b:c' });
    expect(other.clientSecret).toBe('a:b:c');
    await (await signIn({ clientId: 'exporter', clientSecret: 'a:b:c' })).get(divisions);
  });
});

describe('a token', () => {
  it('ends with its lifetime on the virtual clock, even a frozen one', async () => {
    const { api, control, signIn, simulator: own } = await freshSimulator({ tokenLifetimeSeconds: 1_800 });
    await control('POST', 'clock', { freeze: true });
    await control('POST', 'clock', { advanceSeconds: 1_700 });
    await api.get(divisions);
    await control('POST', 'clock', { advanceSeconds: 101 });
    const refusal = await api.refused(401, 'GET', divisions);
    expect(refusal).toMatchObject({ code: 'bad.credentials', status: 401 });
    await (await signIn(own)).get(divisions);
  });

  it('outlives a clock that is set back', async () => {
    const { api, control } = await freshSimulator({ tokenLifetimeSeconds: 60 });
    await control('POST', 'clock', { set: '2026-09-15T00:00:00Z' });
    await api.get(divisions);
  });

  it('can be revoked: of one client, or of all', async () => {
    const { api, control, signIn } = await freshSimulator({ evaluations: 10 });
    const other = await signIn(auditor);
    expect(await control('POST', 'events', { kind: 'revokeTokens', clientId: 'exporter' })).toEqual({
      revoked: 1,
    });
    await api.refused(401, 'GET', divisions);
    await other.get(divisions);
    await control('POST', 'events', { kind: 'revokeTokens' });
    await other.refused(401, 'GET', divisions);
  });

  it.each([
    { name: 'missing', authorization: undefined, code: 'authentication.required' },
    {
      name: 'of another scheme',
      authorization: basic('exporter:exporter-secret'),
      code: 'authentication.required',
    },
    { name: 'made up', authorization: 'Bearer made-up', code: 'bad.credentials' },
  ])('that is $name is refused, on paths that do not exist, too', async ({ authorization, code }) => {
    for (const path of [divisions, '/api/v2/no/such/path']) {
      const answer = await fetch(`${simulator.apiUrl}${path}`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect([answer.status, await answer.json()]).toEqual([
        401,
        expect.objectContaining({ code, status: 401, contextId: answer.headers.get('inin-correlation-id') }),
      ]);
    }
  });
});

describe('permissions', () => {
  const job = '11111111-1111-4111-8111-111111111111';
  const cases: [Method, string, string[], unknown?][] = [
    ['POST', '/api/v2/quality/evaluations/search', ['quality:evaluation:searchAny']],
    ['GET', '/api/v2/quality/evaluations/query', ['quality:evaluation:view']],
    [
      'GET',
      `/api/v2/quality/conversations/${job}/evaluations/${job}`,
      ['quality:evaluation:view', 'quality:evaluation:assign', 'quality:evaluation:release'],
    ],
    ['GET', '/api/v2/quality/forms/evaluations', ['quality:evaluationForm:view']],
    ['GET', '/api/v2/quality/publishedforms/evaluations', ['quality:evaluationForm:view']],
    ['GET', '/api/v2/quality/calibrations', ['quality:calibration:view']],
    ['GET', '/api/v2/quality/agents/activity', ['quality:evaluation:view']],
    ['POST', '/api/v2/analytics/evaluations/aggregates/query', ['analytics:evaluationAggregate:view']],
    ['GET', `/api/v2/analytics/evaluations/aggregates/jobs/${job}`, ['analytics:evaluationAggregate:view']],
    [
      'POST',
      '/api/v2/analytics/conversations/details/query',
      ['analytics:conversationDetail:view', 'analytics:agentConversationDetail:view'],
    ],
    [
      'GET',
      '/api/v2/analytics/conversations/details/jobs/availability',
      ['analytics:conversationDetail:view'],
    ],
    ['GET', '/api/v2/routing/queues', ['routing:queue:view']],
    ['GET', '/api/v2/routing/queues/divisionviews/all', ['routing:queue:search']],
  ];

  it.each(cases)('%s %s names what is missing', async (method, path, permissions) => {
    const refusal = await bare.api.refused(403, method, path, method === 'POST' ? {} : undefined);
    expect(refusal).toMatchObject({
      code: permissions.length > 1 ? 'missing.any.permissions' : 'missing.permissions',
      status: 403,
      messageParams: { permissions: permissions.join(', ') },
    });
    for (const permission of permissions) expect(refusal.message).toContain(permission);
  });

  it.each([
    divisions,
    `${divisions}/home`,
    '/api/v2/users',
    '/api/v2/teams',
    '/api/v2/organizations/limits/docs',
    '/api/v2/organizations/limits/namespaces/platform.api',
  ])('GET %s needs none', async (path) => {
    await bare.api.get(path);
  });

  it('of several that would do, one is enough', async () => {
    const { api } = await freshSimulator({ client: { permissions: ['quality:evaluation:release'] } });
    const path = `/api/v2/quality/conversations/${job}/evaluations/${job}`;
    expect(await api.refused(404, 'GET', path)).toMatchObject({ code: 'not.found', entityId: job });
  });

  it('can be taken and given back while tokens live', async () => {
    const { api, control } = await freshSimulator({ evaluations: 10 });
    const path = '/api/v2/quality/forms/evaluations';
    await control('POST', 'events', { kind: 'setPermissions', permissions: ['quality:evaluation:view'] });
    await api.refused(403, 'GET', path);
    await control('POST', 'events', { kind: 'setPermissions', permissions: [] });
    await control('POST', 'events', { kind: 'restorePermissions' });
    await api.get(path);
  });
});
