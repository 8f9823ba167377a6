/** Surveys and feedback as the published contract serves them, held against the truth. */
import { afterAll, describe, expect, it } from 'vitest';
import { exporterPermissions } from '../../../simulator/options.js';
import {
  auditor,
  freshSimulator,
  openSimulator,
  span,
  type Entity,
  type Listing,
  type Opened,
  type Session,
} from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 800 });
afterAll(() => shared.close());
const { api } = shared;
const audit = await shared.signIn(auditor);

type Row = Record<string, unknown>;
interface Group {
  group: Record<string, string>;
  data: { interval: string; metrics: { metric: string; stats: Record<string, number> }[]; views?: View[] }[];
}
interface View {
  name: string;
  stats: { count: number };
}

const interval = `${span.from}/2026-10-20T00:00:00.000Z`;
const surveysPath = '/api/v2/analytics/surveys/aggregates';
const [rows, answers, feedback, conversations] = (await Promise.all(
  ['surveys', 'survey_answers', 'feedback', 'conversations'].map((table) => shared.truth(table)),
)) as [Row[], Row[], Row[], Row[]];
const ids = (of: readonly Row[], key: string) => of.map((row) => String(row[key])).sort();
const people = async (session: Session) =>
  (await session.get<Listing>('/api/v2/users?state=any&pageSize=500')).entities.map(({ id }) => id);
const batches = <T>(items: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

async function aggregates(of: Opened, path: string, body: Row): Promise<Group[]> {
  return (await of.api.post<{ results: Group[] }>(`${path}/query`, body)).results;
}

describe('survey aggregates', () => {
  const query = (more: Row = {}) => ({
    interval: `2026-08-01T00:00:00.000Z/2026-10-20T12:00:00.000Z`,
    groupBy: ['surveyId', 'conversationId'],
    metrics: ['nWebSurveys', 'nVoiceSurveys', 'nSurveysSent', 'nSurveyResponses'],
    alternateTimeDimension: 'eventTime',
    ...more,
  });

  it.each(['eventTime', 'surveyCreatedDate'])('find every survey of the truth by %s', async (dimension) => {
    const found = await aggregates(shared, surveysPath, query({ alternateTimeDimension: dimension }));
    expect(found.map(({ group }) => group['surveyId']).sort()).toEqual(ids(rows, 'survey_id'));
    expect(found.map(({ group }) => group['conversationId']).sort()).toEqual(ids(rows, 'conversation_id'));
  });

  it('come in pages from a job, and say the same', async () => {
    const { body } = await api.send<{ jobId: string }>(
      'POST',
      `${surveysPath}/jobs`,
      query({ pageSize: 50 }),
    );
    const job = `${surveysPath}/jobs/${body.jobId}`;
    while ((await api.get(job))['state'] !== 'FULFILLED');
    const found: Group[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: { results: Group[]; cursor?: string } = await api.get(`${job}/results?cursor=${cursor}`);
      expect(page.results.length).toBeLessThanOrEqual(50);
      found.push(...page.results);
      cursor = page.cursor;
    }
    expect(found).toEqual(await aggregates(shared, surveysPath, query()));
  });

  it('count responses and mean scores as the truth does', async () => {
    const [total] = await aggregates(
      shared,
      surveysPath,
      query({
        groupBy: [],
        metrics: ['nSurveyResponses', 'nSurveyNpsResponses', 'oSurveyTotalScore', 'oSurveyQuestionScore'],
      }),
    );
    const stats = new Map(total?.data[0]?.metrics.map((metric) => [metric.metric, metric.stats]));
    const finished = rows.filter((row) => row['status'] === 'FINISHED');
    const sum = (of: readonly Row[], key: string) =>
      of.reduce((so, row) => so + Math.round(Number(row[key] ?? 0)), 0);
    expect(stats.get('nSurveyResponses')).toEqual({ count: finished.length });
    expect(stats.get('nSurveyNpsResponses')).toEqual({
      count: finished.filter((row) => row['nps_score'] !== null).length,
    });
    expect(stats.get('oSurveyTotalScore')?.['sum']).toBe(sum(finished, 'total_score'));
    expect(stats.get('oSurveyQuestionScore')?.['sum']).toBe(sum(answers, 'score'));
  });

  it('take the filters of the vendor', async () => {
    const found = await aggregates(
      shared,
      surveysPath,
      query({
        filter: {
          type: 'and',
          predicates: [{ dimension: 'surveyStatus', operator: 'matches', value: 'Expired' }],
        },
      }),
    );
    const expired = rows.filter((row) => row['status'] === 'EXPIRED');
    expect(found.map(({ group }) => group['surveyId']).sort()).toEqual(ids(expired, 'survey_id'));
    expect(expired.length).toBeGreaterThan(5);
  });

  it.each([
    ['an unknown metric', { metrics: ['oTotalScore'] }],
    ['no metric', { metrics: [] }],
    ['an unknown dimension', { groupBy: ['evaluationId'] }],
    ['a date to group by', { groupBy: ['surveyCreatedDate'] }],
    ['another time', { alternateTimeDimension: 'conversationStart' }],
    ['an unknown field', { pageSize: 10 }],
    ['too long a span', { interval: '2024-01-01T00:00:00.000Z/2026-01-01T00:00:00.000Z' }],
  ])('refuse %s', async (_name, wrong) => {
    await api.refused(400, 'POST', `${surveysPath}/query`, query(wrong));
  });
});

describe('surveys', () => {
  it('read by id say what the truth says', async () => {
    for (const row of rows.slice(0, 60)) {
      const survey = await api.get<Entity>(`/api/v2/quality/surveys/${row['survey_id']}`);
      expect(String(survey['status']).toUpperCase()).toBe(row['status']);
      expect(survey).toMatchObject({
        conversation: { id: row['conversation_id'] },
        surveyForm: { id: row['form_id'], name: row['form_name'] },
        agent: { id: row['agent_id'], name: row['agent_name'] },
        agentTeam: { id: row['agent_team_id'] },
        surveyType: row['survey_type'],
      });
      const given = survey['answers'] as { totalScore?: number; npsScore?: number } | undefined;
      expect(given?.totalScore ?? null).toBe(row['total_score']);
      expect(given?.npsScore ?? null).toBe(row['nps_score']);
      expect(survey['completedDate'] ?? null).toBe(row['completed_at']);
      const list = await api.get<Entity[]>(`/api/v2/quality/conversations/${row['conversation_id']}/surveys`);
      expect(list).toEqual([survey]);
    }
  });

  it('with their form give the answers of the truth', async () => {
    const row = rows.find((each) => each['csat_value'] !== null && each['nps_score'] !== null) ?? {};
    const survey = await api.get<Entity & { answers: { questionGroupScores: { questionScores: Row[] }[] } }>(
      `/api/v2/quality/surveys/${row['survey_id']}`,
    );
    const form = await api.get<Entity & { questionGroups: { questions: Row[] }[] }>(
      `/api/v2/quality/forms/surveys/${row['form_id']}`,
    );
    const texts = form.questionGroups.flatMap((group) => group.questions.map(({ id, text }) => [id, text]));
    const scores = survey.answers.questionGroupScores.flatMap((group) => group.questionScores);
    const expected = answers.filter((each) => each['survey_id'] === row['survey_id']);
    expect(texts).toEqual(expected.map((each) => [each['question_id'], each['question_text']]));
    expect(
      scores.map((score) => [score['questionId'], score['answerId'] ?? null, score['score'] ?? null]),
    ).toEqual(expected.map((each) => [each['question_id'], each['answer_id'], each['score']]));
    expect((await api.get<Listing>(`/api/v2/quality/forms/surveys/bulk?id=${form.id}`)).entities).toEqual([
      form,
    ]);
  });

  it('of divisions without a grant are not there', async () => {
    const all = await shared.truth('surveys', { clientId: auditor.clientId });
    const visible = new Set(ids(rows, 'survey_id'));
    const hidden = all.find((row) => !visible.has(String(row['survey_id']))) ?? {};
    for (const path of [
      `surveys/${hidden['survey_id']}`,
      `conversations/${hidden['conversation_id']}/surveys`,
    ]) {
      await api.refused(404, 'GET', `/api/v2/quality/${path}`);
      await audit.get(`/api/v2/quality/${path}`);
    }
  });

  it.each([
    ['surveys/none', 404],
    ['conversations/none/surveys', 404],
    ['forms/surveys/none', 404],
    ['forms/surveys/bulk', 400],
    [`forms/surveys/bulk?id=${Array.from({ length: 101 }, (_, index) => index).join(',')}`, 400],
    [`surveys/${ids(rows, 'survey_id')[0]}?expand=answers`, 400],
  ])('%s is refused with a %d', async (path, status) => {
    await api.refused(status, 'GET', `/api/v2/quality/${path}`);
  });

  it('completed by a script are told of by the analytics from then on', async () => {
    const of = await freshSimulator({ evaluations: 200 });
    const survey = (await of.truth('surveys')).find((row) => row['status'] === 'EXPIRED') ?? {};
    await of.control('POST', 'clock', { freeze: true, advanceSeconds: 3_600 });
    await of.control('POST', 'events', { kind: 'completeSurvey', surveyId: survey['survey_id'] });
    const found = await aggregates(of, surveysPath, {
      interval: '2026-10-20T12:30:00.000Z/2026-10-20T14:00:00.000Z',
      groupBy: ['surveyId'],
      metrics: ['nSurveyResponses'],
      alternateTimeDimension: 'eventTime',
    });
    expect(found.map(({ group }) => group)).toEqual([{ surveyId: survey['survey_id'] }]);
    expect(await of.api.get(`/api/v2/quality/surveys/${survey['survey_id']}`)).toMatchObject({
      status: 'Finished',
    });
  });
});

describe('details of conversations', () => {
  const read = async (session: Session, some: readonly Row[]) =>
    (
      await session.get<{ conversations: Row[] }>(
        `/api/v2/analytics/conversations/details?id=${ids(some, 'conversation_id').join(',')}`,
      )
    ).conversations;

  it('have the reference outside, the surveys, and sessions with agent, queue and medium', async () => {
    const bySurvey = new Map(rows.map((row) => [row['conversation_id'], row]));
    for (const row of await read(api, conversations.slice(0, 100))) {
      const expected = conversations.find((each) => each['conversation_id'] === row['conversationId']);
      expect(row['externalTag'] ?? null).toBe(expected?.['external_reference']);
      const survey = bySurvey.get(row['conversationId']);
      const surveys = (row['surveys'] as Row[] | undefined) ?? [];
      expect(surveys.map((each) => each['surveyId'])).toEqual(
        survey === undefined ? [] : [survey['survey_id']],
      );
      const participants = row['participants'] as { purpose: string; userId?: string; sessions: Row[] }[];
      expect(participants.at(-1)).toMatchObject({ purpose: 'agent', userId: expected?.['agent_id'] });
      const segments = participants.flatMap(({ sessions }) =>
        sessions.flatMap((session) => session['segments'] as Row[]),
      );
      expect(new Set(segments.map((segment) => segment['queueId'] ?? null))).toEqual(
        new Set([expected?.['queue_id']]),
      );
      const media = participants.flatMap(({ sessions }) => sessions.map((session) => session['mediaType']));
      expect(JSON.stringify([...new Set(media)])).toBe(expected?.['media_types']);
    }
  });

  it('are found by their surveys', async () => {
    const { conversations: found } = await api.post<{ conversations: { surveys: Row[] }[] }>(
      '/api/v2/analytics/conversations/details/query',
      {
        interval: '2026-09-08T00:00:00.000Z/2026-09-15T00:00:00.000Z',
        paging: { pageSize: 100, pageNumber: 1 },
        surveyFilters: [{ type: 'and', predicates: [{ dimension: 'surveyStatus', value: 'OptOut' }] }],
      },
    );
    expect(found.flatMap(({ surveys }) => surveys.map((survey) => survey['surveyStatus']))).toEqual(
      found.map(() => 'OptOut'),
    );
    expect(found.length).toBeGreaterThan(2);
  });
});

describe('coaching appointments', () => {
  const path = '/api/v2/coaching/appointments';
  const list = async (query: string, userIds?: readonly string[]): Promise<Entity[]> => {
    const found = new Map<string, Entity>();
    for (const some of batches(userIds ?? (await people(api)), 20)) {
      for (let next: string | undefined = `${path}?pageSize=7&userIds=${some.join(',')}${query}`; next;) {
        const page: Listing = await api.get(next);
        for (const entity of page.entities) found.set(entity.id, entity);
        next = page.nextUri;
      }
    }
    return [...found.values()];
  };
  const expected = (kind: string) => feedback.filter((row) => row['kind'] === kind);

  it('with their annotations are the feedback of the truth', async () => {
    const found = await list('');
    expect(found.map(({ id }) => id).sort()).toEqual(ids(expected('coaching_appointment'), 'feedback_id'));
    for (const appointment of found.slice(0, 30)) {
      const row = feedback.find((each) => each['feedback_id'] === appointment.id) ?? {};
      expect(appointment).toMatchObject({
        description: row['content'],
        dateStart: row['scheduled_at'],
        dateCreated: row['created_at'],
        dateModified: row['modified_at'],
        attendees: [{ id: row['agent_id'] }],
        createdBy: { id: row['author_id'] },
        conversations: row['conversation_id'] === null ? [] : [{ id: row['conversation_id'] }],
      });
      expect(String(appointment['status']).toLowerCase()).toBe(row['status']);
      const { entities } = await api.get<Listing>(`${path}/${appointment.id}/annotations`);
      const written = feedback.filter((each) => each['parent_id'] === appointment.id);
      expect(
        entities.map(({ id, text, isDeleted, dateModified }) => [id, text, isDeleted, dateModified]),
      ).toEqual(
        written.map((each) => [
          each['feedback_id'],
          each['content'],
          each['is_archived'],
          each['modified_at'],
        ]),
      );
      expect(await api.get(`${path}/${appointment.id}`)).toEqual(appointment);
    }
    expect(expected('coaching_annotation').some((row) => row['is_archived'] === true)).toBe(true);
  });

  const started = (row: Row, from: string, to: string) =>
    String(row['scheduled_at']) >= from && String(row['scheduled_at']) < to;
  const done = (row: Row, from: string, to: string) =>
    String(row['completed_at']) >= from && String(row['completed_at']) < to;
  const [start, end] = ['2026-09-10T00:00:00.000Z', '2026-09-20T00:00:00.000Z'];
  it.each<[string, (row: Row) => boolean]>([
    [`&interval=${start}/${end}`, (row) => started(row, start, end)],
    [`&completionInterval=${start}/${end}`, (row) => done(row, start, end)],
    ['&statuses=Completed', (row) => row['status'] === 'completed'],
    ['&statuses=Scheduled,InProgress', (row) => row['status'] !== 'completed'],
    ['&overdue=True', () => false],
    ['&overdue=False&sortOrder=Desc', () => true],
  ])('are filtered by %s', async (query, accepts) => {
    const rowsFound = expected('coaching_appointment').filter(accepts);
    expect((await list(query)).map(({ id }) => id).sort()).toEqual(ids(rowsFound, 'feedback_id'));
  });

  it.each(['Attendee', 'Creator', 'Facilitator'])('are found by the %s', async (relationship) => {
    const row = expected('coaching_appointment')[0] ?? {};
    const key = relationship === 'Attendee' ? 'agent_id' : 'author_id';
    const found = await list(`&relationships=${relationship}`, [String(row[key])]);
    const same = expected('coaching_appointment').filter((each) => each[key] === row[key]);
    expect(found.map(({ id }) => id).sort()).toEqual(ids(same, 'feedback_id'));
  });

  it.each([
    ['', 400],
    ['?userIds=', 400],
    ['?userIds=x&pageSize=1000', 400],
    ['?userIds=x&statuses=completed', 400],
    ['?userIds=x&modifiedSince=2026-09-01T00:00:00Z', 400],
    ['/none', 404],
    ['/none/annotations', 404],
  ])('%s is refused with a %d', async (query, status) => {
    await api.refused(status, 'GET', `${path}${query}`);
  });

  it('change with what a script does', async () => {
    const of = await freshSimulator({ evaluations: 300 });
    const [annotation] = (await of.truth('feedback')).filter(
      (row) => row['is_archived'] === false && row['parent_id'],
    );
    const feedbackId = String(annotation?.['parent_id']);
    const read = async () =>
      (await of.api.get<Listing>(`${path}/${feedbackId}/annotations`)).entities.map((each) => [
        each['text'],
        each['isDeleted'],
      ]);
    await of.control('POST', 'events', { kind: 'editFeedback', feedbackId, content: 'Other words' });
    expect(await read()).toEqual([['Other words', false]]);
    await of.control('POST', 'events', { kind: 'deleteFeedback', feedbackId });
    expect(await read()).toEqual([['Other words', true]]);
  });
});

describe('the grants of a client', () => {
  it.each([
    ['in some divisions', 'all but the restricted ones'],
    ['in all divisions', 'all'],
  ])('%s', async (_name, granted) => {
    const session = granted === 'all' ? audit : api;
    const subject = await session.get<{
      id: string;
      grants: {
        division: { id: string };
        role: { policies: { domain: string; entityName: string; actions: string[] }[] };
      }[];
    }>('/api/v2/authorization/subjects/me');
    const { divisions } = await shared.control<{ divisions: { id: string; restricted: boolean }[] }>(
      'GET',
      'organisation',
    );
    expect(subject.grants.map(({ division }) => division.id)).toEqual(
      granted === 'all' ? ['*'] : divisions.flatMap(({ id, restricted }) => (restricted ? [] : [id])),
    );
    for (const { role } of subject.grants) {
      const permissions = role.policies.flatMap(({ domain, entityName, actions }) =>
        actions.map((action) => `${domain}:${entityName}:${action}`),
      );
      expect(permissions.sort()).toEqual([...exporterPermissions].sort());
    }
  });
});

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
