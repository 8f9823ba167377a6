import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { byToken, isGranted, readAll, span } from '../guide/guideClient.js';
import {
  everyAssessment,
  freshCxoneGuide,
  grantedFeedback,
  openCxoneGuide,
  shownAssessments,
} from './cxoneGuideClient.js';

const shared = await openCxoneGuide();
afterAll(() => shared.simulator.close());
const shown = shownAssessments(shared.simulator);
const feedback = grantedFeedback(shared.simulator).filter(({ status }) => status === 'published');

const day = 86_400_000;
const start = Date.parse(span.from);
const spans = fc
  .tuple(fc.integer({ min: 0, max: 40 * day }), fc.integer({ min: 0, max: 9 * day }))
  .map(([offset, length]) => ({ from: start + offset, to: start + offset + length }));
const iso = (time: number) => encodeURIComponent(new Date(time).toISOString());
const ascending = (times: readonly number[]) => [...times].sort((a, b) => a - b);

const lists = [
  {
    name: 'assessments by creation',
    path: (from: number, to: number) => `/api/v2/quality/assessments?dateFrom=${iso(from)}&dateTo=${iso(to)}`,
    all: shown.map(({ id, createdDate }) => ({ id, time: createdDate })),
  },
  {
    name: 'assessments by change',
    path: (from: number, to: number) =>
      `/api/v2/quality/assessments?updatedFrom=${iso(from)}&updatedTo=${iso(to)}`,
    all: shown.map(({ id, changedDate }) => ({ id, time: changedDate })),
  },
  {
    name: 'feedback by creation',
    path: (from: number, to: number) =>
      `/api/v2/agent-performance/feedback?dateFrom=${iso(from)}&dateTo=${iso(to)}`,
    all: feedback.map(({ id, dateCreated }) => ({ id, time: dateCreated })),
  },
  {
    name: 'feedback by change',
    path: (from: number, to: number) =>
      `/api/v2/agent-performance/feedback?updatedFrom=${iso(from)}&updatedTo=${iso(to)}`,
    all: feedback.map(({ id, dateModified }) => ({ id, time: dateModified })),
  },
];

describe.each(lists)('pages of $name', ({ path, all }) => {
  const found = (from: number, to: number) =>
    all
      .filter(({ time }) => time >= from && time <= to)
      .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
  const times = ascending(all.map(({ time }) => time));

  it('together hold what was asked for, in order and once each, whatever their size', async () => {
    await fc.assert(
      fc.asyncProperty(spans, fc.integer({ min: 7, max: 500 }), async ({ from, to }, pageSize) => {
        const { entities, sizes } = await readAll(shared, `${path(from, to)}&pageSize=${pageSize}`, byToken);
        expect(entities.map(({ id }) => id)).toEqual(found(from, to));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(pageSize);
      }),
      { numRuns: 12, seed: 11 },
    );
  });

  it('hold everything there is when an end is left out', async () => {
    const open = path(0, 0).replace(/&(?:date|updated)To=[^&]+/, '&pageSize=500');
    const { entities } = await readAll(shared, open, byToken);
    expect(entities.map(({ id }) => id)).toEqual(found(-Infinity, Infinity));
    expect(entities.length).toBeGreaterThan(50);
  });

  it('include both ends of the range', async () => {
    const [from = 0, to = 0] = [times[3], times[12]];
    const { entities } = await readAll(shared, path(from, to), byToken);
    expect(entities.map(({ id }) => id)).toEqual(found(from, to));
    expect(entities.length).toBeGreaterThanOrEqual(10);
  });

  it('are found one by one, also when the simulator has forgotten where they were', async () => {
    const [from = 0, to = 0] = [times[20], times[32]];
    const forget = async () => shared.control('clock', {});
    const { entities } = await readAll(shared, `${path(from, to)}&pageSize=1`, byToken, forget);
    expect(entities.map(({ id }) => id)).toEqual(found(from, to));
  });

  it('are short at times though more follows, the same ones every time', async () => {
    const read = async () =>
      (await readAll(shared, `${path(start, start + 14 * day)}&pageSize=3`, byToken)).sizes;
    const sizes = await read();
    const short = sizes.slice(0, -1).filter((size) => size < 3).length;
    expect([short > 0, short < sizes.length / 2]).toEqual([true, true]);
    expect(await read()).toEqual(sizes);
  });
});

it('several records of one millisecond are spread over pages without a gap', async () => {
  const guide = await freshCxoneGuide({ sameMillisecond: 60 });
  const counts = new Map<number, string[]>();
  for (const each of everyAssessment(guide.simulator).filter((one) => isGranted(guide.simulator, one)))
    counts.set(each.createdDate, [...(counts.get(each.createdDate) ?? []), each.id]);
  const [time, ids] = [...counts].sort((a, b) => b[1].length - a[1].length)[0] ?? [0, []];
  expect(ids.length).toBeGreaterThan(20);
  const { entities, sizes } = await readAll(
    guide,
    `/api/v2/quality/assessments?dateFrom=${iso(time)}&dateTo=${iso(time)}&pageSize=3`,
    byToken,
  );
  expect(entities.map(({ id }) => id)).toEqual([...ids].sort());
  expect(sizes.length).toBeGreaterThan(6);
});

it('what changes between two pages comes again at its new place, and nothing else is lost', async () => {
  const guide = await freshCxoneGuide();
  const path = `/api/v2/quality/assessments?updatedFrom=${span.from}&pageSize=50`;
  const { ids } = await guide.ok<{ ids: string[] }>('/_simulator/pick?kind=released&n=400');
  const before = (await readAll(guide, path, byToken)).entities.map(({ id }) => id);
  const [again, moved] = [
    ids.find((id) => before.slice(0, 20).includes(id)),
    ids.find((id) => before.slice(200).includes(id)),
  ];
  let pages = 0;
  const { entities } = await readAll(guide, path, byToken, async () => {
    pages += 1;
    if (pages !== 1) return;
    for (const evaluationId of [again, moved])
      await guide.control('events', { kind: 'rescore', evaluationId });
  });
  const after = entities.map(({ id }) => id);
  expect(after.length).toBe(before.length + 1);
  expect(new Set(after)).toEqual(new Set(before));
  expect(after.slice(-2).sort()).toEqual([again, moved].sort());
});
