/** How many evaluations pass, as aggregates of the published contract tell. */
import { afterAll, describe, expect, it } from 'vitest';
import { aggregates } from './aggregates.js';
import { freshSimulator, openSimulator, span, type Listing } from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 800 });
afterAll(() => shared.close());
const interval = `${span.from}/2026-10-20T00:00:00.000Z`;

describe('evaluation aggregates', () => {
  it('give pass rates by people, forms, queues, teams and evaluators together, in one bucket', async () => {
    const groupBy = ['userId', 'formId', 'queueId', 'teamId', 'evaluatorId'];
    const found = await aggregates(shared, '/api/v2/analytics/evaluations/aggregates', {
      interval,
      groupBy,
      metrics: ['nEvaluations', 'oTotalScore'],
      views: [
        { target: 'oTotalScore', name: 'passed', function: 'rangeBound', range: { gte: 80 } },
        { target: 'oTotalScore', name: 'failed', function: 'rangeBound', range: { lt: 80 } },
      ],
      alternateTimeDimension: 'eventTime',
    });
    for (const { group, data } of found) {
      expect(Object.keys(group).every((dimension) => groupBy.includes(dimension))).toBe(true);
      expect(data).toHaveLength(1);
      expect(data[0]?.interval).toBe(interval);
      const { count = 0, sum = 0 } =
        data[0]?.metrics.find(({ metric }) => metric === 'oTotalScore')?.stats ?? {};
      const views = new Map(data[0]?.views?.map(({ name, stats }) => [name, stats.count]));
      expect((views.get('passed') ?? 0) + (views.get('failed') ?? 0)).toBe(count);
      if (count === 1) expect(views.get('passed')).toBe(sum >= 80 ? 1 : 0);
    }
    expect(found.filter(({ group }) => group['queueId'] === undefined).length).toBeGreaterThan(10);
    expect(found.filter(({ group }) => group['evaluatorId'] === undefined).length).toBeGreaterThan(10);
  });

  it('count what a script submits at once', async () => {
    const of = await freshSimulator({ evaluations: 60 });
    const agentId = (await of.api.get<Listing>('/api/v2/users?pageSize=1')).entities[0]?.id;
    const passes = async () => {
      const found = await aggregates(of, '/api/v2/analytics/evaluations/aggregates', {
        interval: '2026-10-20T12:00:00.000Z/2026-10-20T13:00:00.000Z',
        groupBy: ['userId'],
        metrics: ['nEvaluations', 'oTotalScore'],
        views: [{ target: 'oTotalScore', name: 'passed', function: 'rangeBound', range: { gte: 80 } }],
        alternateTimeDimension: 'eventTime',
      });
      return found.map(({ group, data }) => [
        group['userId'],
        data[0]?.metrics[0]?.stats['count'],
        data[0]?.views?.[0]?.stats.count,
      ]);
    };
    expect(await passes()).toEqual([]);
    await of.control('POST', 'events', { kind: 'submitEvaluation', agentId, score: 'high' });
    expect(await passes()).toEqual([[agentId, 1, 1]]);
    await of.control('POST', 'events', { kind: 'submitEvaluation', agentId, score: 'low' });
    expect(await passes()).toEqual([[agentId, 2, 1]]);
  });
});
