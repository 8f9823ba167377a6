import { describe, expect, test } from 'vitest';
import { createGuideMetrics } from '../../../sources/genesys/guide/metrics.js';
import { serveGuide } from './servedGuide.js';
import { clientOf, context, openSimulator, present } from './simulatedGuide.js';

const window = { start: '2026-11-01T05:00:00.000Z', end: '2026-11-01T14:15:00.000Z' };
const measured = (more: object = {}, metrics: object = {}) => ({
  entityId: 'agent-1',
  entityName: 'Ada Agent',
  ...more,
  metrics: {
    averageScore: { value: 85.5, unit: 'percentage' },
    count: { value: 10 },
    passRate: { value: 90, unit: 'percentage' },
    highestScore: { value: 100, unit: 'percentage' },
    lowestScore: { value: 40, unit: 'percentage' },
    ...metrics,
  },
});

describe('metrics', () => {
  test.each([
    ['agent', 'all', 'agent'],
    ['agent', 'form', 'agent,evaluationForm'],
    ['agent', 'queue', 'agent,queue'],
    ['form', 'all', 'evaluationForm'],
    ['form', 'queue', 'evaluationForm,queue'],
    ['queue', 'form', 'queue,evaluationForm'],
    ['skill', 'form', 'skill,evaluationForm'],
    ['evaluator', 'all', 'evaluator'],
  ] as const)('by %s in segment %s are one request, by %s', async (by, segment, groupBy) => {
    const { api, asked } = await serveGuide(() => []);
    await createGuideMetrics(api).readMetrics({ window, by, segment, passScore: 80 }, context);
    expect(asked).toMatchObject([
      {
        path: '/api/v2/quality/metrics',
        query: {
          startTime: '2026-11-01T05:00:00.000Z',
          endTime: '2026-11-01T14:15:00.000Z',
          groupBy,
          metrics: 'averageScore,count,passRate,highestScore,lowestScore',
        },
      },
    ]);
  });

  test.each(['form', 'queue'] as const)('by %s cannot be split by the same', async (same) => {
    const { api, asked } = await serveGuide(() => []);
    const question = { window, by: same, segment: same, passScore: 80 };
    await expect(createGuideMetrics(api).readMetrics(question, context)).rejects.toMatchObject({
      kind: 'InvalidConfig',
    });
    expect(asked).toEqual([]);
  });

  const whole = {
    segmentId: '',
    segmentName: null,
    count: 10,
    averageScore: 85.5,
    passRate: 90,
    highestScore: 100,
    lowestScore: 40,
  };
  const none = { count: 0, averageScore: null, passRate: null, highestScore: null, lowestScore: null };
  test.each([
    ['everything', 'all', measured(), [whole]],
    [
      'a form',
      'form',
      measured({ evaluationFormId: 'f1', evaluationFormName: 'Service' }),
      [{ ...whole, segmentId: 'f1', segmentName: 'Service' }],
    ],
    [
      'a queue',
      'queue',
      measured({ queueId: 'q1', queueName: 'Claims' }),
      [{ ...whole, segmentId: 'q1', segmentName: 'Claims' }],
    ],
    ['no queue, with evaluations', 'queue', measured(), [whole]],
    [
      'nothing',
      'all',
      measured(
        {},
        { averageScore: { value: null }, count: { value: 0 }, passRate: null, highestScore: undefined },
      ),
      [none],
    ],
    [
      'nothing, given as nought',
      'all',
      measured({}, { averageScore: { value: 0 }, count: { value: 0 }, passRate: { value: 0 } }),
      [none],
    ],
    ['nothing in any form', 'form', measured({}, { count: { value: 0 } }), []],
  ] as const)('over %s', async (_, segment, body, expected) => {
    const { api } = await serveGuide(() => [body]);
    const question = { window, by: 'agent', segment, passScore: 80 } as const;
    const { readings } = await createGuideMetrics(api).readMetrics(question, context);
    expect(readings).toMatchObject(
      expected.map((each) => ({ entityId: 'agent-1', entityName: 'Ada Agent', ...each })),
    );
    expect(readings).toHaveLength(expected.length);
  });

  test('of a count that is none are refused', async () => {
    const { api } = await serveGuide(() => [measured({}, { count: { value: -1 } })]);
    const question = { window, by: 'agent', segment: 'all', passScore: 80 } as const;
    await expect(createGuideMetrics(api).readMetrics(question, context)).rejects.toMatchObject({
      kind: 'SchemaMismatch',
    });
  });

  test('of the simulated organisation are means of what was submitted', async () => {
    const simulator = await openSimulator({ evaluations: 300 });
    try {
      const source = createGuideMetrics(clientOf(simulator, { reads: 'metrics' }));
      const asked = { start: '2026-09-05T00:00:00.000Z', end: '2026-09-12T00:00:00.000Z' };
      const rows = [...simulator.organisation.truth('evaluations', { divisionIds: 'all' })].filter(
        ({ submitted_at: at, status }) =>
          typeof at === 'string' && at >= asked.start && at < asked.end && status !== 'RETRACTED',
      );
      const hidden = new Set(simulator.organisation.restrictedDivisionIds);
      const visible = rows.filter(
        ({ division_ids: ids }) => !(JSON.parse(String(ids)) as string[]).some((id) => hidden.has(id)),
      );
      const { readings } = await source.readMetrics(
        { window: asked, by: 'agent', segment: 'all', passScore: 80 },
        context,
      );
      const forms = await source.readMetrics(
        { window: asked, by: 'agent', segment: 'form', passScore: 80 },
        context,
      );
      expect(visible.length).toBeGreaterThan(20);
      for (const reading of readings) {
        const own = visible.filter(({ agent_id: id }) => id === reading.entityId);
        const scores = own.flatMap(({ total_score: score }) => (typeof score === 'number' ? [score] : []));
        const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
        expect(reading.count).toBe(own.length);
        if (own.length > 0) expect(reading.averageScore).toBeCloseTo(mean, 1);
        else expect(reading.averageScore).toBeNull();
        const segments = forms.readings.filter(({ entityId }) => entityId === reading.entityId);
        expect(segments.reduce((sum, { count }) => sum + count, 0)).toBe(own.length);
      }
      expect(readings.reduce((sum, { count }) => sum + count, 0)).toBe(visible.length);
      expect(readings.some(({ count }) => count === 0)).toBe(true);
      expect(Date.parse(present)).toBeGreaterThan(Date.parse(asked.end));
    } finally {
      await simulator.close();
    }
  });
});
