/** Requests as the guides write them, and what the guides then do with the answers. */
import { request } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { guideAs, openGuide, signIn, type Answer, type Entity, type Json } from './guideClient.js';

const scopes = ['quality:readonly', 'analytics:readonly', 'quality:evaluation:read', 'quality:template:read'];
const shared = await openGuide({
  from: '2023-12-01T00:00:00.000Z',
  to: '2024-02-01T00:00:00.000Z',
  client: { scopes: [...scopes, 'user:read', 'org:read', 'conversation:view', 'division:read'] },
});
afterAll(() => shared.simulator.close());
const { simulator, origin } = shared;
const secret = 'client_id=exporter&client_secret=exporter-secret';

interface Scorecard {
  overallScore: number;
  evaluationTemplateId: string;
  answers: { questionGroupScores: { score: number; questionScores: { score: number | null }[] }[] };
}

/** A GET with a body, which fetch does not send. */
async function getWithBody(path: string, body: string): Promise<Answer<Json & { entities: Entity[] }>> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${shared.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${origin}${path}`, { method: 'GET', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: new Headers(),
          body: JSON.parse(Buffer.concat(chunks).toString()) as Json & { entities: Entity[] },
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

it('guide 0 finds finished evaluations by their conversations and reads each scorecard', async () => {
  const { body: token } = await signIn(origin, `${secret}&scope=quality:readonly+analytics:readonly`);
  const guide = guideAs(simulator, origin, String(token['access_token']));
  const { conversations = [], totalHits } = await guide.ok<{ conversations: Json[]; totalHits: number }>(
    '/api/v2/analytics/conversations/details/query',
    {
      interval: '2024-01-13T00:00:00Z/2024-01-14T00:00:00Z',
      evaluationFilters: [
        {
          type: 'and',
          predicates: [{ type: 'dimension', dimension: 'evaluationState', value: 'Finished' }],
        },
      ],
      paging: { pageSize: 100, pageNumber: 1 },
    },
  );
  expect([conversations.length > 5, totalHits]).toEqual([true, conversations.length]);
  for (const { conversationId, evaluations } of conversations) {
    const finished = (evaluations as Json[]).filter(({ evaluationState }) => evaluationState === 'Finished');
    expect(finished.length).toBeGreaterThan(0);
    for (const { evaluationId } of finished) {
      const scorecard = await guide.ok<Scorecard>(
        `/api/v2/quality/conversations/${String(conversationId)}/evaluations/${String(evaluationId)}`,
      );
      expect(scorecard).toMatchObject({
        id: evaluationId,
        conversation: { id: conversationId },
        agent: { id: expect.any(String) },
        status: 'Finished',
        evaluationScore: scorecard.overallScore,
        evaluationFormId: scorecard.evaluationTemplateId,
      });
      expect(scorecard.answers.questionGroupScores.length).toBeGreaterThan(0);
      for (const group of scorecard.answers.questionGroupScores) {
        const points = group.questionScores.map(({ score }) => score ?? 0);
        expect(points.reduce((sum, score) => sum + score, 0)).toBeCloseTo(group.score, 3);
      }
    }
  }
});

it('guide 1 asks for scopes, reads two days page by page, and the template of each record', async () => {
  const { status, body: token } = await signIn(
    origin,
    `${secret}&scope=${encodeURIComponent('quality:evaluation:read quality:template:read user:read org:read')}`,
  );
  expect([status, token]).toEqual([
    200,
    {
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 3_600,
      scope: 'quality:evaluation:read quality:template:read user:read org:read',
    },
  ]);
  const guide = guideAs(simulator, origin, String(token['access_token']));
  const parameters = new URLSearchParams({
    pageSize: '250',
    dateModifiedRange: '2024-01-01T00:00:00.000Z..2024-01-02T23:59:59.999Z',
    fields: 'id,evaluationTemplateId,overallScore,score,dateModified,users,sections,items',
  });
  const records: Entity[] = [];
  for (;;) {
    const page = await guide.ok<{ entities: Entity[]; nextPage?: string }>(
      `/api/v2/quality/evaluations?${parameters}`,
    );
    if (page.entities.length === 0) break;
    records.push(...page.entities);
    if (page.nextPage === undefined) break;
    parameters.set('cursor', page.nextPage);
  }
  expect(records.length).toBeGreaterThan(20);
  for (const record of records) {
    expect(Object.keys(record)).toEqual([
      'id',
      'evaluationTemplateId',
      'overallScore',
      'score',
      'dateModified',
      'users',
      'sections',
    ]);
    expect(String(record['dateModified']) >= '2024-01-01T00:00:00.000Z').toBe(true);
    expect(String(record['dateModified']) <= '2024-01-02T23:59:59.999Z').toBe(true);
  }
  const scored = records.find(({ sections }) => sections !== null);
  const [opening] = (scored?.['sections'] ?? []) as Json[];
  expect(opening).toMatchObject({
    name: 'Opening',
    weight: expect.any(Number),
    items: expect.arrayContaining([
      {
        id: expect.any(String),
        questionText: expect.any(String),
        weight: expect.any(Number),
        score: expect.any(Number),
        maxScore: expect.any(Number),
        agentResponse: expect.any(String),
      },
    ]),
  });
  for (const id of new Set(records.map((record) => String(record['evaluationTemplateId'])))) {
    expect(await guide.ok(`/api/v2/quality/templates/${id}`)).toMatchObject({ id, name: /./, version: 1 });
  }
});

describe('guide 2', () => {
  it('asks for metrics with the times that Python writes', async () => {
    const parameters = new URLSearchParams({
      startTime: '2024-01-12T08:00:00+00:00',
      endTime: '2024-01-12T17:00:00.123456+00:00',
      groupBy: 'agent',
      metrics: 'averageScore,count,passRate',
    });
    const readings = await shared.ok<Json[]>(`/api/v2/quality/metrics?${parameters}`);
    const counted = readings.filter(
      ({ metrics }) => (metrics as Json & { count: Json }).count['value'] !== 0,
    );
    expect(counted.length).toBeGreaterThan(2);
    expect(counted[0]).toEqual({
      entityId: expect.any(String),
      entityName: expect.any(String),
      metrics: {
        averageScore: { value: expect.any(Number), unit: 'percentage' },
        count: { value: expect.any(Number) },
        passRate: { value: expect.any(Number), unit: 'percentage' },
      },
    });
  });
});

describe('guide 3', () => {
  it('signs in with a JSON object and reads a month of assessments', async () => {
    const answer = await fetch(`${origin}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'exporter',
        client_secret: 'exporter-secret',
      }),
    });
    const token = (await answer.json()) as Json;
    expect(token).toMatchObject({ expires_in: 3_600, refresh_token: expect.any(String) });
    const guide = guideAs(simulator, origin, String(token['access_token']));
    const parameters = new URLSearchParams({
      dateFrom: '2024-01-01T00:00:00.000Z',
      dateTo: '2024-01-31T23:59:59.999Z',
      status: 'submitted',
      pageSize: '500',
    });
    const records: Json[] = [];
    for (;;) {
      const page = await guide.ok<{ entities: Json[]; nextPageToken: string | null }>(
        `/api/v2/quality/assessments?${parameters}`,
      );
      if (page.entities.length === 0) break;
      records.push(...page.entities);
      if (page.nextPageToken === null) break;
      parameters.set('nextPageToken', page.nextPageToken);
    }
    expect(records.length).toBeGreaterThan(300);
    const formVersion = await guide.ok<{ weightDistribution: Json[]; maxPossibleScore: number }>(
      `/api/v2/quality/formversions/${String(records[0]?.['formVersionId'])}`,
    );
    const possible = formVersion.weightDistribution.map(
      ({ weight, maxScore }) => Number(weight) * Number(maxScore),
    );
    expect(possible.reduce((sum, points) => sum + points, 0)).toBe(formVersion.maxPossibleScore);
    // The guide's formula, over what was scored, comes to the score: but where a fatal question made it zero.
    for (const record of records) {
      const scored = (record['questions'] as Record<string, number | null>[]).filter(
        ({ score }) => score !== null,
      );
      const sum = (field: string) =>
        scored.reduce((total, item) => total + (item[field] ?? 0) * (item['weight'] ?? 0), 0);
      if (record['score'] !== 0)
        expect((100 * sum('score')) / sum('maxScore')).toBeCloseTo(Number(record['score']), 3);
    }
  });

  it('reads a month of feedback, and the divisions', async () => {
    const { entities } = await shared.ok<{ entities: Json[] }>(
      '/api/v2/quality/feedback?dateFrom=2024-01-01T00:00:00.000Z&dateTo=2024-01-31T23:59:59.999Z&pageSize=500',
    );
    expect(entities.length).toBeGreaterThan(5);
    expect(entities[0]).toMatchObject({
      dateCreated: expect.any(String),
      agentId: expect.any(String),
      authorId: expect.any(String),
      content: expect.any(String),
      tags: expect.any(Array),
      status: expect.stringMatching(/^(draft|published|deleted)$/),
    });
    const divisions = await shared.ok<{ entities: Json[] }>('/api/v2/divisions');
    expect(divisions.entities[0]).toEqual({ id: expect.any(String), name: 'Home', homeDivision: true });
  });
});

it('guide 4 sends the span as the body of a GET, follows links, and asks whose interactions they were', async () => {
  const body = JSON.stringify({ from: '2024-01-10T00:00:00.000Z', to: '2024-01-17T00:00:00.000Z' });
  let page = (await getWithBody('/api/v2/quality/evaluations', body)).body;
  const records = [...page.entities];
  while (typeof page['nextPageUri'] === 'string') {
    page = await shared.ok(page['nextPageUri']);
    records.push(...page.entities);
  }
  expect(records.length).toBeGreaterThan(100);
  const answered = records.flatMap((record) =>
    (record['scorecards'] as { label: string; items: Json[] }[])
      .filter(({ label }) => label.toLowerCase().includes('csat'))
      .map(({ items }) => ({ interactionId: String(record['interactionId']), items })),
  );
  expect(answered.length).toBeGreaterThan(10);
  const items = answered.flatMap((each) => each.items);
  expect(items).toContainEqual({
    id: expect.any(String),
    label: expect.any(String),
    type: 'rating',
    value: 5,
    score: 100,
    text: null,
  });
  expect(items).toContainEqual(
    expect.objectContaining({ type: 'text', value: null, text: expect.any(String) }),
  );
  const ids = [...new Set(answered.map(({ interactionId }) => interactionId))].slice(0, 100);
  const { entities } = await shared.ok<{ entities: Json[] }>(
    '/api/v2/analytics/conversations/details/query',
    {
      interaction_ids: ids,
    },
  );
  expect(entities.map(({ interactionId }) => interactionId)).toEqual(ids);
  expect(entities[0]?.['toAttributes']).toMatchObject({
    agent_name: expect.any(String),
    duration_seconds: expect.any(Number),
  });
});
