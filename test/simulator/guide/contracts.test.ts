/** One organisation under two contracts: what they share, and what each has for itself. */
import { describe, expect, it } from 'vitest';
import { readyLine, startSimulator } from '../../../simulator/server.js';
import { freshGuide, span, type Entity, type Json } from './guideClient.js';

const divisions = '/api/v2/divisions';
const metrics = `/api/v2/quality/metrics?startTime=${span.from}&endTime=${span.to}&groupBy=queue`;

describe('a simulator', () => {
  it('has a port for each contract, and the first one for its own', async () => {
    const { simulator } = await freshGuide({ evaluations: 10, contracts: ['guide', 'published'] });
    const { guide, published } = simulator.contracts;
    expect(simulator.apiUrl).toBe(guide?.apiUrl);
    expect(guide?.apiUrl).not.toBe(published?.apiUrl);
    expect(readyLine(simulator)).toEqual({
      apiUrl: guide?.apiUrl,
      loginUrl: guide?.loginUrl,
      clientId: 'exporter',
      clientSecret: 'exporter-secret',
      from: span.from,
      to: span.to,
      contracts: { guide, published },
    });
  });

  it('serves the published contract alone by default', async () => {
    const simulator = await startSimulator({ evaluations: 10 });
    try {
      expect(Object.keys(simulator.contracts)).toEqual(['published']);
    } finally {
      await simulator.close();
    }
  });

  it('listens where it is told, and lets go of the other port when it cannot', async () => {
    const { simulator } = await freshGuide({ evaluations: 10 });
    const taken = Number(new URL(simulator.apiUrl).port);
    await expect(
      startSimulator({ evaluations: 10, contracts: ['guide', 'published'], ports: { published: taken } }),
    ).rejects.toThrow('EADDRINUSE');
  });

  it.each([[[]], [['guide', 'guide']]] as const)('refuses the contracts %o', async (contracts) => {
    await expect(startSimulator({ contracts })).rejects.toThrow(RangeError);
  });

  it('shows one organisation: the same records, clock and events', async () => {
    const guide = await freshGuide({ evaluations: 200 });
    const { simulator } = guide;
    const published = simulator.contracts.published?.controlUrl;
    const answer = await fetch(`${published}/pick?kind=finished&n=1`);
    const { ids } = (await answer.json()) as { ids: [string] };
    const conversation = simulator.organisation.evaluation(ids[0])?.conversationId;
    const path = `/api/v2/quality/conversations/${conversation}/evaluations/${ids[0]}`;
    const before = await guide.ok(path);
    await fetch(`${published}/events`, {
      method: 'POST',
      body: JSON.stringify({ kind: 'rescore', evaluationId: ids[0] }),
      headers: { 'content-type': 'application/json' },
    });
    const after = await guide.ok(path);
    expect(after['dateModified']).not.toBe(before['dateModified']);
    const own = await fetch(`${simulator.contracts.published?.apiUrl}${path}`, {
      headers: { authorization: `Bearer ${guide.token}` },
    });
    const shown = (await own.json()) as Json;
    expect([own.status, shown['changedDate']]).toEqual([200, after['dateModified']]);
  });
});

describe('rate limits', () => {
  it('are told with every answer, and metrics have their own', async () => {
    const guide = await freshGuide({ evaluations: 10, allowance: 4, metricsAllowance: 2 });
    const limits = async (path: string) => {
      const { status, headers } = await guide.send(path);
      const header = (name: string) => headers.get(`x-ratelimit-${name}`);
      return [status, header('limit'), header('remaining'), headers.get('retry-after')];
    };
    expect(await limits(divisions)).toEqual([200, '4', '3', null]);
    expect(await limits(metrics)).toEqual([200, '2', '1', null]);
    expect(await limits('/api/v2/divisions?x=1')).toEqual([400, '4', '2', null]);
    expect(await limits('/api/v2/no/such/path')).toEqual([404, '4', '1', null]);
    expect(await limits(metrics)).toEqual([200, '2', '0', null]);
    expect(await limits(metrics)).toEqual([429, '2', '0', expect.stringMatching(/^[1-9]\d?$/)]);
    expect(await limits(divisions)).toEqual([200, '4', '0', null]);
    const { status, headers, body } = await guide.send(divisions);
    expect([status, body]).toEqual([
      429,
      {
        message: expect.stringContaining('[4]'),
        code: 'too.many.requests',
        status: 429,
        contextId: headers.get('inin-correlation-id'),
        details: [],
        errors: [],
      },
    ]);
    expect(Number(headers.get('x-ratelimit-reset'))).toBe(Number(headers.get('retry-after')));
  });

  it('of one contract leave the other alone, and refill with the window', async () => {
    const guide = await freshGuide({ evaluations: 10, allowance: 2, windowSeconds: 0.3 });
    for (const status of [200, 200, 429]) expect((await guide.send(divisions)).status).toBe(status);
    const own = await fetch(`${guide.simulator.apiUrl}/api/v2/authorization/divisions`, {
      headers: { authorization: `Bearer ${guide.token}` },
    });
    expect([
      own.status,
      own.headers.get('inin-ratelimit-count'),
      own.headers.get('x-ratelimit-limit'),
    ]).toEqual([200, '1', null]);
    await new Promise((resolve) => setTimeout(resolve, 310));
    expect((await guide.send(divisions)).status).toBe(200);
  });
});

describe('the control API', () => {
  it('sets faults for both contracts, which each answers in its own way', async () => {
    const guide = await freshGuide({ evaluations: 10 });
    await guide.control('faults', {
      fault: { kind: 'status', status: 503, retryAfterSeconds: 2 },
      where: { path: divisions },
      when: { nth: 1 },
    });
    const { status, headers, body } = await guide.send(divisions);
    expect([status, headers.get('retry-after'), Object.keys(body)]).toEqual([
      503,
      '2',
      ['message', 'code', 'status', 'contextId', 'details', 'errors'],
    ]);
    await guide.ok(divisions);
  });

  it('makes an item of an answer invalid, of a bare array, too', async () => {
    const guide = await freshGuide({ evaluations: 50 });
    await guide.control('faults', { fault: { kind: 'invalidItem', field: 'entityId' }, when: { nth: 1 } });
    const [first] = await guide.ok<Json[]>(metrics);
    expect(first?.['entityId']).toBe(7);
  });

  it('counts requests of both contracts, and repeats of each', async () => {
    const guide = await freshGuide({ evaluations: 50 });
    const { ids } = await guide.ok<{ ids: [string] }>('/_simulator/pick?kind=finished&n=1');
    const conversation = guide.simulator.organisation.evaluation(ids[0])?.conversationId;
    const path = `/api/v2/quality/conversations/${conversation}/evaluations/${ids[0]}`;
    await guide.ok<Entity>(path);
    await fetch(`${guide.simulator.apiUrl}${path}`, { headers: { authorization: `Bearer ${guide.token}` } });
    await guide.ok(metrics);
    await guide.ok(metrics);
    const counters = async () =>
      guide.ok<{ requests: number; tokensIssued: number; repeated: Json[]; windows: Json[] }>(
        '/_simulator/counters',
      );
    expect(await counters()).toMatchObject({ requests: 5, tokensIssued: 1, repeated: [] });
    expect((await counters()).windows.map(({ requests }) => requests)).toEqual([1, 1, 2]);
    await guide.ok(path);
    expect((await counters()).repeated).toEqual([expect.objectContaining({ url: path, times: 2 })]);
  });

  it('gives permissions back on another port than it took them on', async () => {
    const guide = await freshGuide({ evaluations: 10 });
    const { controlUrl, apiUrl } = guide.simulator;
    const forms = async () =>
      (
        await fetch(`${apiUrl}/api/v2/quality/forms/evaluations`, {
          headers: { authorization: `Bearer ${guide.token}` },
        })
      ).status;
    await guide.control('events', { kind: 'setPermissions', permissions: [] });
    expect(await forms()).toBe(403);
    await fetch(`${controlUrl}/events`, {
      method: 'POST',
      body: '{"kind":"restorePermissions"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await forms()).toBe(200);
  });
});
