import { afterAll, describe, expect, it } from 'vitest';
import {
  auditor,
  dateRange,
  freshSimulator,
  openSimulator,
  searchAll,
  searchPath,
  span,
  type Entity,
} from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 260 });
afterAll(() => shared.close());
const { api } = shared;
const truth = await shared.truth('evaluations');
const calibrated = await shared.truth('calibration_evaluations');
/** Everything a search can find: people's, automated, of calibrations. */
const known = [...truth, ...calibrated];
const everything = dateRange('createdDate', '2026-08-15T00:00:00.000Z', '2026-11-15T00:00:00.000Z');
const day = dateRange('submittedDate', '2026-09-10T00:00:00.000Z', '2026-09-11T00:00:00.000Z');
const within = (value: unknown, { startValue, endValue }: typeof day) =>
  typeof value === 'string' && value >= startValue && value < endValue;
const idsOf = (found: Entity[]) => found.map(({ id }) => id).sort();
const truthIds = (matches: (row: Record<string, unknown>) => boolean) =>
  known
    .filter(matches)
    .map((row) => String(row['evaluation_id']))
    .sort();
const visible = (found: Entity[]) => found.filter((item) => item['redacted'] !== true);

/** Both passes: people's evaluations, and automated ones. */
async function searchBoth(criteria: unknown[]): Promise<Entity[]> {
  const passes = await Promise.all(
    [false, true].map((systemSubmitted) => searchAll(api, criteria, { systemSubmitted })),
  );
  return visible(passes.flat());
}

it('finds people’s evaluations unless it is told to find the automated ones', async () => {
  const people = await searchAll(api, [day]);
  const automated = await searchAll(api, [day], { systemSubmitted: true });
  expect(idsOf(visible(people))).toEqual(
    truthIds((row) => row['is_automated'] === false && within(row['submitted_at'], day)),
  );
  expect(idsOf(visible(automated))).toEqual(
    truthIds((row) => row['is_automated'] === true && within(row['submitted_at'], day)),
  );
  expect(Math.min(people.length, automated.length)).toBeGreaterThan(0);
});

it('takes its range half-open: the end is the start of the next', async () => {
  const moment = String(truth.find((row) => row['submitted_at'] !== null)?.['submitted_at']);
  const before = dateRange('submittedDate', span.from, moment);
  const after = dateRange('submittedDate', moment, new Date(Date.parse(moment) + 1).toISOString());
  const ids = truthIds((row) => row['submitted_at'] === moment);
  expect(idsOf(await searchBoth([after]))).toEqual(ids);
  expect(idsOf(await searchBoth([before]))).not.toEqual(expect.arrayContaining(ids));
});

describe('paging', () => {
  const page = (pageNumber: number, more: Record<string, unknown> = {}) =>
    api.post<{ results: Entity[]; pageSize: number; pageNumber: number }>(searchPath, {
      query: [dateRange('submittedDate', span.from, span.to)],
      pageNumber,
      sortOrder: 'ASC',
      ...more,
    });

  it('walks through everything once and ends with a short page; there is no total', async () => {
    const found: Entity[] = [];
    let pageNumber = 1;
    for (; ; pageNumber++) {
      const answer = await page(pageNumber, { pageSize: 25 });
      expect(answer).toEqual({ pageSize: 25, pageNumber, results: expect.any(Array) });
      found.push(...answer.results);
      if (answer.results.length < 25) break;
    }
    expect(pageNumber).toBeGreaterThan(5);
    expect(new Set(idsOf(found)).size).toBe(found.length);
    expect(idsOf(visible(found))).toEqual(
      truthIds(
        (row) =>
          row['is_automated'] === false &&
          within(row['submitted_at'], { ...day, startValue: span.from, endValue: span.to }),
      ),
    );
  });

  it('gives the same pages in any order, and 25 to a page by default', async () => {
    const first = await page(1);
    expect([first.results.length, first.pageSize]).toEqual([25, 25]);
    const third = await page(3);
    const second = await page(2);
    const all = await page(1, { pageSize: 75 });
    expect(idsOf([...first.results, ...second.results, ...third.results])).toEqual(idsOf(all.results));
    expect((await page(1_000, { pageSize: 10 })).results).toEqual([]);
  });

  it('goes no deeper than the result window it is started with', async () => {
    const own = await freshSimulator({ evaluations: 50, searchResultWindow: 40 });
    const body = { query: [everything], pageSize: 10 };
    await own.api.post(searchPath, { ...body, pageNumber: 4 });
    expect(await own.api.refused(400, 'POST', searchPath, { ...body, pageNumber: 5 })).toMatchObject({
      code: 'invalid.value',
      message: expect.stringContaining('40'),
    });
  });

  it('sees what happened between two pages: a record that moves away moves the rest up', async () => {
    const own = await freshSimulator({ evaluations: 200 });
    const ask = (pageNumber: number) =>
      own.api.post<{ results: Entity[] }>(searchPath, {
        query: [dateRange('submittedDate', span.from, span.to)],
        pageNumber,
        pageSize: 10,
        sortOrder: 'ASC',
      });
    const [first, second, third] = [await ask(1), await ask(2), await ask(3)];
    await ask(1);
    const moved = first.results.find((item) => item['redacted'] === false)?.id;
    await own.control('POST', 'events', { kind: 'rescore', evaluationId: moved });
    expect((await ask(2)).results.map(({ id }) => id)).toEqual(
      [...second.results.slice(1), ...third.results.slice(0, 1)].map(({ id }) => id),
    );
  });

  it('loses no record that was rescored after it was found and before it was read', async () => {
    const own = await freshSimulator({ evaluations: 200 });
    const ask = (pageNumber: number) =>
      own.api.post<{ results: Entity[] }>(searchPath, {
        query: [everything],
        pageNumber,
        pageSize: 10,
        sortBy: 'createdDate',
        sortOrder: 'ASC',
      });
    const second = await ask(2);
    await ask(1);
    const rescored = second.results.find((item) => item['status'] === 'FINISHED')?.id;
    await own.control('POST', 'events', { kind: 'rescore', evaluationId: rescored });
    expect((await ask(2)).results.map(({ id }) => id)).toEqual(second.results.map(({ id }) => id));
  });

  it('shows nothing more of a division that is revoked between two pages', async () => {
    const own = await freshSimulator({ evaluations: 400, client: { divisionIds: 'all' } });
    const ask = (pageNumber: number) =>
      own.api.post<{ results: Entity[] }>(searchPath, {
        query: [everything],
        pageNumber,
        pageSize: 20,
      });
    const { divisions } = await own.control<{ divisions: Entity[] }>('GET', 'organisation');
    const sales = divisions.find(({ name }) => name === 'Sales')?.id;
    const inSales = ({ results }: { results: Entity[] }) =>
      results.filter((item) => (item['divisionIds'] as string[]).includes(sales ?? '')).length;
    expect(inSales(await ask(2))).toBeGreaterThan(0);
    await ask(1);
    await own.control('POST', 'events', { kind: 'revokeDivision', divisionId: sales });
    const after = await ask(2);
    expect([inSales(after), after.results.length]).toEqual([0, 20]);
  });
});

describe('sorting', () => {
  it.each(['conversationDate', 'createdDate', 'submittedDate', 'releaseDate'])(
    'goes by %s, either way',
    async (sortBy) => {
      const criteria = [dateRange(sortBy, '2026-09-05T00:00:00.000Z', '2026-09-12T00:00:00.000Z')];
      const [up, down, byDefault] = await Promise.all(
        ['ASC', 'DESC', undefined].map((sortOrder) =>
          searchAll(api, criteria, { sortBy, ...(sortOrder === undefined ? {} : { sortOrder }) }),
        ),
      );
      const dates = (found: Entity[] = []) => visible(found).map((item) => String(item[sortBy]));
      expect(dates(up)).toEqual(dates(up).sort());
      expect(dates(down)).toEqual([...dates(up)].reverse());
      expect(byDefault).toEqual(down);
      expect(new Set(dates(up)).size).toBeGreaterThan(20);
    },
  );

  it('goes by another date than the range, records without it last', async () => {
    const criteria = [dateRange('createdDate', '2026-09-05T00:00:00.000Z', '2026-09-20T00:00:00.000Z')];
    for (const sortOrder of ['ASC', 'DESC']) {
      const found = visible(await searchAll(api, criteria, { sortBy: 'releaseDate', sortOrder }));
      const dates = found.map((item) => item['releaseDate'] as string | undefined);
      const present = dates.filter((date) => date !== undefined);
      const sorted = [...present].sort();
      expect(dates.slice(0, present.length)).toEqual(sortOrder === 'ASC' ? sorted : sorted.reverse());
      expect(dates.length).toBeGreaterThan(present.length);
    }
  });
});

describe('criteria', () => {
  const [sample] = truth.filter(
    (row) => within(row['submitted_at'], day) && row['queue_id'] !== null && row['evaluator_id'] !== null,
  );
  const value = (column: string) => String(sample?.[column]);
  const exact = (field: string, ...values: string[]) => ({ type: 'EXACT', field, values });

  it.each<[string, unknown, (row: Record<string, unknown>) => boolean]>([
    ['evaluation', exact('evaluationId', value('evaluation_id')), is('evaluation_id')],
    ['conversation', exact('conversationId', value('conversation_id')), is('conversation_id')],
    ['agent', exact('agentId', value('agent_id')), is('agent_id')],
    ['evaluator', exact('evaluatorId', value('evaluator_id')), is('evaluator_id')],
    ['queue', exact('queueId', value('queue_id')), is('queue_id')],
    ['form version', exact('formId', value('form_id')), is('form_id')],
    ['form', exact('contextId', value('form_context_id')), is('form_context_id')],
    ['one value, given as such', { type: 'EXACT', field: 'formId', value: value('form_id') }, is('form_id')],
    [
      'several values: any of them',
      exact('agentId', value('agent_id'), String(truth[0]?.['agent_id'])),
      (row) => is('agent_id')(row) || row['agent_id'] === truth[0]?.['agent_id'],
    ],
    [
      'none of the values',
      { ...exact('formId', value('form_id')), operator: 'NOT' },
      (row) => !is('form_id')(row),
    ],
    ['status', exact('evaluationStatus', 'RETRACTED'), (row) => row['status'] === 'RETRACTED'],
    ['a status in the casing of analytics: nothing', exact('evaluationStatus', 'Finished'), () => false],
    ['media type', exact('mediaType', 'EMAIL'), (row) => String(row['media_types']).includes('"EMAIL"')],
    ['never released', exact('released', 'false'), (row) => !isReleased(row)],
    [
      'a score above',
      { type: 'GREATER_THAN_EQUAL_TO', field: 'totalScore', value: '80' },
      (row) => row['total_score'] !== null && Number(row['total_score']) >= 80,
    ],
    [
      'a score between',
      { type: 'RANGE', field: 'totalScore', startValue: '50', endValue: '70' },
      (row) =>
        row['total_score'] !== null && Number(row['total_score']) >= 50 && Number(row['total_score']) <= 70,
    ],
    [
      'a failed fatal question',
      exact('failedKillQuestion', 'true'),
      (row) => row['any_failed_kill_questions'] === true,
    ],
  ])('%s', async (name, criterion, matches) => {
    const range = dateRange('submittedDate', span.from, '2026-09-20T00:00:00.000Z');
    const expected = truthIds((row) => within(row['submitted_at'], range) && matches(row));
    expect(expected.length === 0).toBe(name.endsWith('nothing'));
    expect(idsOf(await searchBoth([range, criterion]))).toEqual(expected);
  });

  it('by question and by answer', async () => {
    const ofDay = new Set(
      truth.filter((row) => within(row['submitted_at'], day)).map((row) => row['evaluation_id']),
    );
    const touched = { from: day.startValue, to: day.endValue };
    const answers = (await shared.truth('evaluation_answers', touched)).filter((row) =>
      ofDay.has(row['evaluation_id']),
    );
    const chosen = answers.find((row) => row['answer_id'] !== null);
    const criteria = [
      day,
      exact('questionId', String(chosen?.['question_id'])),
      exact('questionAnswerId', String(chosen?.['answer_id'])),
    ];
    const expected = answers.filter((row) => row['answer_id'] === chosen?.['answer_id']);
    expect(idsOf(await searchBoth(criteria))).toEqual(
      expected.map((row) => String(row['evaluation_id'])).sort(),
    );
    expect(expected.length).toBeLessThan(ofDay.size);
  });

  function is(column: string) {
    return (row: Record<string, unknown>) => row[column] === sample?.[column];
  }
  function isReleased(row: Record<string, unknown>): boolean {
    return row['released_at'] !== null && String(row['released_at']) <= '2026-10-20T12:00:00.000Z';
  }
});

it('counts what a search would find, by aggregation', async () => {
  const answer = await api.post<{ results: []; aggregations: Record<string, Record<string, unknown>> }>(
    searchPath,
    {
      query: [day],
      pageNumber: 1,
      aggregations: [
        { name: 'forms', type: 'TERM', field: 'contextId' },
        { name: 'scores', type: 'STATS', field: 'totalScore' },
        { name: 'days', type: 'DATE_HISTOGRAM', field: 'submittedDate' },
      ],
    },
  );
  const found = await searchAll(api, [day]);
  const { forms, scores, days } = answer.aggregations;
  const documents = (buckets: unknown) =>
    (buckets as { documentCount: number }[]).reduce((sum, { documentCount }) => sum + documentCount, 0);
  expect(answer.results).toEqual([]);
  expect(documents(forms?.['buckets'])).toBe(found.length);
  expect(days?.['buckets']).toEqual([
    expect.objectContaining({ key: '2026-09-10', documentCount: found.length }),
  ]);
  expect(scores?.['count']).toBe(
    found.filter((item) => (item['answers'] as { totalScore?: number })?.totalScore !== undefined).length,
  );
});

it.each(['complete', 'totals'] as const)(
  'carries %s answers when it is started so',
  async (searchAnswers) => {
    const own = await freshSimulator({ evaluations: 40, searchAnswers });
    const [item] = visible(await searchAll(own.api, [dateRange('submittedDate', span.from, span.to)]));
    const read = await own.api.get<Entity>(String(item?.['selfUri']));
    type Answers = { totalScore: number; questionGroupScores: { questionScores?: unknown[] }[] };
    const [listed, full] = [item, read].map((each) => each?.['answers'] as Answers);
    expect(listed?.totalScore).toBe(full?.totalScore);
    expect(full?.questionGroupScores[0]?.questionScores).not.toEqual([]);
    if (searchAnswers === 'complete') expect(listed).toEqual(full);
    else expect(listed?.questionGroupScores[0]).not.toHaveProperty('questionScores');
  },
);

it('shows items as the vendor does: the form without its name, no flag of automation', async () => {
  const [item] = visible(await searchAll(api, [day], { systemSubmitted: true }));
  expect(item?.['evaluationForm']).toMatchObject({ id: expect.any(String), contextId: expect.any(String) });
  expect(item?.['evaluationForm']).not.toHaveProperty('name');
  expect(item).not.toHaveProperty('systemSubmitted');
  expect(item).not.toHaveProperty('evaluator');
});

it('is each client’s own', async () => {
  const all = await shared.signIn({ ...auditor });
  const [mine, theirs] = await Promise.all([searchAll(api, [everything]), searchAll(all, [everything])]);
  expect(theirs.length).toBeGreaterThan(mine.length);
  expect(idsOf(theirs)).toEqual(expect.arrayContaining(idsOf(mine)));
});
