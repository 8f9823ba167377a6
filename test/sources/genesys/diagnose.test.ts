import { describe, expect, test } from 'vitest';
import { diagnose, neededPermissions } from '../../../sources/genesys/published/diagnose.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';

const context = { signal: never, priority: 1 } as const;

/** Which permission the vendor asks of which endpoint; what is not here everybody may ask. */
const guarded: readonly [string, RegExp][] = [
  ['quality:evaluation:searchAny', /^POST \/api\/v2\/quality\/evaluations\/search$/u],
  ['quality:evaluation:view', /^GET \/api\/v2\/quality\/conversations\/[\w-]+\/evaluations\/[\w-]+$/u],
  ['quality:evaluationForm:view', /^GET \/api\/v2\/quality\/forms\/evaluations$/u],
  ['quality:calibration:view', /^GET \/api\/v2\/quality\/calibrations\/[\w-]+$/u],
  ['analytics:evaluationAggregate:view', /^POST \/api\/v2\/analytics\/evaluations\/aggregates\/query$/u],
  ['routing:queue:view', /^GET \/api\/v2\/routing\/queues$/u],
];
const permitted = 'GET /api/v2/authorization/divisionspermitted/paged/me';
const limits = 'GET /api/v2/organizations/limits/namespaces/platform.api';
const answers: Readonly<Record<string, unknown>> = {
  'GET /api/v2/authorization/divisions': {
    entities: [
      { id: 'd-1', name: 'Home' },
      { id: 'd-2', name: 'Closed' },
    ],
  },
  [permitted]: { entities: [{ id: 'd-1' }] },
  [limits]: {
    entities: [
      { key: 'client.credentials.token.rate.per.minute', namespace: 'platform.api', value: 250 },
      { key: 'token.rate.per.minute', namespace: 'platform.api', value: 300 },
    ],
  },
  'POST /api/v2/quality/evaluations/search': { results: [] },
  'POST /api/v2/analytics/evaluations/aggregates/query': { results: [] },
  'GET /api/v2/quality/forms/evaluations': { entities: [] },
  'GET /api/v2/routing/queues': { entities: [] },
};

/** An organisation; `instead` answers endpoints with a status of its own, a permission missing with 403. */
async function organisation({
  lacks = [],
  instead = {},
}: {
  lacks?: readonly string[];
  instead?: Readonly<Record<string, number>>;
} = {}) {
  return clientOf((request, response) => {
    const endpoint = `${request.method} ${request.url.replace(/\?.*$/u, '')}`;
    const needed = guarded.find(([, pattern]) => pattern.test(endpoint))?.[0];
    const status = instead[endpoint] ?? instead[needed ?? ''];
    if (status !== undefined) return sendJson(response, status, { status });
    if (needed !== undefined && lacks.includes(needed)) return sendJson(response, 403, { code: 'forbidden' });
    const answer = answers[endpoint];
    sendJson(response, answer === undefined ? 404 : 200, answer ?? { code: 'not.found', status: 404 }, {
      'inin-ratelimit-allowed': '180',
      'inin-ratelimit-count': '1',
      'inin-ratelimit-reset': '60',
    });
  });
}

const heldIn = async (given: Parameters<typeof organisation>[0]) => {
  const { permissions } = await diagnose((await organisation(given)).api, context);
  return new Map(permissions.map(({ permission, held }) => [permission, held]));
};

describe('the diagnosis of an organisation', () => {
  test('says how long a token lives, which divisions there are, which are granted and what is allowed', async () => {
    const { api } = await organisation();
    expect(await diagnose(api, context)).toEqual({
      signIn: 'ok',
      tokenLifetimeSeconds: 86_400,
      organisationDivisions: [
        { id: 'd-1', name: 'Home' },
        { id: 'd-2', name: 'Closed' },
      ],
      grantedDivisionIds: ['d-1'],
      permissions: guarded.map(([permission]) => ({ permission, held: true })),
      allowance: { requests: 250, windowSeconds: 60 },
    });
  });

  test('asks about every permission that the streams need, once', async () => {
    const { api, server } = await organisation();
    await diagnose(api, context);
    const asked = server.received.map(({ method, url }) => `${method} ${url.replace(/\?.*$/u, '')}`);
    for (const permission of neededPermissions) {
      const pattern = guarded.find(([name]) => name === permission)?.[1] ?? /^no such permission$/u;
      expect(
        asked.filter((endpoint) => pattern.test(endpoint)),
        permission,
      ).toHaveLength(1);
    }
    expect(new Set(server.received.map(({ method }) => method))).toEqual(new Set(['GET', 'POST']));
  });

  test.each(neededPermissions)('tells a missing %s from the others', async (missing) => {
    expect(await heldIn({ lacks: [missing] })).toEqual(
      new Map(neededPermissions.map((permission) => [permission, permission !== missing])),
    );
  });

  test('does not know of a permission whose question is refused as wrong', async () => {
    const held = await heldIn({ instead: { 'quality:evaluation:searchAny': 400 } });
    expect(held.get('quality:evaluation:searchAny')).toBeNull();
    expect(held.get('quality:evaluation:view')).toBe(true);
  });

  test.each([
    [503, 'UpstreamUnavailable'],
    [401, 'Unauthorized'],
  ])('fails with %i, which says nothing of a permission', async (status, kind) => {
    const { api } = await organisation({ instead: { 'routing:queue:view': status } });
    await expect(diagnose(api, context)).rejects.toMatchObject({ kind });
  });

  test.each([400, 403, 404])('does without what the vendor does not tell: %i', async (status) => {
    const { api } = await organisation({ instead: { [permitted]: status, [limits]: status } });
    expect(await diagnose(api, context)).toMatchObject({
      grantedDivisionIds: null,
      // What the headers of the other answers said.
      allowance: { requests: 180 },
    });
  });
});
