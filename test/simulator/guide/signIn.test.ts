import { afterAll, describe, expect, it } from 'vitest';
import { exporterScopes } from '../../../simulator/options.js';
import { freshGuide, guideAs, openGuide, type Json } from './guideClient.js';

const shared = await openGuide({ evaluations: 10 });
afterAll(() => shared.simulator.close());
const basic = `Basic ${Buffer.from('exporter:exporter-secret').toString('base64')}`;
const credentials = { client_id: 'exporter', client_secret: 'exporter-secret' };
const asked = { grant_type: 'client_credentials', ...credentials };
const form = 'application/x-www-form-urlencoded';

/** Asks for a token in some form. */
async function ask(type: 'form' | 'json', values: Record<string, string>, authorization?: string) {
  const answer = await fetch(`${shared.origin}/oauth/token`, {
    method: 'POST',
    headers: {
      'content-type': type === 'form' ? form : 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: type === 'form' ? new URLSearchParams(values).toString() : JSON.stringify(values),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}

describe('sign-in', () => {
  it.each([
    ['form', asked, undefined],
    ['json', asked, undefined],
    ['form', { grant_type: 'client_credentials' }, basic],
  ] as const)('takes %s credentials %o', async (type, values, authorization) => {
    const { status, headers, body } = await ask(type, values, authorization);
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        token_type: 'bearer',
        expires_in: 3_600,
        scope: exporterScopes.join(' '),
        ...(type === 'json' ? { refresh_token: expect.any(String) } : {}),
      },
    ]);
    expect(headers.get('inin-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    await guideAs(shared.simulator, shared.origin, String(body['access_token'])).ok('/api/v2/divisions');
  });

  it('gives the scopes that were asked for, and no others', async () => {
    const { body } = await ask('form', { ...asked, scope: 'quality:feedback:read division:read' });
    expect(body['scope']).toBe('quality:feedback:read division:read');
    const guide = guideAs(shared.simulator, shared.origin, String(body['access_token']));
    await guide.ok('/api/v2/divisions');
    await guide.refused(403, '/api/v2/quality/templates/x');
  });

  it.each<[string, 'form' | 'json', Record<string, string>, string | undefined, number, string]>([
    ['a wrong secret', 'form', { ...asked, client_secret: 'guess' }, undefined, 401, 'invalid_client'],
    [
      'a wrong secret in JSON',
      'json',
      { ...asked, client_secret: 'guess' },
      undefined,
      401,
      'invalid_client',
    ],
    ['an unknown client', 'form', { ...asked, client_id: 'nobody' }, undefined, 401, 'invalid_client'],
    ['no credentials', 'form', { grant_type: 'client_credentials' }, undefined, 401, 'invalid_client'],
    ['credentials in two places', 'form', asked, basic, 401, 'invalid_client'],
    ['JSON with HTTP Basic', 'json', { grant_type: 'client_credentials' }, basic, 401, 'invalid_client'],
    ['no grant type', 'form', credentials, undefined, 400, 'invalid_request'],
    ['an unknown parameter', 'form', { ...asked, audience: 'x' }, undefined, 400, 'invalid_request'],
    [
      'another grant type',
      'form',
      { ...asked, grant_type: 'password' },
      undefined,
      400,
      'unsupported_grant_type',
    ],
    [
      'a scope that was not granted',
      'form',
      { ...asked, scope: 'division:read quality:evaluation:write' },
      undefined,
      400,
      'invalid_scope',
    ],
  ])('refuses %s', async (_, type, values, authorization, status, error) => {
    const answer = await ask(type, values, authorization);
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ error, description: expect.stringMatching(/\w/) }),
    ]);
  });

  it('refuses a body of another type', async () => {
    const answer = await fetch(`${shared.origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: new URLSearchParams(asked).toString(),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });
});

describe('a token', () => {
  it('ends after an hour', async () => {
    const guide = await freshGuide({ evaluations: 10 });
    await guide.control('clock', { advanceSeconds: 3_500 });
    await guide.ok('/api/v2/divisions');
    await guide.control('clock', { advanceSeconds: 101 });
    expect(await guide.refused(401, '/api/v2/divisions')).toMatchObject({ code: 'bad.credentials' });
  });

  it.each([undefined, 'Bearer made-up', basic])(
    'that is %s is refused with the error of the contract',
    async (authorization) => {
      const answer = await fetch(`${shared.origin}/api/v2/divisions`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect([answer.status, await answer.json()]).toEqual([
        401,
        {
          message: expect.any(String),
          code: expect.any(String),
          status: 401,
          contextId: answer.headers.get('inin-correlation-id'),
          details: [],
          errors: [],
        },
      ]);
    },
  );
});
