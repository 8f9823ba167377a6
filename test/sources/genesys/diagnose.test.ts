import { describe, expect, test } from 'vitest';
import { diagnose as diagnoseAll } from '../../../sources/genesys/published/diagnose.js';
import { metricsPermissions, permissionsOf } from '../../../sources/genesys/published/permissions.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';
import type { CallContext } from '../../../sources/source.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';

const context = { signal: never, priority: 1 } as const;

/** Of every stream together, as the doctor asks. */
const neededPermissions = [
  ...new Set([
    ...permissionsOf({ name: 'evaluations', discovery: 'conversation-details' }),
    ...permissionsOf({ name: 'csat', label: 'csat' }),
    ...permissionsOf({ name: 'feedback', deleted: 'archive' }),
    ...permissionsOf({ name: 'divisions' }),
    ...metricsPermissions(['agent', 'form', 'queue']),
  ]),
];
const diagnose = (api: ApiClient, callContext: CallContext) =>
  diagnoseAll(api, callContext, neededPermissions);

/** Which permission the vendor asks of which endpoint; what is not here everybody may ask. */
const guarded: readonly [string, RegExp][] = [
  ['quality:evaluation:searchAny', /^POST \/api\/v2\/quality\/evaluations\/search$/u],
  ['quality:evaluation:view', /^GET \/api\/v2\/quality\/conversations\/[\w-]+\/evaluations\/[\w-]+$/u],
  ['quality:evaluationForm:view', /^GET \/api\/v2\/quality\/forms\/evaluations$/u],
  ['quality:calibration:view', /^GET \/api\/v2\/quality\/calibrations\/[\w-]+$/u],
  ['analytics:evaluationAggregate:view', /^POST \/api\/v2\/analytics\/evaluations\/aggregates\/query$/u],
  ['routing:queue:view', /^GET \/api\/v2\/routing\/queues$/u],
  ['analytics:conversationDetail:view', /^GET \/api\/v2\/analytics\/conversations\/details$/u],
  ['analytics:surveyAggregate:view', /^POST \/api\/v2\/analytics\/surveys\/aggregates\/query$/u],
  ['quality:survey:view', /^GET \/api\/v2\/quality\/surveys\/[\w-]+$/u],
  ['quality:surveyForm:view', /^GET \/api\/v2\/quality\/forms\/surveys\/[\w-]+$/u],
  ['coaching:appointment:view', /^GET \/api\/v2\/coaching\/appointments\/[\w-]+$/u],
  ['coaching:annotation:view', /^GET \/api\/v2\/coaching\/appointments\/[\w-]+\/annotations$/u],
];
const permitted = 'GET /api/v2/authorization/divisionspermitted/paged/me';
const subject = 'GET /api/v2/authorization/subjects/me';
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
  [subject]: {
    grants: [
      {
        role: {
          policies: [
            { domain: 'quality', entityName: 'evaluation', actions: ['view', 'searchAny', 'edit'] },
            { domain: 'routing', entityName: 'queue', actions: ['view', '*'] },
            { domain: 'audits', entityName: 'audit', actions: ['read'] },
          ],
        },
      },
      { role: { policies: [{ domain: 'quality', entityName: 'evaluation', actions: ['delete', 'edit'] }] } },
      {},
    ],
  },
  'POST /api/v2/quality/evaluations/search': { results: [] },
  'POST /api/v2/analytics/surveys/aggregates/query': { results: [] },
  'GET /api/v2/analytics/conversations/details': {},
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
      permissions: neededPermissions.map((permission) => ({ permission, held: true })),
      excessPermissions: ['quality:evaluation:delete', 'quality:evaluation:edit', 'routing:queue:*'],
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
    const { api } = await organisation({
      instead: { [permitted]: status, [limits]: status, [subject]: status },
    });
    expect(await diagnose(api, context)).toMatchObject({
      grantedDivisionIds: null,
      excessPermissions: null,
      // What the headers of the other answers said.
      allowance: { requests: 180 },
    });
  });

  test('asks for the divisions of what is read, and about nothing else that streams need', async () => {
    const { api, server } = await organisation();
    const { permissions } = await diagnoseAll(api, context, ['coaching:appointment:view']);
    expect(permissions).toEqual([{ permission: 'coaching:appointment:view', held: true }]);
    const asked = server.received.map(({ url }) => url);
    expect(asked.filter((url) => guarded.some(([, pattern]) => pattern.test(`GET ${url}`)))).toHaveLength(1);
    expect(asked.find((url) => url.includes('divisionspermitted'))).toContain(
      'permission=coaching%3Aappointment%3Aview',
    );
  });

  test('does not know of a permission that no stream of the contract needs', async () => {
    const { api } = await organisation();
    const { permissions } = await diagnoseAll(api, context, ['quality:metric:read']);
    expect(permissions).toEqual([{ permission: 'quality:metric:read', held: null }]);
  });

  test.each([
    ['of evaluations, where they are asked for', [], 'quality:evaluation:view'],
    ['of what else is held', ['quality:evaluation:view'], 'quality:evaluation:searchAny'],
    ['of nothing', neededPermissions, undefined],
  ])('tells the divisions %s', async (_, lacks, expected) => {
    const { api, server } = await organisation({ lacks });
    const { grantedDivisionIds } = await diagnose(api, context);
    const asked = server.received.map(({ url }) => url).find((url) => url.includes('divisionspermitted'));
    expect(new URLSearchParams(asked?.split('?')[1]).get('permission') ?? undefined).toBe(expected);
    expect(grantedDivisionIds).toEqual(expected === undefined ? null : ['d-1']);
  });
});
