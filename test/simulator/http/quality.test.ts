/** Evaluations by id and by person, their scoring, forms, calibrations and activity. */
import { afterAll, describe, expect, it } from 'vitest';
import { auditor, openSimulator, present, span, type Entity, type Listing } from './simulatorClient.js';

const shared = await openSimulator({ evaluations: 400 });
afterAll(() => shared.close());
const { api, truth, control } = shared;
type Row = Record<string, unknown>;
const rows = await truth('evaluations');
const calibrated = await truth('calibration_evaluations');
const all = [...rows, ...calibrated];
const users = await truth('users');
const ids = (entities: Row[], field = 'id') => entities.map((each) => String(each[field])).sort();
const idsWhere = (matches: (row: Row) => boolean) => ids(all.filter(matches), 'evaluation_id');
const readPath = (row: Row, query = '') =>
  `/api/v2/quality/conversations/${row['conversation_id']}/evaluations/${row['evaluation_id']}${query}`;

describe('an evaluation', () => {
  it('says what the truth says', async () => {
    for (const row of all.filter((_, index) => index % 40 === 0)) {
      const read = await api.get<Entity>(readPath(row));
      expect(read).toMatchObject({
        id: row['evaluation_id'],
        conversation: { id: row['conversation_id'] },
        status: row['status'],
        agent: { id: row['agent_id'], name: row['agent_name'] },
        evaluationForm: { id: row['form_id'], contextId: row['form_context_id'], name: row['form_name'] },
        createdDate: row['created_at'],
        changedDate: row['changed_at'],
        neverRelease: row['is_never_release'],
        rescore: row['is_rescored'],
        redacted: false,
        selfUri: readPath(row),
      });
      expect(read['submittedDate'] ?? null).toBe(row['submitted_at']);
      expect(read['releaseDate'] ?? null).toBe(row['released_at']);
      expect((read['answers'] as Row | undefined)?.['totalScore'] ?? null).toBe(row['total_score']);
    }
  });

  it('is found under its own conversation only', async () => {
    const [one, other] = rows;
    await api.refused(404, 'GET', readPath({ ...one, conversation_id: other?.['conversation_id'] }));
  });

  it.each([
    ['agent', 'email', 'agent_id'],
    ['evaluator', 'email', 'evaluator_id'],
  ])('expands its %s', async (field, more, column) => {
    const row = rows.find((each) => each[column] !== null) ?? {};
    const plain = (await api.get(readPath(row)))[field] as Row;
    const expanded = (await api.get(readPath(row, `?expand=${field}`)))[field] as Row;
    expect(plain).not.toHaveProperty(more);
    expect(expanded).toMatchObject({ id: row[column], [more]: expect.stringContaining('@') });
  });

  it('expands its form to the version it was scored on', async () => {
    const [row = {}] = rows;
    const form = (await api.get(readPath(row, '?expand=evaluationForm')))['evaluationForm'];
    expect(form).toEqual(await api.get(`/api/v2/quality/forms/evaluations/${row['form_id']}`));
  });

  it('is scored by the oracle as it was scored', async () => {
    for (const row of rows.filter((each) => each['total_score'] !== null).slice(0, 12)) {
      const answers = (await api.get(readPath(row)))['answers'] as Row;
      const form = await api.get<Row>(`/api/v2/quality/forms/evaluations/${row['form_id']}`);
      const { weightMode: _, ...evaluationForm } = form;
      const { totalScore: _total, totalCriticalScore: _critical, ...unscored } = answers;
      const scored = await api.post('/api/v2/quality/evaluations/scoring', {
        evaluationForm,
        answers: unscored,
      });
      expect(scored).toMatchObject({
        totalScore: answers['totalScore'],
        totalCriticalScore: answers['totalCriticalScore'],
        anyFailedKillQuestions: row['any_failed_kill_questions'],
      });
    }
  });
});

describe('the query', () => {
  const query = (parameters: string) =>
    api.get<Listing>(`/api/v2/quality/evaluations/query?includeDeletedUsers=true&${parameters}`);
  const seen = ({ entities }: Listing) => entities.filter(({ redacted }) => redacted !== true);
  const sample = rows.find((row) => row['status'] === 'RETRACTED') ?? {};

  it('by conversation finds every evaluation of it, the retracted one, too', async () => {
    const listing = await query(`conversationId=${sample['conversation_id']}`);
    expect(ids(seen(listing))).toEqual(
      idsWhere((row) => row['conversation_id'] === sample['conversation_id']),
    );
    expect(listing.entities.map(({ status }) => status)).toContain('RETRACTED');
  });

  it('by agent goes by release and leaves out what is never released', async () => {
    const agent = rows.find((row) => row['is_never_release'] === true)?.['agent_id'];
    const listing = await query(`agentUserId=${agent}&pageSize=100`);
    expect(ids(seen(listing))).toEqual(
      idsWhere((row) => row['agent_id'] === agent && row['released_at'] !== null),
    );
    const dates = seen(listing).map(({ releaseDate }) => releaseDate);
    expect(dates).toEqual([...dates].sort());
    const descending = await query(`agentUserId=${agent}&pageSize=100&sortOrder=desc`);
    expect(descending.entities.map(({ id }) => id)).toEqual(listing.entities.map(({ id }) => id).reverse());
  });

  it('by evaluator goes by assignment and leaves nothing out', async () => {
    const evaluator = rows.find((row) => row['is_never_release'] === true)?.['evaluator_id'];
    const listing = await query(`evaluatorUserId=${evaluator}&pageSize=100`);
    expect(ids(seen(listing))).toEqual(idsWhere((row) => row['evaluator_id'] === evaluator));
    const dates = seen(listing).map(({ assignedDate }) => assignedDate);
    expect(dates).toEqual([...dates].sort());
  });

  it('narrows by state, release, form, queue and time', async () => {
    const evaluator = sample['evaluator_id'];
    const [from, to] = ['2026-09-10T00:00:00.000Z', '2026-09-20T00:00:00.000Z'];
    const queue = rows.find((row) => row['evaluator_id'] === evaluator && row['queue_id'])?.['queue_id'];
    const cases: [string, (row: Row) => boolean][] = [
      [
        'evaluationState=RETRACTED,INREVIEW',
        (row) => ['RETRACTED', 'INREVIEW'].includes(String(row['status'])),
      ],
      [
        'evaluationState=RETRACTED&evaluationState=PENDING',
        (row) => ['RETRACTED', 'PENDING'].includes(String(row['status'])),
      ],
      ['isReleased=false', (row) => row['released_at'] === null || String(row['released_at']) > present],
      [
        `formContextId=${sample['form_context_id']}`,
        (row) => row['form_context_id'] === sample['form_context_id'],
      ],
      [`queueId=${queue}`, (row) => row['queue_id'] === queue],
      [
        `startTime=${from}&endTime=${to}`,
        (row) => String(row['assigned_at']) >= from && String(row['assigned_at']) < to,
      ],
      ['agentHasRead=true', (row) => row['agent_has_read'] === true],
    ];
    for (const [parameters, matches] of cases) {
      const expected = idsWhere((row) => row['evaluator_id'] === evaluator && matches(row));
      expect(expected.length, parameters).toBeGreaterThan(0);
      const listing = await query(`evaluatorUserId=${evaluator}&pageSize=100&${parameters}`);
      expect(ids(seen(listing)), parameters).toEqual(expected);
    }
  });

  it('leaves people who were deleted out unless it is asked to include them', async () => {
    const gone = users.filter((user) => user['state'] === 'deleted').map((user) => user['user_id']);
    const row = rows.find((each) => gone.includes(each['agent_id'])) ?? {};
    const path = `/api/v2/quality/evaluations/query?conversationId=${row['conversation_id']}`;
    expect((await api.get<Listing>(path)).entities).toEqual([]);
    expect((await api.get<Listing>(`${path}&includeDeletedUsers=true`)).entities).toHaveLength(1);
  });

  it('carries totals only when asked to, and never single answers', async () => {
    const parameters = `conversationId=${sample['conversation_id']}`;
    const [plain, totals] = [
      await query(parameters),
      await query(`${parameters}&expandAnswerTotalScores=true`),
    ];
    expect(plain.entities[0]).not.toHaveProperty('answers');
    const answers = totals.entities.find(({ id }) => id === sample['evaluation_id'])?.['answers'] as Row;
    expect(answers).toMatchObject({ totalScore: sample['total_score'] });
    for (const group of answers['questionGroupScores'] as Row[])
      expect(group).not.toHaveProperty('questionScores');
  });

  it('is paged through by its links', async () => {
    const evaluator = sample['evaluator_id'];
    const found: Entity[] = [];
    let uri: string | undefined =
      `/api/v2/quality/evaluations/query?evaluatorUserId=${evaluator}&pageSize=20&includeDeletedUsers=true`;
    let pages = 0;
    while (uri !== undefined) {
      const page: Listing = await api.get<Listing>(uri);
      pages += 1;
      expect([page.pageNumber, page.pageSize, page.entities.length <= 20]).toEqual([pages, 20, true]);
      found.push(...page.entities);
      uri = page.nextUri;
    }
    expect(pages).toBeGreaterThan(2);
    expect(ids(found)).toEqual(ids((await query(`evaluatorUserId=${evaluator}&pageSize=100`)).entities));
    expect((await query(`evaluatorUserId=${evaluator}&maximum=7`)).entities).toHaveLength(7);
  });

  it('says truthfully how many there are only up to a thousand', async () => {
    const many = await openSimulator({ evaluations: 12_000 });
    try {
      const evaluator = rows.find((row) => row['evaluator_id'] !== null)?.['evaluator_id'];
      const path = `/api/v2/quality/evaluations/query?evaluatorUserId=${evaluator}&pageSize=100&pageNumber=11`;
      const listing = await many.api.get<Listing>(path);
      expect([listing.total, listing.pageCount, listing.entities.length]).toEqual([1_000, 10, 100]);
      expect(listing.nextUri).toBeDefined();
    } finally {
      await many.close();
    }
  });
});

describe('forms', () => {
  const path = '/api/v2/quality/forms/evaluations';
  interface Form extends Entity {
    contextId: string;
    questionGroups?: { id: string; contextId: string; questions: { id: string; contextId: string }[] }[];
  }
  const published = () => api.get<Listing<Form>>('/api/v2/quality/publishedforms/evaluations?pageSize=100');

  it('are listed without questions, and as if none was published', async () => {
    const { entities, total } = await api.get<Listing<Form>>(path);
    expect(total).toBe(4);
    for (const form of entities) {
      expect(form['published']).toBe(false);
      expect(form).not.toHaveProperty('questionGroups');
    }
    const name = entities[0]?.['name'];
    const narrowed = await api.get<Listing<Form>>(
      `${path}?name=${encodeURIComponent(String(name).slice(1, 6).toUpperCase())}`,
    );
    expect(narrowed.entities.map((form) => form['name'])).toContain(name);
    const sorted = await api.get<Listing<Form>>(`${path}?sortOrder=desc`);
    expect(ids(sorted.entities)).toEqual(ids(entities));
    expect(sorted.entities[0]?.id).not.toBe(entities[0]?.id);
  });

  it('have versions: other ids all the way down, the same context ids', async () => {
    const { entities } = await published();
    const contexts = new Set(entities.map(({ contextId }) => contextId));
    expect([entities.length, contexts.size]).toEqual([11, 4]);
    for (const contextId of contexts) {
      const known = entities.filter((form) => form.contextId === contextId);
      const versions = await api.get<Listing<Form>>(`${path}/${known[0]?.id}/versions`);
      expect(ids(versions.entities)).toEqual(ids(known));
      const dates = versions.entities.map(({ modifiedDate }) => modifiedDate);
      expect(dates).toEqual([...dates].sort());
      const read = await Promise.all(versions.entities.map(({ id }) => api.get<Form>(`${path}/${id}`)));
      const questions = read.map((form) => (form.questionGroups ?? []).flatMap((group) => group.questions));
      const questionIds = questions.flat().map(({ id }) => id);
      expect(new Set(questionIds).size).toBe(questionIds.length);
      const [first, last] = [questions[0], questions.at(-1)].map((list) =>
        list?.map((each) => each.contextId),
      );
      expect(first?.filter((each) => last?.includes(each)).length).toBeGreaterThan(3);
    }
  });

  it('are read in bulk, by version and by context', async () => {
    const { entities } = await published();
    const wanted = entities.slice(0, 3).map(({ id }) => id);
    const bulk = await api.get<Listing<Form>>(`${path}/bulk?id=${wanted.join(',')},unknown`);
    expect(bulk.entities.map(({ id }) => id)).toEqual(wanted);
    for (const form of bulk.entities) expect(form).toEqual(await api.get(`${path}/${form.id}`));
    const latest = await api.get<Listing<Form>>(
      '/api/v2/quality/publishedforms/evaluations?onlyLatestPerContext=true',
    );
    const contexts = latest.entities.map(({ contextId }) => contextId);
    const byContext = await api.get<Form[]>(`${path}/bulk/contexts?contextId=${contexts.join(',')}`);
    expect(ids(byContext)).toEqual(ids(latest.entities));
    expect(byContext[0]?.questionGroups?.length).toBeGreaterThan(1);
  });

  it('that are published only later are not there yet', async () => {
    const early = await openSimulator({ evaluations: 10, now: '2026-09-02T00:00:00Z' });
    try {
      const { total } = await early.api.get<Listing>('/api/v2/quality/publishedforms/evaluations');
      expect(total).toBe(4);
      for (const { id, modifiedDate, published: state } of (await published()).entities) {
        expect(state).toBe(true);
        const { status } = await early.api.send('GET', `${path}/${id}`);
        expect(status).toBe(String(modifiedDate) < '2026-09-02' ? 200 : 404);
      }
      await early.control('POST', 'clock', { set: span.to });
      const later = await early.signIn(early.simulator);
      expect((await later.get<Listing>('/api/v2/quality/publishedforms/evaluations')).total).toBe(11);
    } finally {
      await early.close();
    }
  });
});

describe('calibrations', () => {
  const path = '/api/v2/quality/calibrations';

  it('are listed by calibrator, and read with a name of one side', async () => {
    const [known = {}] = await truth('calibrations');
    const listing = await api.get<Listing>(`${path}?calibratorId=${known['calibrator_id']}`);
    const expected = {
      id: known['calibration_id'],
      calibrator: expect.objectContaining({ id: known['calibrator_id'] }),
      conversation: { id: known['conversation_id'] },
      averageScore: known['average_score'],
      highScore: known['high_score'],
      lowScore: known['low_score'],
      scoringIndex: { id: known['scoring_index_evaluation_id'] },
    };
    expect(listing.entities).toEqual([expect.objectContaining(expected)]);
    for (const side of ['calibrator', 'conversation']) {
      const read = await api.get<Row>(`${path}/${known['calibration_id']}?${side}Id=${known[`${side}_id`]}`);
      expect(read).toMatchObject(expected);
      expect(ids(read['evaluations'] as Row[])).toEqual(
        ids(
          calibrated.filter((row) => row['calibration_id'] === known['calibration_id']),
          'evaluation_id',
        ),
      );
    }
    await api.refused(404, 'GET', `${path}/${known['calibration_id']}?calibratorId=somebody`);
    const { entities } = await api.get<Listing>(
      `${path}?calibratorId=${known['calibrator_id']}&startTime=2026-10-10T00:00:00Z`,
    );
    expect(entities).toEqual([]);
  });

  it('are no evaluations of agents, but marked as what they are', async () => {
    const { ids: finished } = await control<{ ids: string[] }>('GET', 'pick?kind=finished&n=10000');
    for (const row of calibrated) {
      expect(finished).not.toContain(row['evaluation_id']);
      expect(await api.get(readPath(row))).toMatchObject({
        calibration: { id: row['calibration_id'] },
        isScoringIndex: row['is_scoring_index'],
      });
    }
    expect(calibrated.length).toBeGreaterThan(2);
  });
});

describe('activity', () => {
  it('of agents counts and averages, and says what divisions hide', async () => {
    const { entities } = await api.get<Listing<Row>>('/api/v2/quality/agents/activity?pageSize=500');
    for (const entity of entities) {
      const { id } = entity['agent'] as Entity;
      const finished = rows.filter((row) => row['agent_id'] === id && row['status'] === 'FINISHED');
      const done = rows.filter(
        (row) => row['agent_id'] === id && !['PENDING', 'INPROGRESS'].includes(String(row['status'])),
      );
      const scores = finished.flatMap((row) =>
        row['total_score'] === null ? [] : [Number(row['total_score'])],
      );
      expect(entity['numEvaluations']).toBe(done.length);
      if (scores.length === 0) continue;
      expect(entity['averageEvaluationScore']).toBe(
        Math.round(scores.reduce((sum, score) => sum + score, 0) / scores.length),
      );
      expect(entity['highestEvaluationScore']).toBe(Math.round(Math.max(...scores)));
    }
    const own = entities.reduce((sum, each) => sum + Number(each['numEvaluationsWithoutViewPermission']), 0);
    const everything = await shared.truth('evaluations', { clientId: auditor.clientId });
    const everyCalibrated = await shared.truth('calibration_evaluations', { clientId: auditor.clientId });
    expect(own).toBe(everything.length + everyCalibrated.length - all.length);
    expect(own).toBeGreaterThan(0);
  });

  it('of agents is narrowed by agent, name and time', async () => {
    const [row = {}] = rows;
    const path = '/api/v2/quality/agents/activity';
    const one = await api.get<Listing<Row>>(`${path}?agentUserId=${row['agent_id']}`);
    expect(one.entities.map((each) => (each['agent'] as Entity).id)).toEqual([row['agent_id']]);
    const name = encodeURIComponent(String(row['agent_name']));
    const named = await api.get<Listing<Row>>(`${path}?name=${name}`);
    expect(new Set(named.entities.map((each) => (each['agent'] as Entity)['name']))).toEqual(
      new Set([row['agent_name']]),
    );
    const none = await api.get<Listing<Row>>(
      `${path}?startTime=2026-10-15T00:00:00Z&endTime=2026-10-16T00:00:00Z`,
    );
    expect(none.entities).toEqual([]);
  });

  it('of evaluators tells calibrations apart', async () => {
    const { entities } = await api.get<Listing<Row>>('/api/v2/quality/evaluators/activity?pageSize=500');
    for (const entity of entities) {
      const { id } = entity['evaluator'] as Entity;
      const count = (list: Row[], ...stages: string[]) =>
        list.filter((row) => row['evaluator_id'] === id && stages.includes(String(row['status']))).length;
      expect(entity).toMatchObject({
        numEvaluationsAssigned: count(rows, 'PENDING'),
        numEvaluationsStarted: count(rows, 'INPROGRESS'),
        numEvaluationsCompleted: count(rows, 'FINISHED', 'INREVIEW', 'RETRACTED'),
        numCalibrationsCompleted: count(calibrated, 'FINISHED'),
      });
    }
    expect(entities).toHaveLength(8);
  });
});
