/** Surveys as the published contract serves them, held against the truth. */
import { afterAll, describe, expect, it } from 'vitest';
import { aggregates, type Group } from './aggregates.js';
import {
  auditor,
  freshSimulator,
  openSimulator,
  type Entity,
  type Listing,
  type Session,
} from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 800 });
afterAll(() => shared.close());
const { api } = shared;
const audit = await shared.signIn(auditor);

type Row = Record<string, unknown>;
const ids = (of: readonly Row[], key: string) => of.map((row) => String(row[key])).sort();
const surveysPath = '/api/v2/analytics/surveys/aggregates';
const [rows, answers, conversations] = (await Promise.all(
  ['surveys', 'survey_answers', 'conversations'].map((table) => shared.truth(table)),
)) as [Row[], Row[], Row[]];

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
