import { afterAll, describe, expect, it } from 'vitest';
import type { EvaluationState } from '../../../simulator/organisation/organisation.js';
import { everyEvaluation, freshGuide, isGranted, openGuide, type Guide } from './guideClient.js';

interface Reading {
  entityId: string;
  entityName: string;
  evaluationFormId?: string;
  evaluationFormName?: string;
  queueId?: string;
  queueName?: string;
  metrics: Record<string, { value: number | null; unit?: string }>;
}

const shared = await openGuide();
afterAll(() => shared.simulator.close());
const { simulator } = shared;
const { organisation } = simulator;
const from = '2026-09-05T00:00:00Z';
const to = '2026-09-20T00:00:00Z';
const counted = everyEvaluation(simulator).filter(
  (each) =>
    isGranted(simulator, each) &&
    each.calibrationId === undefined &&
    each.status !== 'RETRACTED' &&
    each.submittedDate !== undefined &&
    each.submittedDate >= Date.parse(from) &&
    each.submittedDate < Date.parse(to),
);
const path = `/api/v2/quality/metrics?startTime=${from}&endTime=${to}`;
const read = async (query: string, guide: Guide = shared) => guide.ok<Reading[]>(`${path}${query}`);
const scoresOf = (evaluations: readonly EvaluationState[]) =>
  evaluations.flatMap(({ scoring }) => (scoring?.totalScore === undefined ? [] : [scoring.totalScore]));

describe('metrics', () => {
  const groupings: [string, (each: EvaluationState) => (string | undefined)[]][] = [
    ['agent', ({ agent }) => [agent.id]],
    ['queue', ({ queue }) => [queue?.id]],
    ['skill', ({ agent }) => [organisation.skillOf(agent).id]],
    ['evaluationForm', ({ form }) => [form.id]],
    ['evaluator', ({ evaluator }) => [evaluator?.id]],
    ['agent,evaluationForm', ({ agent, form }) => [agent.id, form.id]],
    ['agent,queue', ({ agent, queue }) => [agent.id, queue?.id]],
    ['queue,evaluationForm', ({ queue, form }) => [queue?.id, form.id]],
  ];

  it.each(groupings)('by %s are those of the evaluations of each group', async (groupBy, keyOf) => {
    const readings = await read(`&groupBy=${groupBy}`);
    const groups = new Map<string, EvaluationState[]>();
    for (const each of counted) {
      const [first, second] = keyOf(each);
      if (first === undefined) continue;
      const key = `${first} ${second ?? ''}`;
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    const busy = readings.filter(({ metrics }) => metrics['count']?.value !== 0);
    const keyed = busy.map((each) => [
      `${each.entityId} ${each.evaluationFormId ?? each.queueId ?? ''}`,
      each.metrics,
    ]);
    expect(Object.fromEntries(keyed)).toEqual(
      Object.fromEntries(
        [...groups].map(([key, evaluations]) => {
          const scores = scoresOf(evaluations);
          const percent = (value: number) => ({ value, unit: 'percentage' });
          const sum = scores.reduce((total, score) => total + score, 0);
          const passed = scores.filter((score) => score >= 80).length;
          return [
            key,
            {
              averageScore: percent(expect.closeTo(sum / scores.length, 6) as number),
              count: { value: evaluations.length },
              passRate: percent(expect.closeTo((100 * passed) / scores.length, 6) as number),
              highestScore: percent(Math.max(...scores)),
              lowestScore: percent(Math.min(...scores)),
            },
          ];
        }),
      ),
    );
    expect(new Set(keyed.map(([key]) => key)).size).toBe(busy.length);
    for (const { evaluationFormId, evaluationFormName } of busy) {
      if (evaluationFormId !== undefined) {
        expect(evaluationFormName).toBe(organisation.formVersion(evaluationFormId)?.name);
      }
    }
  });

  it('by agent name everyone the client may see, those without an evaluation with a count of 0', async () => {
    const readings = await shared.ok<Reading[]>(
      '/api/v2/quality/metrics?startTime=2026-09-05T00:00:00Z&endTime=2026-09-05T02:00:00Z&groupBy=agent',
    );
    const idle = readings.filter(({ metrics }) => metrics['count']?.value === 0);
    expect(idle.length).toBeGreaterThan(20);
    expect(idle[0]?.metrics).toEqual({
      averageScore: { value: null, unit: 'percentage' },
      count: { value: 0 },
      passRate: { value: null, unit: 'percentage' },
      highestScore: { value: null, unit: 'percentage' },
      lowestScore: { value: null, unit: 'percentage' },
    });
    const visible = organisation
      .users()
      .filter(
        ({ title, state, division }) =>
          title === 'Agent' && state !== 'deleted' && isGranted(simulator, { divisionIds: [division.id] }),
      );
    const names = new Map(readings.map(({ entityId, entityName }) => [entityId, entityName]));
    expect(names.size).toBe(readings.length);
    for (const { id, name } of visible) expect(names.get(id)).toBe(name);
  });

  it('are those asked for, on the form asked for', async () => {
    const [form] = organisation.publishedForms();
    const readings = await read(`&groupBy=agent&metrics=averageScore,count&evaluationFormId=${form?.id}`);
    const total = readings.reduce((sum, { metrics }) => sum + (metrics['count']?.value ?? 0), 0);
    expect(total).toBe(counted.filter((each) => each.form.id === form?.id).length);
    for (const { metrics } of readings) expect(Object.keys(metrics)).toEqual(['averageScore', 'count']);
  });

  it('do not know what was submitted since the last full quarter of an hour', async () => {
    const guide = await freshGuide({ evaluations: 50 });
    await guide.control('clock', { set: '2026-10-20T12:07:00Z', freeze: true });
    const agent = guide.simulator.organisation
      .users()
      .find((each) => isGranted(guide.simulator, { divisionIds: [each.division.id] }));
    const count = async () => {
      const readings = await guide.ok<Reading[]>(
        '/api/v2/quality/metrics?startTime=2026-10-20T00:00:00Z&endTime=2026-10-21T00:00:00Z&groupBy=agent&metrics=count',
      );
      return readings.find(({ entityId }) => entityId === agent?.id)?.metrics['count']?.value;
    };
    await guide.control('events', { kind: 'submitEvaluation', agentId: agent?.id });
    expect(await count()).toBe(0);
    await guide.control('clock', { set: '2026-10-20T12:14:59Z' });
    expect(await count()).toBe(0);
    await guide.control('clock', { set: '2026-10-20T12:15:00Z' });
    expect(await count()).toBe(1);
  });
});
