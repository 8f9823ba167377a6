import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  byCursor,
  byToken,
  everyEvaluation,
  freshGuide,
  isGranted,
  openGuide,
  present,
  readAll,
  span,
} from './guideClient.js';

const shared = await openGuide();
afterAll(() => shared.simulator.close());
const { simulator } = shared;
const shown = everyEvaluation(simulator).filter((each) => isGranted(simulator, each));
const feedback = [...simulator.organisation.feedbackBy('dateCreated', 0, Date.parse(present) + 1)].filter(
  (each) => isGranted(simulator, each),
);

const day = 86_400_000;
const start = Date.parse(span.from);
const spans = fc
  .tuple(fc.integer({ min: 0, max: 40 * day }), fc.integer({ min: 0, max: 9 * day }))
  .map(([offset, length]) => ({ from: start + offset, to: start + offset + length }));
const iso = (time: number) => encodeURIComponent(new Date(time).toISOString());

interface Listed {
  name: string;
  maxPageSize: number;
  path: (from: number, to: number) => string;
  next: Parameters<typeof readAll>[2];
  /** What is to be found, with the time by which it is ordered; undefined where it is not in the listing. */
  all: { id: string; time: number | undefined }[];
}

const listings: Listed[] = [
  {
    name: 'evaluations by change',
    maxPageSize: 250,
    path: (from, to) => `/api/v2/quality/evaluations?fields=id&dateModifiedRange=${iso(from)}..${iso(to)}`,
    next: byCursor,
    all: shown.map(({ id, changedDate }) => ({ id, time: changedDate })),
  },
  {
    name: 'evaluations by submission',
    maxPageSize: 250,
    path: (from, to) => `/api/v2/quality/evaluations?from=${iso(from)}&to=${iso(to)}`,
    next: 'nextPageUri',
    all: shown.map(({ id, submittedDate }) => ({ id, time: submittedDate })),
  },
  {
    name: 'evaluations by submission of some types',
    maxPageSize: 250,
    path: (from, to) =>
      `/api/v2/quality/evaluations?interactionTypes=email,chat&from=${iso(from)}&to=${iso(to)}`,
    next: 'nextPageUri',
    all: shown
      .filter(({ mediaType }) => mediaType.some((type) => type === 'EMAIL' || type === 'CHAT'))
      .map(({ id, submittedDate }) => ({ id, time: submittedDate })),
  },
  {
    name: 'assessments',
    maxPageSize: 500,
    path: (from, to) => `/api/v2/quality/assessments?dateFrom=${iso(from)}&dateTo=${iso(to)}`,
    next: byToken,
    all: shown
      .filter(({ calibrationId }) => calibrationId === undefined)
      .map(({ id, submittedDate, createdDate }) => ({ id, time: submittedDate ?? createdDate })),
  },
  {
    name: 'feedback by creation',
    maxPageSize: 500,
    path: (from, to) => `/api/v2/quality/feedback?dateFrom=${iso(from)}&dateTo=${iso(to)}`,
    next: byToken,
    all: feedback.map(({ id, dateCreated }) => ({ id, time: dateCreated })),
  },
  {
    name: 'feedback by change',
    maxPageSize: 500,
    path: (from, to) => `/api/v2/quality/feedback?dateModifiedFrom=${iso(from)}&dateModifiedTo=${iso(to)}`,
    next: byToken,
    all: feedback.map(({ id, dateModified }) => ({ id, time: dateModified })),
  },
];

describe.each(listings)('pages of $name', ({ path, next, all, maxPageSize }) => {
  const found = (from: number, to: number) =>
    all
      .flatMap(({ id, time }) => (time !== undefined && time >= from && time <= to ? [{ id, time }] : []))
      .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);

  it('together hold what was asked for, in order and once each, whatever their size', async () => {
    await fc.assert(
      fc.asyncProperty(spans, fc.integer({ min: 7, max: maxPageSize }), async ({ from, to }, pageSize) => {
        const { entities, sizes } = await readAll(shared, `${path(from, to)}&pageSize=${pageSize}`, next);
        expect(entities.map(({ id }) => id)).toEqual(found(from, to));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(pageSize);
        // None is empty but the only one: a client that stops at an empty page misses nothing.
        expect(sizes.slice(1)).not.toContain(0);
      }),
      { numRuns: 12, seed: 11 },
    );
  });

  it('include both ends of the range', async () => {
    const times = all.flatMap(({ time }) => (time === undefined ? [] : [time])).sort((a, b) => a - b);
    const [from = 0, to = 0] = [times[3], times[12]];
    const { entities } = await readAll(shared, path(from, to), next);
    expect(entities.map(({ id }) => id)).toEqual(found(from, to));
  });

  it('are found one by one, also when the simulator has forgotten where they were', async () => {
    const times = all.flatMap(({ time }) => (time === undefined ? [] : [time])).sort((a, b) => a - b);
    const [from = 0, to = 0] = [times[20], times[32]];
    const forget = async () => shared.control('clock', {});
    const { entities } = await readAll(shared, `${path(from, to)}&pageSize=1`, next, forget);
    expect(entities.map(({ id }) => id)).toEqual(found(from, to));
  });

  it('are short at times though more follows, the same ones every time', async () => {
    const read = async () =>
      (await readAll(shared, `${path(start, start + 12 * day)}&pageSize=3`, next)).sizes;
    const sizes = await read();
    const short = sizes.slice(0, -1).filter((size) => size < 3).length;
    expect([short > 0, short < sizes.length / 2]).toEqual([true, true]);
    expect(await read()).toEqual(sizes);
  });
});

it('several records of one millisecond are spread over pages without a gap', async () => {
  const guide = await freshGuide({ sameMillisecond: 40 });
  const at = everyEvaluation(guide.simulator).filter((each) => isGranted(guide.simulator, each));
  const counts = new Map<number, number>();
  for (const { submittedDate = 0 } of at) counts.set(submittedDate, (counts.get(submittedDate) ?? 0) + 1);
  const [time] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [0];
  const wanted = at
    .filter(({ submittedDate }) => submittedDate === time)
    .map(({ id }) => id)
    .sort();
  expect(wanted.length).toBeGreaterThan(20);
  const { entities, sizes } = await readAll(
    guide,
    `/api/v2/quality/evaluations?from=${iso(time)}&to=${iso(time)}&pageSize=3`,
    'nextPageUri',
  );
  expect(entities.map(({ id }) => id)).toEqual(wanted);
  expect(sizes.length).toBeGreaterThan(7);
});

it('what changes between two pages comes again at its new place, and nothing else is lost', async () => {
  const guide = await freshGuide();
  const path = `/api/v2/quality/evaluations?fields=id&dateModifiedRange=${span.from}..2027-01-01T00:00:00Z`;
  const first = await guide.ok<{ entities: { id: string }[]; nextPage?: string }>(`${path}&pageSize=50`);
  const { ids } = await guide.ok<{ ids: string[] }>('/_simulator/pick?kind=released&n=400');
  const read = new Set(first.entities.map(({ id }) => id));
  const [again, moved] = [ids.find((id) => read.has(id)), ids.find((id) => !read.has(id))];
  for (const evaluationId of [again, moved]) await guide.control('events', { kind: 'rescore', evaluationId });
  const second = await guide.ok<typeof first>(`${path}&pageSize=50&cursor=${first.nextPage}`);
  const rest: string[] = [];
  for (let page = second; ; page = await guide.ok(`${path}&pageSize=50&cursor=${page.nextPage}`)) {
    rest.push(...page.entities.map(({ id }) => id));
    if (page.nextPage === undefined) break;
  }
  const found = [...read, ...rest];
  expect(rest.slice(-2).sort()).toEqual([again, moved].sort());
  expect(found.length).toBe(new Set(found).size + 1);
  expect(new Set(found)).toEqual(new Set(shown.map(({ id }) => id)));
});
