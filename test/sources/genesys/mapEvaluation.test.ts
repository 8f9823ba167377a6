import { describe, expect, test } from 'vitest';
import { TidemarkError } from '../../../model/errors.js';
import { mapEvaluation } from '../../../sources/genesys/published/mapEvaluation.js';
import { context, extractedAt, finished, form, formBody, pending, recordOf } from './fixtures.js';
import { expectRegistered, only } from './rows.js';

const evaluationRow = (...given: Parameters<typeof mapEvaluation>) =>
  only(mapEvaluation(...given).evaluations);
const map = (body: typeof finished, pinned = form()) => mapEvaluation(recordOf(body), pinned, context);
const answersOf = (body = finished, pinned: ReturnType<typeof form> | undefined = form()) =>
  new Map(
    (mapEvaluation(recordOf(body), pinned, context).evaluation_answers ?? []).map((row) => [
      row.question_id,
      row,
    ]),
  );

describe('a finished evaluation', () => {
  const rows = map(finished);

  test('gives rows as the registry has them', () => {
    expectRegistered(rows);
    expect(Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.length]))).toEqual({
      evaluations: 1,
      evaluation_group_scores: 2,
      evaluation_answers: 6,
      evaluation_history: 1,
    });
  });

  test('says who, what and when', () => {
    expect(only(rows.evaluations)).toMatchObject({
      connection: 'emea',
      source_system: 'genesys',
      batch_id: 'batch-1',
      extracted_at: extractedAt,
      evaluation_id: 'evaluation-1',
      conversation_id: 'conversation-1',
      agent_id: 'agent-1',
      evaluator_id: 'evaluator-1',
      queue_id: 'queue-1',
      status: 'FINISHED',
      revision: 2,
      retracted_evaluation_id: 'evaluation-0',
      is_automated: false,
      division_ids: '["division-1","division-2"]',
      media_types: '["CALL","MESSAGE"]',
      form_name: 'Service quality',
      form_version: '2026-01-15T09:30:00.000Z',
      score_version_locked: true,
      score_calculation_status: 'final',
      changed_at: '2026-03-04T10:00:00.123Z',
      released_at: '2026-03-04T10:00:00.000Z',
      evaluation_month: '2026-02-01',
      raw: JSON.stringify(finished),
    });
  });

  test('says what had it made, who it was handed to, and of which mail it is', () => {
    const told = {
      ...finished,
      dateAssigneeChanged: '2026-03-02T09:00:00Z',
      evaluationSource: { id: 'policy-1', name: 'Two calls a week', type: 'Policy' },
      hasAssistanceFailed: true,
      resourceId: 'mail-1',
      resourceType: 'EMAIL',
    };
    expect(evaluationRow(recordOf(told), form(), context)).toMatchObject({
      assignee_id: 'evaluator-1',
      assignee_changed_at: '2026-03-02T09:00:00.000Z',
      evaluation_source_id: 'policy-1',
      evaluation_source_name: 'Two calls a week',
      evaluation_source_type: 'Policy',
      has_assistance_failed: true,
      resource_id: 'mail-1',
      resource_type: 'EMAIL',
    });
  });

  test("keeps the source's score beside the recomputed one", () => {
    expect(only(rows.evaluations)).toMatchObject({
      total_score: 87.5,
      recomputed_score: 87.5,
      normalized_score: 87.5,
      score_parity: 'equal',
    });
  });

  test('keeps each version of itself in the history', () => {
    const row = only(rows.evaluations);
    const history = only(rows.evaluation_history);
    expect(history).toMatchObject({ content_hash: row.content_hash, change_stamp: row.change_stamp });
    expect(JSON.parse(history.answers)).toHaveLength(6);
  });
});

describe('answers', () => {
  test('of a choice have the texts of the very form version', () => {
    expect(answersOf().get('greeting')).toMatchObject({
      question_text: 'Was the customer greeted?',
      question_context_id: 'ctx-greeting',
      group_name: 'Service',
      group_weight: 40,
      question_index: 0,
      is_critical: true,
      is_kill: false,
      answer_id: 'greeting-yes',
      answer_context_id: 'ctx-greeting-yes',
      answer_text: 'Yes',
      answer_value: 2,
      score: 2,
      max_score: 2,
      comments: 'Friendly',
      selected_options: null,
    });
  });

  test('of several choices list what was ticked, in the order of the form', () => {
    const row = answersOf().get('steps');
    expect(row).toMatchObject({ answer_text: 'Verified; Offered help', score: 3, max_score: 4 });
    expect(JSON.parse(row?.selected_options ?? '')).toEqual([
      { optionId: 'steps-verify', contextId: 'ctx-steps-verify', text: 'Verified', value: 1 },
      { optionId: 'steps-offer', contextId: 'ctx-steps-offer', text: 'Offered help', value: 2 },
    ]);
  });

  test('say what automated scoring proposed, also where that was not applicable', () => {
    const explanation = 'The customer asked for no refund.';
    const aiAnswer = { explanation, markedNotApplicable: true };
    const body = structuredClone(finished);
    const refund = body.answers.questionGroupScores[1]?.questionScores[2];
    Object.assign(refund ?? {}, { aiAnswer });
    expect(answersOf(body).get('refund')).toMatchObject({
      ai_answer_id: null,
      ai_explanation: explanation,
      ai_marked_na: true,
    });
    expect(answersOf(body).get('greeting')).toMatchObject({ ai_marked_na: null });
  });

  test('in free text give no points', () => {
    expect(answersOf().get('remarks')).toMatchObject({
      max_score: null,
      answer_id: null,
      answer_text: null,
      comments: 'Called twice before',
    });
  });

  test('that do not apply say by whose word', () => {
    expect(answersOf().get('upsell')).toMatchObject({ marked_na: true, system_marked_na: false });
    expect(answersOf().get('refund')).toMatchObject({ marked_na: false, system_marked_na: true });
  });
});

describe('a group that does not apply', () => {
  const [service, knowledge] = finished.answers.questionGroupScores;
  const bodyWith = (mark: object) =>
    ({
      ...finished,
      answers: {
        ...finished.answers,
        totalScore: 100,
        questionGroupScores: [{ ...service, ...mark }, knowledge],
      },
    }) as typeof finished;

  test.each([
    [{ markedNA: true }, { marked_na: true, system_marked_na: false }],
    [{ systemMarkedNA: true }, { marked_na: false, system_marked_na: true }],
  ])('with %j takes its questions out of the score, and their answers say so', (mark, said) => {
    const body = bodyWith(mark);
    expect(only(map(body).evaluations)).toMatchObject({ recomputed_score: 100, score_parity: 'equal' });
    const answers = answersOf(body);
    for (const question of ['greeting', 'steps', 'remarks'])
      expect(answers.get(question)).toMatchObject(said);
    expect(answers.get('correct')).toMatchObject({ marked_na: false, system_marked_na: false });
  });

  test('leaves the answers of a calibration out as well', () => {
    const body = { ...bodyWith({ markedNA: true }), calibration: { id: 'calibration-1' } };
    const answers = map(body).calibration_answers?.filter(({ question_group_id: id }) => id === 'service');
    expect(answers?.map(({ marked_na }) => marked_na)).toEqual([true, true, true]);
  });
});

test('without scaling all points count the same', () => {
  const flat = form({ ...formBody, weightMode: 'OFF' });
  const row = only(map(finished, flat).evaluations);
  expect(row).toMatchObject({ recomputed_score: 90, score_parity: 'different', total_score: 87.5 });
});

test.each([undefined, null])('a form that says %s of scaling is scored by its weights', (weightMode) => {
  const row = only(map(finished, form({ ...formBody, weightMode })).evaluations);
  expect(row).toMatchObject({ recomputed_score: 87.5, score_parity: 'equal' });
});

test('groups without weights count by their points', () => {
  const questionGroups = formBody.questionGroups.map(({ weight: _, ...group }) => group);
  const row = only(map(finished, form({ ...formBody, weightMode: undefined, questionGroups })).evaluations);
  expect(row).toMatchObject({ recomputed_score: 90 });
});

test('a failed fatal question may set the total to zero, which is said and not corrected', () => {
  const body = {
    ...finished,
    answers: { ...finished.answers, totalScore: 0, anyFailedKillQuestions: true },
  };
  expect(only(map(body).evaluations)).toMatchObject({
    total_score: 0,
    recomputed_score: 87.5,
    score_parity: 'fatal_zero',
    any_failed_kill_questions: true,
  });
});

test('a pending evaluation has no answers and no score', () => {
  const rows = mapEvaluation(recordOf(pending), form(), context);
  expectRegistered(rows);
  expect(rows.evaluation_answers).toEqual([]);
  expect(only(rows.evaluations)).toMatchObject({
    status: 'PENDING',
    total_score: null,
    recomputed_score: null,
    score_parity: 'not_scored',
    division_ids: '[]',
    evaluation_month: '2026-03-01',
  });
});

describe('an evaluation in progress', () => {
  const [service, knowledge] = finished.answers.questionGroupScores;
  const inProgress = (questionScores: object[], answers: object = {}) => ({
    ...finished,
    status: 'INPROGRESS',
    answers: { questionGroupScores: [{ questionGroupId: 'service', questionScores }], ...answers },
  });
  const greeting = { questionId: 'greeting', answerId: 'greeting-yes', score: 2 };

  test.each([
    ['no word of it', { questionId: 'steps' }, 100],
    ['a comment', { questionId: 'steps', comments: 'To be seen' }, 100],
    ['none of its options', { questionId: 'steps', score: 0 }, 33.33],
    ['an option that is not counted yet', { questionId: 'correct', answerId: 'correct-yes' }, 100],
  ])('is scored by what was answered, another question having %s', (_, other, score) => {
    const row = evaluationRow(recordOf(inProgress([greeting, other])), form(), context);
    expect(row.normalized_score).toBeCloseTo(score, 1);
  });

  test('without a total of the source has nothing to compare', () => {
    const row = evaluationRow(recordOf(inProgress([greeting])), form(), context);
    expect(row).toMatchObject({ total_score: null, score_parity: 'not_scored' });
  });

  test('with a total is compared by it', () => {
    const body = inProgress([], { totalScore: 40, questionGroupScores: [service, knowledge] });
    expect(evaluationRow(recordOf(body), form(), context)).toMatchObject({ score_parity: 'different' });
  });
});

test('an automated evaluation has no evaluator', () => {
  const { evaluator: _, ...body } = finished;
  const record = recordOf(body, { isAutomated: true });
  expect(evaluationRow(record, form(), context)).toMatchObject({
    is_automated: true,
    evaluator_id: null,
    evaluator_name: null,
  });
});

test.each([
  [{ pending: true }, 'pending', null],
  [{ failureType: 'QuotaReached', pending: false }, 'failed', 'QuotaReached'],
  [{ pending: false }, 'final', null],
])('automated scoring %o is %s', (aiScoring, status, failure) => {
  const row = evaluationRow(recordOf({ ...finished, aiScoring } as typeof finished), form(), context);
  expect(row).toMatchObject({ score_calculation_status: status, ai_failure_type: failure });
});

test('an evaluation inside a calibration never reaches the tables of agents', () => {
  const body = { ...finished, calibration: { id: 'calibration-1' }, isScoringIndex: true };
  const rows = map(body);
  expectRegistered(rows);
  expect(Object.keys(rows).sort()).toEqual(['calibration_answers', 'calibration_evaluations']);
  expect(only(rows.calibration_evaluations)).toMatchObject({
    calibration_id: 'calibration-1',
    is_scoring_index: true,
  });
  expect(rows.calibration_answers).toHaveLength(6);
});

test('without its form version an evaluation is loaded without texts and says so', () => {
  const rows = mapEvaluation(recordOf(finished), undefined, context);
  expectRegistered(rows);
  expect(only(rows.evaluations)).toMatchObject({
    score_version_locked: false,
    form_id: 'form-v3',
    form_name: null,
    total_score: 87.5,
    recomputed_score: null,
    score_parity: 'not_scored',
  });
  expect(rows.evaluation_answers?.every((row) => row.question_text === null && row.max_score === null)).toBe(
    true,
  );
});

test('status is written in one casing', () => {
  expect(only(map({ ...finished, status: 'InReview' }).evaluations).status).toBe('INREVIEW');
});

describe('the month', () => {
  const monthOf = (body: { id: string }) => evaluationRow(recordOf(body), form(), context).evaluation_month;
  const { conversationDate: _, ...undated } = finished;
  const { createdDate: __, ...timeless } = undated;

  test.each([
    ['conversation', finished, '2026-02-01'],
    ['creation', undated, '2026-03-01'],
    ['neither', timeless, '1970-01-01'],
  ])('is that of the %s', (name, body, month) => {
    expect(monthOf(body), name).toBe(month);
  });

  test.each([
    ['known', finished],
    ['unknown', timeless],
  ])('stays when an evaluation changes, the time of its conversation being %s', (_name, body) => {
    const later = {
      ...body,
      changedDate: '2026-07-04T00:00:00.000Z',
      submittedDate: '2026-07-04T00:00:00.000Z',
      releaseDate: '2026-07-04T00:00:00.000Z',
    };
    expect(monthOf(later)).toBe(monthOf(body));
  });

  test('is that of UTC', () => {
    expect(
      monthOf({ ...finished, conversationDate: '2026-02-28T23:30:00.000-05:00' } as typeof finished),
    ).toBe('2026-03-01');
  });
});

describe('the content hash', () => {
  const hashOf = (body: { id: string; changedDate?: string }, automated: boolean | null = false) =>
    evaluationRow(recordOf(body, { isAutomated: automated }), form(), context).content_hash;

  test('is that of the same evaluation read by id, which leaves out names and says null for what is absent', () => {
    const [service, knowledge] = finished.answers.questionGroupScores;
    const readById = {
      ...finished,
      evaluationForm: { ...finished.evaluationForm, name: 'Service quality', published: true },
      evaluator: { id: 'evaluator-1', selfUri: '/api/v2/users/evaluator-1' },
      agent: { id: 'agent-1' },
      queue: { id: 'queue-1' },
      divisionIds: ['division-1', 'division-2'],
      mediaType: ['CALL', 'MESSAGE'],
      revisionCreatedDate: null,
      conversationDate: '2026-02-27T23:30:00Z',
      authorizedActions: ['view'],
      answers: { ...finished.answers, questionGroupScores: [knowledge, service] },
    };
    expect(hashOf(readById, null)).toBe(hashOf(finished));
  });

  test.each([
    ['a comment', { answers: { ...finished.answers, comments: 'Rather well done' } }],
    ['the release', { releaseDate: '2026-03-05T10:00:00.000Z' }],
    ['a sign-off', { agentHasRead: false }],
    ['the status', { status: 'RETRACTED' }],
    ['the assignee', { assignee: { id: 'evaluator-2' } }],
  ])('changes with %s', (_, change) => {
    expect(hashOf({ ...finished, ...change })).not.toBe(hashOf(finished));
  });

  describe('inside a calibration', () => {
    const inside = { ...finished, calibration: { id: 'calibration-1' }, isScoringIndex: false };
    const hashInside = (body: object, more: Parameters<typeof recordOf>[1] = {}) =>
      only(mapEvaluation(recordOf({ ...inside, ...body }, more), form(), context).calibration_evaluations)
        .content_hash;

    test.each([
      ['the calibration', { calibration: { id: 'calibration-2' } }],
      ['being the reference of the others', { isScoringIndex: true }],
      ['an answer', { answers: { ...finished.answers, totalScore: 80 } }],
    ])('changes with %s', (_, change) => {
      expect(hashInside(change)).not.toBe(hashInside({}));
    });

    test('stays when it is only read again', () => {
      const again = { extractedAt: '2026-05-01T00:00:00.000Z', isAutomated: null };
      expect(hashInside({ changedDate: finished.changedDate }, again)).toBe(hashInside({}));
    });
  });
});

describe('a known field of another type', () => {
  test.each([
    ['status', { ...finished, status: 'LOST' }, /evaluation evaluation-1: status/u],
    ['a score', { ...finished, answers: { ...finished.answers, totalScore: '87' } }, /answers\.totalScore/u],
    ['a date', { ...finished, submittedDate: '03/04/2026' }, /submittedDate/u],
    [
      'a question without id',
      {
        ...finished,
        answers: { questionGroupScores: [{ questionGroupId: 'service', questionScores: [{ score: 1 }] }] },
      },
      /answers\.questionGroupScores\.0\.questionScores\.0\.questionId/u,
    ],
  ])('is a SchemaMismatch that names it: %s', (_, body, names) => {
    const attempt = () => mapEvaluation(recordOf(body as typeof finished), form(), context);
    expect(attempt).toThrow(TidemarkError);
    expect(attempt).toThrow(expect.objectContaining({ kind: 'SchemaMismatch' }));
    expect(attempt).toThrow(names);
  });

  test('is named in the form, too', () => {
    const broken = form({ ...formBody, weightMode: 'HEAVY' });
    expect(() => map(finished, broken)).toThrow(/form version form-v3: weightMode/u);
  });
});
