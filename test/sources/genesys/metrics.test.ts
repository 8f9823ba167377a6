/** Scores by aggregates: what is asked, what becomes of the answer, and the simulated organisation's own scores. */
import { afterAll, describe, expect, it, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { createPublishedMetrics } from '../../../sources/genesys/published/metrics.js';
import { readingsOf } from '../../../sources/genesys/published/metricReadings.js';
import type { MetricsQuestion } from '../../../sources/metricsSource.js';
import { startSimulator } from '../../../simulator/server.js';
import { never, sendJson, type Received } from '../http/testServer.js';
import { clientOf } from './client.js';
import { clientOfSimulator } from './simulatedClient.js';

const context = { signal: never, priority: 1 } as const;
const window = { start: '2026-03-02T05:00:00.000Z', end: '2026-03-02T15:30:00.000Z' };
const question: MetricsQuestion = { window, by: 'agent', segment: 'all', passScore: 80 };

/** A group of the vendor's answer. */
const group = (
  of: Record<string, string>,
  evaluations: number,
  score?: { count: number; sum: number; min: number; max: number },
  passed = 0,
) => ({
  group: of,
  data: [
    {
      metrics: [
        ...(evaluations === 0 ? [] : [{ metric: 'nEvaluations', stats: { count: evaluations } }]),
        ...(score === undefined ? [] : [{ metric: 'oTotalScore', stats: score }]),
      ],
      ...(score === undefined ? {} : { views: [{ name: 'passed', stats: { count: passed } }] }),
    },
  ],
});

describe('groups of an aggregate', () => {
  const nothing = { averageScore: null, passRate: null, highestScore: null, lowestScore: null };
  test.each([
    [
      'an agent: sum by count, passed by count',
      [group({ userId: 'a' }, 4, { count: 4, sum: 330, min: 60, max: 100 }, 3)],
      [{ entityId: 'a', count: 4, averageScore: 82.5, passRate: 75, highestScore: 100, lowestScore: 60 }],
    ],
    [
      'two teams of a day are one agent, of the team with more',
      [
        group({ userId: 'a', teamId: 't1' }, 1, { count: 1, sum: 50, min: 50, max: 50 }),
        group({ userId: 'a', teamId: 't2' }, 2, { count: 2, sum: 190, min: 90, max: 100 }, 2),
      ],
      [{ entityId: 'a', teamId: 't2', count: 3, averageScore: 80, lowestScore: 50, highestScore: 100 }],
    ],
    [
      'scored again, but submitted on another day',
      [group({ userId: 'a' }, 0, { count: 1, sum: 90, min: 90, max: 90 }, 1)],
      [{ entityId: 'a', count: 0, ...nothing }],
    ],
    ['submitted without a score', [group({ userId: 'a' }, 2)], [{ entityId: 'a', count: 2, ...nothing }]],
    ['what is of nobody', [group({}, 2), group({ teamId: 't1' }, 2)], []],
    ['of none', [], []],
  ])('%s', (_, results, expected) => {
    const readings = readingsOf(results, { by: 'agent', segment: 'all' });
    expect(readings).toHaveLength(expected.length);
    expect(readings).toMatchObject(expected);
  });

  test('of segments are apart, those without one left out', () => {
    const score = { count: 1, sum: 70, min: 70, max: 70 };
    const results = [
      group({ evaluatorId: 'e', queueId: 'q1' }, 1, score),
      group({ evaluatorId: 'e', queueId: 'q2' }, 2, score),
      group({ evaluatorId: 'e' }, 3, score),
    ];
    expect(
      readingsOf(results, { by: 'evaluator', segment: 'queue' }).map(({ segmentId, count }) => [
        segmentId,
        count,
      ]),
    ).toEqual([
      ['q1', 1],
      ['q2', 2],
    ]);
  });
});

/** An organisation of names, with one answer for every question; `refuses` are paths the client may not read. */
async function organisation(results: unknown[], refuses: readonly string[] = []) {
  const listed = (entities: unknown[]) => ({ entities });
  const answers: Record<string, (request: Received) => unknown> = {
    '/api/v2/analytics/evaluations/aggregates/query': () => ({ results }),
    '/api/v2/users': () => listed([{ id: 'a', name: 'Ada' }, { id: 'nameless' }]),
    '/api/v2/routing/queues': () => listed([{ id: 'q1', name: 'Billing' }]),
    '/api/v2/teams': ({ url }) =>
      url.includes('after=')
        ? listed([{ id: 't2', name: 'Team 2' }])
        : { ...listed([{ id: 't1', name: 'Team 1' }]), nextUri: '/api/v2/teams?pageSize=100&after=c%2B1' },
    '/api/v2/quality/forms/evaluations/bulk': () => listed([{ id: 'f1', name: 'Service' }]),
  };
  return clientOf((request, response: ServerResponse) => {
    const path = request.url.replace(/\?.*$/u, '');
    if (refuses.includes(path)) return sendJson(response, 403, {});
    const answer = answers[path];
    sendJson(response, answer === undefined ? 404 : 200, answer?.(request) ?? {});
  });
}

const score = { count: 1, sum: 90, min: 90, max: 90 };
const ofAda = group({ userId: 'a', teamId: 't2', formId: 'f1' }, 1, score, 1);

describe('a reading', () => {
  it('is one request for everybody, and names once', async () => {
    const { api, server } = await organisation([ofAda]);
    const metrics = createPublishedMetrics(api);
    const first = await metrics.readMetrics({ ...question, segment: 'form' }, context);
    expect(first.readings).toMatchObject([
      {
        entityId: 'a',
        entityName: 'Ada',
        segmentId: 'f1',
        segmentName: 'Service',
        teamId: 't2',
        teamName: 'Team 2',
      },
    ]);
    expect(Date.parse(first.readAt)).not.toBeNaN();
    const before = server.received.length;
    await metrics.readMetrics({ ...question, segment: 'form' }, context);
    expect(server.received).toHaveLength(before + 1);
    expect(JSON.parse(server.received.at(-1)?.body ?? '')).toEqual({
      interval: `${window.start}/${window.end}`,
      alternateTimeDimension: 'eventTime',
      groupBy: ['userId', 'formId', 'teamId'],
      filter: {
        type: 'and',
        predicates: [{ type: 'dimension', dimension: 'calibrationId', operator: 'notExists' }],
      },
      metrics: ['nEvaluations', 'oTotalScore'],
      views: [{ target: 'oTotalScore', name: 'passed', function: 'rangeBound', range: { gte: 80 } }],
    });
  });

  it('of nobody asks for no names', async () => {
    const { api, server } = await organisation([]);
    expect((await createPublishedMetrics(api).readMetrics(question, context)).readings).toEqual([]);
    expect(server.received.map(({ url }) => url)).toEqual([
      '/oauth/token',
      '/api/v2/analytics/evaluations/aggregates/query',
    ]);
  });

  it('has ids where names may not be read', async () => {
    const refuses = ['/api/v2/users', '/api/v2/teams', '/api/v2/quality/forms/evaluations/bulk'];
    const { api } = await organisation([ofAda], refuses);
    const { readings } = await createPublishedMetrics(api).readMetrics(
      { ...question, segment: 'form' },
      context,
    );
    expect(readings).toMatchObject([
      { entityId: 'a', entityName: null, segmentName: null, teamId: 't2', teamName: null },
    ]);
  });

  it('fails where scores may not be read', async () => {
    const { api } = await organisation([], ['/api/v2/analytics/evaluations/aggregates/query']);
    const reading = createPublishedMetrics(api).readMetrics(question, context);
    await expect(reading).rejects.toMatchObject({ kind: 'Forbidden' });
  });

  it('is not to be had by skill', async () => {
    const { api } = await organisation([]);
    const refusal = { kind: 'InvalidConfig', message: expect.stringContaining('"skill"') };
    expect(() => createPublishedMetrics(api, { by: ['agent', 'skill'], segments: [] })).toThrow(
      expect.objectContaining(refusal),
    );
    const metrics = createPublishedMetrics(api);
    expect(metrics.entities).not.toContain('skill');
    await expect(metrics.readMetrics({ ...question, by: 'skill' }, context)).rejects.toMatchObject(refusal);
  });

  test.each([
    [{ by: ['agent'], segments: [] }, ['analytics:evaluationAggregate:view']],
    [
      { by: ['agent'], segments: ['form'] },
      ['analytics:evaluationAggregate:view', 'quality:evaluationForm:view'],
    ],
    [{ by: ['queue'], segments: [] }, ['analytics:evaluationAggregate:view', 'routing:queue:view']],
  ] as const)('of %j needs no more than %j', async (measured, permissions) => {
    const { api } = await organisation([]);
    expect(createPublishedMetrics(api, measured).permissions).toEqual(permissions);
  });
});

describe('scores of the simulated organisation', async () => {
  const simulator = await startSimulator({
    from: '2026-10-01T00:00:00Z',
    to: '2026-10-31T00:00:00Z',
    now: '2026-11-10T15:00:00Z',
    evaluations: 1_500,
    seed: 9,
    allowance: 1_000_000,
    client: { divisionIds: 'all' },
  });
  afterAll(() => simulator.close());
  const metrics = createPublishedMetrics(clientOfSimulator(simulator));
  const { organisation: of } = simulator;
  const evaluations = () => [...of.truth('evaluations', { divisionIds: 'all' })];

  /** Mean of what the truth has, as whole percents, by entity and segment. */
  function expected(rows: Record<string, unknown>[], entity: string, segment: string | null) {
    const scores = new Map<string, number[]>();
    for (const row of rows) {
      if (row[entity] === null || (segment !== null && row[segment] === null)) continue;
      const key = `${String(row[entity])} ${segment === null ? '' : String(row[segment])}`;
      scores.set(key, [...(scores.get(key) ?? []), Math.round(row['total_score'] as number)]);
    }
    return [...scores].sort().map(([key, all]) => ({
      key,
      count: all.length,
      averageScore: all.reduce((sum, each) => sum + each, 0) / all.length,
      passRate: (100 * all.filter((each) => each >= 80).length) / all.length,
      highestScore: Math.max(...all),
      lowestScore: Math.min(...all),
    }));
  }

  async function read(asked: Partial<MetricsQuestion>) {
    const { readings } = await metrics.readMetrics({ ...question, ...asked }, context);
    return readings
      .map(({ entityId, segmentId, count, averageScore, passRate, highestScore, lowestScore }) => ({
        key: `${entityId} ${segmentId}`,
        ...{ count, averageScore, passRate, highestScore, lowestScore },
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  it('show what was submitted today, calibrations left out', async () => {
    const agents = [...new Set(evaluations().map((row) => String(row['agent_id'])))].slice(0, 3);
    const today = { start: '2026-11-10T05:00:00.000Z', end: '2026-11-10T23:00:00.000Z' };
    const submittedToday = () =>
      evaluations().filter(
        ({ submitted_at: at }) => String(at) >= today.start && String(at) < today.end && at !== null,
      );
    expect(await read({ window: today })).toEqual([]);
    for (const [index, agentId] of agents.entries()) {
      for (let times = 0; times <= index; times++) {
        of.apply({ kind: 'submitEvaluation', agentId, score: times % 2 === 0 ? 'high' : 'low' });
      }
    }
    const rows = submittedToday();
    expect(rows).toHaveLength(6);
    expect(await read({ window: today })).toEqual(expected(rows, 'agent_id', null));
    expect(await read({ window: today, segment: 'form' })).toEqual(expected(rows, 'agent_id', 'form_id'));
  });

  test.each([
    ['agent', 'agent_id', 'all', null],
    ['agent', 'agent_id', 'queue', 'queue_id'],
    ['queue', 'queue_id', 'form', 'form_id'],
    ['form', 'form_id', 'all', null],
    ['evaluator', 'evaluator_id', 'all', null],
  ] as const)('of a past day by %s (%s), %s', async (by, entity, segment, column) => {
    const past = { start: '2026-10-14T00:00:00.000Z', end: '2026-10-14T12:00:00.000Z' };
    // Scored or submitted more than once, or gone since: the truth of today no longer tells what was then.
    const events = [...of.events(-Infinity, Infinity)];
    const rows = evaluations().filter(
      ({ submitted_at: at }) => String(at) >= past.start && String(at) < past.end,
    );
    const wanted = expected(rows, entity, column);
    const unmoved = new Set(wanted.map(({ key }) => key));
    const moved = new Set(
      events
        .filter(({ kind }) => ['rescored', 'deleted', 'retracted'].includes(kind))
        .map(({ evaluation }) => evaluation.id),
    );
    for (const { evaluation, time } of events) {
      if (!moved.has(evaluation.id) || time < Date.parse(past.start) || time >= Date.parse(past.end))
        continue;
      const ids = {
        agent_id: evaluation.agent.id,
        queue_id: evaluation.queue?.id ?? '',
        form_id: evaluation.form.id,
        evaluator_id: evaluation.evaluator?.id ?? '',
      };
      unmoved.delete(`${ids[entity]} ${column === null ? '' : ids[column]}`);
    }
    expect(unmoved.size).toBeGreaterThan(0);
    const found = await read({ window: past, by, segment });
    expect(found.filter(({ key }) => unmoved.has(key))).toEqual(wanted.filter(({ key }) => unmoved.has(key)));
    expect(found.map(({ key }) => key)).toEqual(expect.arrayContaining([...unmoved]));
  });
});
