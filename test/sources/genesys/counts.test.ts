import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countByDay } from '../../../sources/genesys/published/counts.js';
import type { Interval } from '../../../model/interval.js';
import { never, sendJson } from '../http/testServer.js';
import { clientOf } from './client.js';
import { EventLog, type DataEvent } from './eventLog.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 2, 1);
const context = { signal: never, priority: 1 } as const;
const span = (from: number, to: number): Interval => ({
  start: new Date(start + from).toISOString(),
  end: new Date(start + to).toISOString(),
});
const happened = (at: number): DataEvent => ({ at: start + at, evaluationId: `at ${at}` });

async function serve(events: readonly DataEvent[], settings: Partial<EventLog> = {}) {
  const log = Object.assign(new EventLog(events), settings);
  const { api } = await clientOf((request, response) => log.answer(request, response));
  return { log, api };
}

describe('counts by day', () => {
  test('are of the whole days that a span touches, in order', async () => {
    const { api, log } = await serve([
      happened(-1),
      happened(0),
      happened(day - 1),
      happened(2 * day),
      happened(3 * day),
    ]);
    expect(await countByDay(api, span(6 * hour, 2 * day + hour), context)).toEqual([
      { day: '2026-03-01', records: 2 },
      { day: '2026-03-03', records: 1 },
    ]);
    expect(log.intervals).toEqual(['2026-03-01T00:00:00.000Z/2026-03-04T00:00:00.000Z']);
  });

  test('of a span longer than the vendor answers at once are asked for in parts', async () => {
    const { api, log } = await serve([happened(30 * day), happened(31 * day), happened(62 * day)]);
    expect(await countByDay(api, span(0, 63 * day), context)).toEqual([
      { day: '2026-03-31', records: 1 },
      { day: '2026-04-01', records: 1 },
      { day: '2026-05-02', records: 1 },
    ]);
    expect(log.intervals).toEqual([
      '2026-03-01T00:00:00.000Z/2026-04-01T00:00:00.000Z',
      '2026-04-01T00:00:00.000Z/2026-05-02T00:00:00.000Z',
      '2026-05-02T00:00:00.000Z/2026-05-03T00:00:00.000Z',
    ]);
  });

  test('are those of the events, whatever the span', async () => {
    const moments = fc.array(fc.integer({ min: -2 * 24, max: 130 * 24 }), { maxLength: 40 });
    const ends = fc.tuple(fc.nat(100 * 24), fc.integer({ min: 1, max: 70 * 24 }));
    await fc.assert(
      fc.asyncProperty(moments, ends, async (hours, [from, length]) => {
        const { api } = await serve(hours.map((at) => happened(at * hour)));
        const counted = await countByDay(api, span(from * hour, (from + length) * hour), context);
        const expected = new Map<string, number>();
        for (const at of hours) {
          const days = Math.floor(at / 24);
          if (days < Math.floor(from / 24) || days >= Math.ceil((from + length) / 24)) continue;
          const name = new Date(start + days * day).toISOString().slice(0, 10);
          expected.set(name, (expected.get(name) ?? 0) + 1);
        }
        expect(new Map(counted?.map((each) => [each.day, each.records]))).toEqual(expected);
        expect(counted).toHaveLength(expected.size);
      }),
      { numRuns: 40 },
    );
  });

  test('add up all results of an answer, and pass over those without a count', async () => {
    const bucket = (metrics: unknown) => ({
      interval: '2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.000Z',
      metrics,
    });
    const counting = (count: number) => bucket([{ metric: 'nEvaluations', stats: { count } }]);
    const { api } = await clientOf((_, response) =>
      sendJson(response, 200, {
        results: [
          { group: { mediaType: 'voice' }, data: [counting(3)] },
          { group: { mediaType: 'chat' }, data: [counting(4), { metrics: [] }] },
          { data: [bucket([{ metric: 'oTotalScore', stats: { count: 9 } }, { metric: 'nEvaluations' }])] },
          {},
        ],
      }),
    );
    expect(await countByDay(api, span(0, day), context)).toEqual([{ day: '2026-03-01', records: 7 }]);
  });

  test('of nothing are none, which is not the same as not knowing', async () => {
    const { api } = await clientOf((_, response) => sendJson(response, 200, {}));
    expect(await countByDay(api, span(0, day), context)).toEqual([]);
  });

  test.each([400, 403, 404])('are not known where the vendor answers %i', async (status) => {
    const { api } = await clientOf((_, response) => sendJson(response, status, {}));
    expect(await countByDay(api, span(0, day), context)).toBeNull();
  });

  test('are not known where the vendor refuses the second part', async () => {
    const { api } = await clientOf((_, response, call) => sendJson(response, call === 0 ? 200 : 403, {}));
    expect(await countByDay(api, span(0, 40 * day), context)).toBeNull();
  });

  test.each([
    [429, 'RateLimited'],
    [503, 'UpstreamUnavailable'],
    [401, 'Unauthorized'],
  ])('are asked for again after %i, by failing', async (status, kind) => {
    const { api } = await clientOf((_, response) => sendJson(response, status, {}));
    await expect(countByDay(api, span(0, day), context)).rejects.toMatchObject({ kind });
  });
});
