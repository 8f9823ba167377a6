/** Aggregates and conversation details, at once and as jobs. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  auditor,
  freshSimulator,
  openSimulator,
  span,
  type Entity,
  type Session,
} from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 260 });
afterAll(() => shared.close());
const { api, truth } = shared;
type Row = Record<string, unknown>;
interface Group {
  group: Record<string, string>;
  data: {
    interval: string;
    metrics: { metric: string; stats: Record<string, number> }[];
    views?: { name: string; stats: { count: number } }[];
  }[];
}
const query = '/api/v2/analytics/evaluations/aggregates/query';
const jobs = '/api/v2/analytics/evaluations/aggregates/jobs';
const interval = `2026-08-15T00:00:00.000Z/2026-10-20T00:00:00.000Z`;
const rows = [...(await truth('evaluations')), ...(await truth('calibration_evaluations'))];
const ask = async (change: Row) =>
  (await api.post<{ results: Group[] }>(query, { interval, metrics: ['nEvaluations'], ...change })).results;
const count = (groups: Group[], metric: string) =>
  groups
    .flatMap(({ data }) => data)
    .flatMap(({ metrics }) => metrics)
    .reduce((sum, each) => sum + (each.metric === metric ? (each.stats['count'] ?? 0) : 0), 0);

/** Evaluations that a client sees only redacted are counted, too; the truth does not hold them. */
const visibleOf = (groups: Group[]) => {
  const known = new Set(rows.map((row) => row['evaluation_id']));
  return groups.filter(({ group }) => known.has(group['evaluationId']));
};

describe('aggregates', () => {
  it.each([
    ['evaluationCreatedDate', 'created_at'],
    ['evaluationReleaseDate', 'released_at'],
    ['conversationStart', 'conversation_start'],
  ])('by %s enumerate the organisation', async (alternateTimeDimension, column) => {
    const groups = await ask({ alternateTimeDimension, groupBy: ['evaluationId', 'conversationId'] });
    const [start = '', end = ''] = interval.split('/');
    const expected = rows.filter(
      (row) => String(row[column]) >= start && String(row[column]) < end && row[column],
    );
    expect(
      visibleOf(groups)
        .map(({ group }) => group)
        .sort(byEvaluation),
    ).toEqual(
      expected
        .map((row) => ({ evaluationId: row['evaluation_id'], conversationId: row['conversation_id'] }))
        .sort(byEvaluation),
    );
  });

  it('go by the start of the conversation unless told otherwise', async () => {
    const groupBy = ['evaluationId'];
    expect(await ask({ groupBy })).toEqual(
      await ask({ groupBy, alternateTimeDimension: 'conversationStart' }),
    );
  });

  it('by the time of events count rescores and deletions', async () => {
    const groups = await ask({
      alternateTimeDimension: 'eventTime',
      groupBy: ['evaluationId'],
      metrics: ['nEvaluations', 'nEvaluationsRescored', 'nEvaluationsDeleted'],
    });
    const ids = (metric: string) =>
      groups
        .filter((group) => count([group], metric) > 0)
        .map(({ group }) => group['evaluationId'])
        .sort();
    const rescored = rows.filter((row) => row['is_rescored'] === true).map((row) => row['evaluation_id']);
    expect(ids('nEvaluationsRescored')).toEqual(expect.arrayContaining(rescored));
    const deleted = (await truth('tombstones')).map((row) => row['record_id']);
    expect(ids('nEvaluationsDeleted').sort()).toEqual(deleted.sort());
    expect(Math.min(rescored.length, deleted.length)).toBeGreaterThan(0);
  });

  it('sum scores up as whole numbers, by day', async () => {
    const groups = await ask({
      alternateTimeDimension: 'evaluationCreatedDate',
      groupBy: ['formId', 'mediaType'],
      granularity: 'P1D',
      metrics: ['oTotalScore'],
      views: [{ target: 'oTotalScore', name: 'good', function: 'rangeBound', range: { gte: 80 } }],
    });
    for (const { group, data } of groups) {
      expect(group['mediaType']).toMatch(/^[a-z]+$/);
      for (const { interval: bucket, metrics, views } of data) {
        const [from = '', to = ''] = bucket.split('/');
        expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
        const stats = metrics[0]?.stats ?? {};
        expect(Number.isInteger(stats['sum'])).toBe(true);
        expect((stats['sum'] ?? 0) / (stats['count'] ?? 1)).toBeLessThanOrEqual(stats['max'] ?? 0);
        expect(views?.[0]?.stats.count).toBeLessThanOrEqual(stats['count'] ?? 0);
      }
    }
    const redacted = await hiddenScores(['oTotalScore']);
    const scored = rows.filter((row) => row['total_score'] !== null);
    const distinct = await ask({
      alternateTimeDimension: 'evaluationCreatedDate',
      metrics: ['oTotalScore'],
    });
    expect(count(distinct, 'oTotalScore')).toBe(scored.length + redacted);
  });

  it('leave a dimension without a value out of its group', async () => {
    const groups = await ask({ groupBy: ['queueId', 'evaluatorId'] });
    expect(groups.some(({ group }) => !('queueId' in group))).toBe(true);
    expect(groups.some(({ group }) => !('evaluatorId' in group))).toBe(true);
    expect(JSON.stringify(groups)).not.toContain('null');
  });

  it.each<[string, unknown, (row: Row) => boolean]>([
    ['systemSubmitted', matches('systemSubmitted', 'true'), (row) => row['is_automated'] === true],
    ['rescored', matches('rescored', 'true'), (row) => row['is_rescored'] === true],
    ['a missing queue', { dimension: 'queueId', operator: 'notExists' }, (row) => row['queue_id'] === null],
    ['a queue', { dimension: 'queueId', operator: 'exists' }, (row) => row['queue_id'] !== null],
    ['the wrong casing: nothing', matches('systemSubmitted', 'TRUE'), () => false],
  ])('are filtered by %s', async (_name, predicate, wanted) => {
    const groups = await ask({
      groupBy: ['evaluationId'],
      filter: { type: 'and', predicates: [predicate] },
    });
    const [start = '', end = ''] = interval.split('/');
    const expected = rows.filter(
      (row) =>
        wanted(row) && String(row['conversation_start']) >= start && String(row['conversation_start']) < end,
    );
    expect(
      visibleOf(groups)
        .map(({ group }) => group['evaluationId'])
        .sort(),
    ).toEqual(expected.map((row) => row['evaluation_id']).sort());
  });

  it('join clauses by or and by and', async () => {
    const clause = (type: 'and' | 'or') => ({
      groupBy: ['evaluationId'],
      filter: {
        type,
        clauses: [
          { type: 'and', predicates: [matches('systemSubmitted', 'true')] },
          { type: 'and', predicates: [{ dimension: 'queueId', operator: 'exists' }] },
        ],
      },
    });
    const [either, both] = [await ask(clause('or')), await ask(clause('and'))];
    expect(both.length).toBeGreaterThan(0);
    expect(either.length).toBeGreaterThan(both.length);
  });

  function matches(dimension: string, value: string) {
    return { type: 'dimension', dimension, operator: 'matches', value };
  }
  async function hiddenScores(metrics: string[]): Promise<number> {
    const groups = await ask({
      alternateTimeDimension: 'evaluationCreatedDate',
      groupBy: ['evaluationId'],
      metrics,
    });
    return groups.length - visibleOf(groups).length;
  }
  function byEvaluation(a: Row, b: Row): number {
    return String(a['evaluationId']) < String(b['evaluationId']) ? -1 : 1;
  }
});

describe('a job', () => {
  const body = { interval, metrics: ['nEvaluations'], groupBy: ['evaluationId'], pageSize: 60 };
  const submit = async (session: Session, path = jobs, request: unknown = body) => {
    const answer = await session.send<{ jobId: string }>('POST', path, request);
    expect(answer.status).toBe(202);
    return `${path}/${answer.body.jobId}`;
  };

  it('is queued, pending, fulfilled; its results are there only then', async () => {
    const job = await submit(api);
    expect(await api.refused(400, 'GET', `${job}/results`)).toMatchObject({
      message: expect.stringContaining('QUEUED'),
    });
    const states = [await api.get(job), await api.get(job)];
    expect(states.map(({ state }) => state)).toEqual(['QUEUED', 'PENDING']);
    expect(states[1]).not.toHaveProperty('completionDate');
    expect(await api.get(job)).toMatchObject({ state: 'FULFILLED', completionDate: expect.any(String) });
    expect((await api.get<{ results: [] }>(`${job}/results`)).results).toHaveLength(60);
  });

  it('is made in a while, also when nobody looks', async () => {
    const job = await submit(api);
    // Asking for results is no look.
    await vi.waitFor(async () => api.get(`${job}/results`), { timeout: 10_000, interval: 100 });
    expect(await api.get(job)).toMatchObject({ state: 'FULFILLED', completionDate: expect.any(String) });
  });

  it('gives its results page by page, all of what the query gives at once', async () => {
    const job = await submit(api);
    await finish(api, job);
    const found: Group[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const path: string = `${job}/results${cursor === undefined ? '' : `?cursor=${cursor}`}`;
      const page: { results: Group[]; cursor?: string } = await api.get(path);
      found.push(...page.results);
      ({ cursor } = page);
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBeGreaterThan(3);
    const { pageSize: _, ...same } = body;
    expect(found).toEqual(await ask(same));
    expect(await api.refused(400, 'GET', `${job}/results?cursor=nonsense`)).toMatchObject({
      code: 'invalid.cursor',
    });
  });

  it('can be cancelled', async () => {
    const job = await submit(api);
    const answer = await api.send('DELETE', job);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(await api.get(job)).toMatchObject({ state: 'CANCELLED' });
    await api.refused(400, 'GET', `${job}/results`);
  });

  it('belongs to the client and the kind of query it was asked by', async () => {
    const job = await submit(api);
    const other = await shared.signIn(auditor);
    await other.refused(404, 'GET', job);
    await api.refused(404, 'GET', job.replace('evaluations/aggregates', 'conversations/details'));
    await api.get(job);
  });

  it('sees what happened until it ran', async () => {
    const own = await freshSimulator({ evaluations: 50 });
    const event = { ...body, alternateTimeDimension: 'eventTime', metrics: ['nEvaluationsDeleted'] };
    const job = await submit(own.api, jobs, { ...event, interval: `${span.to}/2026-12-01T00:00:00.000Z` });
    const [evaluationId] = (await own.control<{ ids: string[] }>('GET', 'pick?kind=finished')).ids;
    await own.control('POST', 'events', { kind: 'delete', evaluationId });
    await finish(own.api, job);
    const { results } = await own.api.get<{ results: Group[] }>(`${job}/results`);
    expect(results.map(({ group }) => group)).toContainEqual({ evaluationId });
  });
});

describe('conversation details', () => {
  const details = '/api/v2/analytics/conversations/details';
  interface Conversation extends Row {
    conversationId: string;
    conversationStart: string;
    conversationEnd: string;
    evaluations?: Row[];
  }
  interface Page {
    conversations?: Conversation[];
    totalHits: number;
  }
  const week = '2026-09-08T06:00:00.000Z/2026-09-12T18:00:00.000Z';
  const find = async (change: Row) => {
    const found: Conversation[] = [];
    for (let pageNumber = 1; ; pageNumber++) {
      const page: Page = await api.post(`${details}/query`, {
        interval: week,
        paging: { pageSize: 20, pageNumber },
        ...change,
      });
      found.push(...(page.conversations ?? []));
      if (page.conversations !== undefined) continue;
      expect(page.totalHits).toBe(found.length);
      return found;
    }
  };

  it('find the conversations that started on the days of the interval, page by page', async () => {
    const found = await find({});
    const expected = rows.filter((row) => {
      const [start, end] = [String(row['conversation_start']), String(row['conversation_end'])];
      return start >= '2026-09-08' && start < '2026-09-12T18' && end >= '2026-09-08T06';
    });
    const known = new Set(rows.map((row) => row['conversation_id']));
    expect(
      found
        .map(({ conversationId }) => conversationId)
        .filter((id) => known.has(id))
        .sort(),
    ).toEqual([...new Set(expected.map((row) => row['conversation_id']))].sort());
    expect(found.length).toBeGreaterThan(30);
  });

  it('come in the order of what they are ordered by, and else in none of time', async () => {
    const startsOf = async (change: Row) =>
      (await find(change)).map(({ conversationStart }) => String(conversationStart));
    const starts = await startsOf({ order: 'asc', orderBy: 'conversationStart' });
    expect(starts).toEqual([...starts].sort());
    const descending = await startsOf({ order: 'desc', orderBy: 'conversationStart' });
    expect(descending).toEqual([...starts].reverse());
    for (const change of [{}, { order: 'unordered', orderBy: 'conversationStart' }]) {
      expect(await startsOf(change)).not.toEqual(starts);
    }
  });

  it('are 25 to a page by default', async () => {
    const page = await api.post<Page>(`${details}/query`, { interval: week });
    expect(page.conversations).toHaveLength(25);
    expect(page.totalHits).toBeGreaterThan(25);
  });

  it('are filtered by evaluation, in the vocabulary of analytics', async () => {
    const having = (dimension: string, value: string) =>
      find({ evaluationFilters: [{ type: 'and', predicates: [{ dimension, operator: 'matches', value }] }] });
    const all = await find({});
    const automated = await having('systemSubmitted', 'true');
    expect(automated).toEqual(
      all.filter(({ evaluations }) => evaluations?.some((each) => each['systemSubmitted'] === true)),
    );
    expect(automated.length).toBeGreaterThan(0);
    expect(automated.length).toBeLessThan(all.length);
    expect((await having('evaluationStatus', 'Finished')).length).toBeGreaterThan(0);
    // The casing of the quality API finds nothing, and says nothing.
    expect(await having('evaluationStatus', 'FINISHED')).toEqual([]);
  });

  it('carry evaluations with whole scores and the casing of analytics', async () => {
    const [row = {}] = rows.filter((each) => !Number.isInteger(each['total_score'] ?? 0));
    const conversation = await api.get<Conversation>(
      `/api/v2/analytics/conversations/${row['conversation_id']}/details`,
    );
    expect(conversation.evaluations).toContainEqual(
      expect.objectContaining({
        evaluationId: row['evaluation_id'],
        evaluationStatus: 'Finished',
        oTotalScore: Math.round(Number(row['total_score'])),
        formId: row['form_id'],
        userId: row['agent_id'],
        deleted: false,
      }),
    );
    const media = JSON.stringify(conversation['participants']);
    expect(media).toMatch(/"mediaType":"[a-z]+"/);
  });

  it('are read by ids, each once, unknown ones left out', async () => {
    const wanted = [...new Set(rows.map((row) => String(row['conversation_id'])))].slice(0, 5);
    const { conversations = [] } = await api.get<Page>(
      `${details}?id=${[...wanted, wanted[0], 'unknown'].join(',')}`,
    );
    expect(conversations.map(({ conversationId }) => conversationId)).toEqual(wanted);
    for (const conversation of conversations) {
      expect(conversation).toEqual(
        await api.get(`/api/v2/analytics/conversations/${conversation.conversationId}/details`),
      );
    }
  });

  it('as a job hold what was active, and nothing the data lake does not have yet', async () => {
    const availability = await api.get(`${details}/jobs/availability`);
    expect(Date.parse(String(availability['dataAvailabilityDate']))).toBeLessThan(
      shared.simulator.clock.now(),
    );
    const month = `${span.from}/${span.to}`;
    const answer = await api.send<{ jobId: string }>('POST', `${details}/jobs`, { interval: month });
    const job = `${details}/jobs/${answer.body.jobId}`;
    await finish(api, job);
    const first = await api.get<Page & { cursor?: string }>(`${job}/results?pageSize=150`);
    const rest = await api.get<Page & { cursor?: string }>(
      `${job}/results?pageSize=1000&cursor=${first.cursor}`,
    );
    expect(rest.cursor).toBeUndefined();
    const found = [...(first.conversations ?? []), ...(rest.conversations ?? [])];
    const ids = new Set(found.map(({ conversationId }) => conversationId));
    expect(ids.size).toBe(found.length);
    const active = rows.filter(
      (row) => String(row['conversation_end']) >= span.from && String(row['conversation_start']) < span.to,
    );
    expect([...ids]).toEqual(expect.arrayContaining(active.map((row) => row['conversation_id'])));
    const past = await freshSimulator({ evaluations: 200, now: '2026-09-05T12:00:00Z' });
    const submission = await past.api.send<Entity>('POST', `${details}/jobs`, { interval: month });
    const early = `${details}/jobs/${submission.body['jobId']}`;
    await finish(past.api, early);
    const { conversations = [] } = await past.api.get<Page>(`${early}/results`);
    expect(conversations.length).toBeGreaterThan(0);
    for (const { conversationStart } of conversations) expect(conversationStart < '2026-09-05T11').toBe(true);
  });
});

/** Polls a job to its end. */
async function finish(session: Session, job: string): Promise<void> {
  for (let polls = 0; polls < 5; polls++) {
    if ((await session.get(job))['state'] === 'FULFILLED') return;
  }
  throw new Error(`${job} does not end`);
}
