import { describe, expect, test } from 'vitest';
import { createGuideMetrics } from '../../../sources/genesys/guide/metrics.js';
import { createGuideSource } from '../../../sources/genesys/guide/source.js';
import type { GenesysStream } from '../../../sources/genesys/streams.js';
import { sendJson } from '../http/testServer.js';
import { serveGuide } from './servedGuide.js';
import { context } from './simulatedGuide.js';

const divisions = {
  entities: [
    { id: 'd1', name: 'EMEA' },
    { id: 'd2', name: null },
  ],
};
const evaluations: GenesysStream = { name: 'evaluations', discovery: 'lists' };

async function diagnose(stream: GenesysStream, scope: string | undefined, asked?: readonly string[]) {
  const { api } = await serveGuide(() => divisions, { token: { scope } });
  return createGuideSource(api, stream).diagnose(context, asked);
}

describe('scopes that a stream needs', () => {
  test.each([
    [evaluations, ['quality:evaluation:read', 'quality:template:read', 'division:read']],
    [
      { ...evaluations, conversations: true },
      ['quality:evaluation:read', 'quality:template:read', 'conversation:view', 'division:read'],
    ],
    [
      { name: 'evaluations', discovery: 'conversation-details' },
      ['quality:evaluation:read', 'quality:template:read', 'conversation:view', 'division:read'],
    ],
    [{ name: 'assessments', divisions: 'each' }, ['quality:assessment:read', 'division:read']],
    [{ name: 'csat', label: 'csat' }, ['quality:evaluation:read', 'division:read']],
    [
      { name: 'csat', label: 'csat', conversations: true },
      ['quality:evaluation:read', 'conversation:view', 'division:read'],
    ],
    [{ name: 'feedback', deleted: 'drop' }, ['quality:feedback:read', 'division:read']],
    [{ name: 'divisions' }, ['division:read']],
  ] as [GenesysStream, string[]][])('%o: %o', async (stream, expected) => {
    const { api } = await serveGuide(() => divisions);
    expect(createGuideSource(api, stream).capabilities.permissions).toEqual(expected);
  });
});

describe('a diagnosis', () => {
  test.each([
    ['exact', 'quality:evaluation:read quality:template:read division:read', [true, true, true], []],
    ['without one', 'quality:evaluation:read division:read', [true, false, true], []],
    ['by a wide scope', 'quality:readonly division:read', [true, true, true], []],
    ['by another wide scope', 'analytics:readonly', [false, false, false], []],
    ['none', '', [false, false, false], []],
    [
      'with too many',
      ' quality:evaluation:read  quality:template:read division:read quality:evaluation:write quality:all division:delete user:edit',
      [true, true, true],
      ['quality:evaluation:write', 'quality:all', 'division:delete', 'user:edit'],
    ],
    ['unstated', undefined, [null, null, null], null],
  ])('of scopes that are %s', async (_, scope, held, excess) => {
    const diagnosis = await diagnose(evaluations, scope);
    expect(diagnosis.permissions.map((each) => each.held)).toEqual(held);
    expect(diagnosis.excessPermissions).toEqual(excess);
  });

  test('is of those that are asked for', async () => {
    const diagnosis = await diagnose(evaluations, 'quality:metric:read', [
      'quality:metric:read',
      'division:read',
    ]);
    expect(diagnosis.permissions).toEqual([
      { permission: 'quality:metric:read', held: true },
      { permission: 'division:read', held: false },
    ]);
  });

  test('says what else there is to know', async () => {
    const { api } = await serveGuide((_, response) =>
      sendJson(response, 200, divisions, {
        'x-ratelimit-limit': '300',
        'x-ratelimit-remaining': '299',
        'x-ratelimit-reset': '60',
      }),
    );
    expect(await createGuideSource(api, evaluations).diagnose(context)).toMatchObject({
      signIn: 'ok',
      tokenLifetimeSeconds: 3_600,
      organisationDivisions: [
        { id: 'd1', name: 'EMEA' },
        { id: 'd2', name: 'd2' },
      ],
      grantedDivisionIds: null,
      allowance: { requests: 300, windowSeconds: 60 },
    });
  });

  test('of a client that may not list divisions goes on without them', async () => {
    const { api } = await serveGuide((_, response) =>
      sendJson(response, 403, { message: 'Missing scope division:read', code: 'missing.permissions' }),
    );
    expect(await createGuideSource(api, evaluations).diagnose(context)).toMatchObject({
      organisationDivisions: [],
    });
  });

  test('of metrics takes nothing of their allowance', async () => {
    const { api, asked } = await serveGuide(() => [], {
      token: { scope: 'quality:metric:read' },
      reads: 'metrics',
    });
    expect(await createGuideMetrics(api).diagnose(context)).toMatchObject({
      permissions: [{ permission: 'quality:metric:read', held: true }],
      excessPermissions: [],
    });
    expect(asked).toEqual([]);
  });
});
