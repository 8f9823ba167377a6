/** The adapter against the simulated organisation: what it says, it says as the truth has it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SurveyState, TruthTable, Viewer } from '../../../simulator/organisation/organisation.js';
import type { Simulator } from '../../../simulator/server.js';
import { notCarried, notCarriedByAssessments } from '../../../sources/genesys/guide/notCarried.js';
import { compareWithTruth as compare, keyOf, type AnyRow } from '../truthRows.js';
import {
  clientOf,
  context,
  everything,
  openSimulator,
  pagesOf,
  recordsOf,
  rowsOf,
  sourceOf,
  span,
} from './simulatedGuide.js';

/** Machines that do much else at the same time. */
const slow = 60_000;

type Rows = Awaited<ReturnType<typeof rowsOf>>;

let simulator: Simulator;
let viewer: Viewer;
beforeAll(async () => {
  simulator = await openSimulator({ evaluations: 500 });
  const { organisation } = simulator;
  const restricted = new Set(organisation.restrictedDivisionIds);
  const granted = organisation.divisions().flatMap(({ id }) => (restricted.has(id) ? [] : [id]));
  viewer = { divisionIds: new Set(granted) };
});
afterAll(() => simulator.close());

const truthOf = (table: TruthTable): AnyRow[] => [...simulator.organisation.truth(table, viewer)];

describe('evaluations', () => {
  let rows: Rows;
  beforeAll(async () => {
    const source = sourceOf(simulator, { name: 'evaluations', discovery: 'lists' });
    rows = await rowsOf(source, await recordsOf(source, everything));
  }, slow);

  test.each([
    'evaluations',
    'evaluation_group_scores',
    'evaluation_answers',
    'calibration_evaluations',
    'calibration_answers',
    'forms',
  ] as const)('are all there, with everything that is carried of %s', (table) => {
    const truth = truthOf(table);
    expect(truth.length).toBeGreaterThan(0);
    expect(rows[table]).toHaveLength(truth.length);
    expect(compare(table, rows[table], truth, notCarried[table])).toEqual({ different: {}, missing: [] });
  });

  // Options of a multiple select question are answers here, and questions of their own in the published contract.
  test.each(['form_questions', 'form_answer_options'] as const)('have templates with their %s', (table) => {
    const parents = new Set(
      truthOf('form_questions').flatMap((row) =>
        row['parent_question_id'] === null ? [] : [row['question_id']],
      ),
    );
    const truth = truthOf(table).filter((row) => !parents.has(row['question_id']));
    expect(truth.length).toBeGreaterThan(0);
    expect(compare(table, rows[table], truth, notCarried[table])).toEqual({ different: {}, missing: [] });
  });

  test('what is carried in part is true where it is carried', () => {
    const truth = new Map(
      truthOf('evaluation_answers').map((row) => [keyOf('evaluation_answers', row), row]),
    );
    let notApplicable = 0;
    for (const row of rows.evaluation_answers) {
      const theirs = truth.get(keyOf('evaluation_answers', row)) ?? {};
      if (row['score'] !== null) expect(row['score']).toBe(theirs['score']);
      expect(row['marked_na']).toBe(theirs['marked_na'] === true || theirs['system_marked_na'] === true);
      if (row['marked_na'] === true) notApplicable += 1;
    }
    expect(notApplicable).toBeGreaterThan(0);
    const evaluations = new Map(truthOf('evaluations').map((row) => [row['evaluation_id'], row]));
    for (const { evaluation_id: id, score_parity: parity, released_at: released } of rows.evaluations) {
      const theirs = evaluations.get(id) ?? {};
      expect(parity).toBe(theirs['score_parity'] === 'fatal_zero' ? 'different' : theirs['score_parity']);
      if (released !== null) expect(released).toBe(theirs['released_at']);
    }
  });

  test('have rows of the same content when they are read by id', async () => {
    const source = sourceOf(simulator, { name: 'evaluations', discovery: 'lists' });
    for (const row of rows.evaluations.slice(0, 8)) {
      const lookup = await source.lookup(
        {
          kind: 'evaluation',
          id: String(row['evaluation_id']),
          locator: String(row['conversation_id']),
          changedAt: '',
          isAutomated: null,
          reason: 'requested',
        },
        context,
      );
      if (lookup.outcome !== 'found') throw new Error(`expected to find ${String(row['evaluation_id'])}`);
      const [again] = (await rowsOf(source, [lookup.record])).evaluations;
      expect(again?.['content_hash']).toBe(row['content_hash']);
    }
  });

  test('are found by their conversations, too: the finished ones of those that started in the window', async () => {
    const source = sourceOf(simulator, { name: 'evaluations', discovery: 'conversation-details' });
    const week = { start: '2026-09-08T00:00:00.000Z', end: '2026-09-18T00:00:00.000Z' };
    const found = (await pagesOf(source, week)).flatMap(({ references }) => references.map(({ id }) => id));
    const isIn = ({ conversation_start: start }: AnyRow) =>
      String(start) >= week.start && String(start) < week.end;
    const expected = [...truthOf('evaluations'), ...truthOf('calibration_evaluations')]
      .filter((row) => row['status'] === 'FINISHED' && isIn(row))
      .map((row) => row['evaluation_id']);
    expect(expected.length).toBeGreaterThan(20);
    expect(found.sort()).toEqual(expected.sort());
  });
});

describe('assessments', () => {
  test.each(['each', 'all'] as const)(
    'of divisions %s are all evaluations, scored by the weights of their form versions',
    async (divisions) => {
      const source = sourceOf(simulator, { name: 'assessments', divisions });
      const rows = await rowsOf(source, await recordsOf(source, everything));
      const { evaluations: silent, evaluation_answers: silentAnswers } = notCarriedByAssessments;
      const truth = truthOf('evaluations');
      expect(rows.evaluations).toHaveLength(truth.length);
      expect(compare('evaluations', rows.evaluations, truth, silent)).toEqual({ different: {}, missing: [] });
      const answers = truthOf('evaluation_answers');
      expect(rows.evaluation_answers).toHaveLength(answers.length);
      expect(compare('evaluation_answers', rows.evaluation_answers, answers, silentAnswers)).toEqual({
        different: {},
        missing: [],
      });
    },
  );

  test('are found where they were submitted', async () => {
    const source = sourceOf(simulator, { name: 'assessments', divisions: 'each' });
    const record = (await recordsOf(source, span))[5];
    if (record === undefined) throw new Error('there are assessments in the span');
    const submittedAt = (record.body as { dateSubmitted: string }).dateSubmitted;
    const reference = { ...record, changedAt: submittedAt, reason: 'requested' } as const;
    expect(await source.lookup(reference, context)).toMatchObject({
      outcome: 'found',
      record: { id: record.id, body: record.body },
    });
    expect(await source.lookup({ ...reference, id: 'unknown' }, context)).toMatchObject({ outcome: 'gone' });
  });
});

describe('surveys', () => {
  /** The finished survey that evaluations of a conversation carry. */
  const surveyOf = (conversationId: unknown): SurveyState | undefined =>
    simulator.organisation
      .surveysOfConversation(String(conversationId))
      .find(({ status }) => status === 'Finished');

  test('are those of every evaluation of a conversation whose customer answered', async () => {
    const source = sourceOf(simulator, { name: 'csat', label: 'CSat' });
    const rows = await rowsOf(source, await recordsOf(source, everything));
    const carriers = truthOf('evaluations').filter(
      (row) => row['submitted_at'] !== null && surveyOf(row['conversation_id']) !== undefined,
    );
    expect(carriers.length).toBeGreaterThan(20);
    expect(rows.surveys.map((row) => row['survey_id']).sort()).toEqual(
      carriers.map((row) => row['evaluation_id']).sort(),
    );
    for (const row of rows.surveys) {
      const survey = surveyOf(row['conversation_id']);
      const questions = survey?.groups.flatMap((group) => group.questions) ?? [];
      const values = questions.flatMap(({ value }) => value ?? []);
      const conversation = simulator.organisation.conversation(String(row['conversation_id']));
      expect(row).toMatchObject({
        is_enriched: true,
        agent_id: conversation?.agent.id,
        queue_id: conversation?.queue?.id ?? null,
        external_reference: conversation?.externalReference ?? null,
        csat_value:
          values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
        nps_score: survey?.npsScore ?? null,
      });
      const answers = rows.survey_answers.filter((answer) => answer['survey_id'] === row['survey_id']);
      expect(answers.map((answer) => answer['question_id']).sort()).toEqual(
        questions.map(({ id }) => id).sort(),
      );
      for (const { id, text, value, npsScore, freeText } of questions) {
        expect(answers.find((answer) => answer['question_id'] === id)).toMatchObject({
          question_text: text,
          answer_value: value ?? npsScore ?? null,
          answer_text: freeText ?? null,
        });
      }
    }
  });

  test('can be narrowed to some media', async () => {
    const source = sourceOf(simulator, { name: 'csat', label: 'csat', interactionTypes: ['email', 'chat'] });
    const rows = await rowsOf(source, await recordsOf(source, everything));
    expect(new Set(rows.surveys.map((row) => row['media_type']))).toEqual(new Set(['email', 'chat']));
  });

  test('of questions that are named are of these alone', async () => {
    const [question] = simulator.organisation.surveyForms()[0]?.questionGroups[0]?.questions ?? [];
    if (question === undefined) throw new Error('the survey form has questions');
    const source = sourceOf(simulator, { name: 'csat', label: 'none', questionIds: [question.id] });
    const rows = await rowsOf(source, await recordsOf(source, everything));
    expect(rows.surveys.length).toBeGreaterThan(0);
    expect(new Set(rows.survey_answers.map((row) => row['question_id']))).toEqual(new Set([question.id]));
  });
});

describe('feedback', () => {
  const entries = () =>
    [...simulator.organisation.feedbackBy('dateCreated', 0, simulator.clock.now() + 1)].filter(
      ({ divisionIds }) =>
        divisionIds.every((id) => viewer.divisionIds === 'all' || viewer.divisionIds.has(id)),
    );

  test('is all there, the deleted ones archived', async () => {
    const source = sourceOf(simulator, { name: 'feedback', deleted: 'archive' });
    const rows = await rowsOf(source, await recordsOf(source, everything));
    const expected = entries().map((entry) => ({
      feedback_id: entry.id,
      agent_id: entry.agent.id,
      author_id: entry.author.id,
      content: entry.content,
      tags: JSON.stringify([...entry.tags].sort()),
      status: entry.status,
      is_archived: entry.status === 'deleted',
      conversation_id: entry.conversationId ?? null,
      external_reference: entry.externalReference ?? null,
      created_at: new Date(entry.dateCreated).toISOString(),
      modified_at: new Date(entry.dateModified).toISOString(),
    }));
    expect(expected.some((row) => row.is_archived)).toBe(true);
    expect(expected.some((row) => row.status === 'draft')).toBe(true);
    const byId = (a: AnyRow, b: AnyRow) => (String(a['feedback_id']) < String(b['feedback_id']) ? -1 : 1);
    expect(rows.feedback.sort(byId)).toMatchObject(expected.sort(byId));
  });

  test('of each division on its own is the same', async () => {
    const read = async (divisions: 'all' | 'each') => {
      const source = sourceOf(simulator, { name: 'feedback', deleted: 'archive', divisions });
      return new Set((await recordsOf(source, everything)).map(({ id }) => id));
    };
    const each = await read('each');
    expect(each.size).toBeGreaterThan(3);
    expect(each).toEqual(await read('all'));
  });

  test('edited later is in the window of its edit', async () => {
    const edited = entries().find(({ dateCreated, dateModified }) => dateModified - dateCreated > 3_600_000);
    if (edited === undefined) throw new Error('some entry was edited');
    const at = edited.dateModified;
    const window = { start: new Date(at).toISOString(), end: new Date(at + 1).toISOString() };
    const records = await recordsOf(sourceOf(simulator, { name: 'feedback', deleted: 'archive' }), window);
    expect(records.map(({ id }) => id)).toEqual([edited.id]);
  });

  test('deleted, where it is not kept, is looked up and gone', async () => {
    const source = sourceOf(simulator, { name: 'feedback', deleted: 'drop' });
    const pages = await pagesOf(source, everything);
    const deleted = new Set(entries().flatMap(({ id, status }) => (status === 'deleted' ? [id] : [])));
    expect(pages.flatMap(({ records }) => records).some(({ id }) => deleted.has(id))).toBe(false);
    const references = pages.flatMap((page) => page.references);
    expect(new Set(references.map(({ id }) => id))).toEqual(deleted);
    const [reference] = references;
    if (reference === undefined) throw new Error('some entry was deleted');
    expect(await source.lookup(reference, context)).toMatchObject({ outcome: 'gone' });
  });
});

describe('what is hidden', () => {
  test('shows as divisions without records', async () => {
    const source = sourceOf(simulator, { name: 'assessments', divisions: 'each' });
    const findings = await source.auditVisibility(everything, context);
    const hidden = simulator.organisation.restrictedDivisionIds;
    for (const { aspect, subjectId, isVisible, records } of findings) {
      if (aspect !== 'division') expect({ isVisible, records }).toEqual({ isVisible: true, records: 0 });
      else if (hidden.includes(subjectId))
        expect({ isVisible, records }).toEqual({ isVisible: null, records: 0 });
    }
    expect(findings.filter(({ isVisible }) => isVisible === true).length).toBeGreaterThan(1);
  });
});

describe('the simulated sign-in', () => {
  test.each(['basic', 'form', 'json'] as const)(
    'takes credentials as %s, and says what they open',
    async (signIn) => {
      const scopes = await clientOf(simulator, { signIn }).grantedScopes(context);
      expect(scopes).toEqual(expect.arrayContaining(['quality:evaluation:read', 'division:read']));
    },
  );

  test('names the scope that is missing', async () => {
    const narrow = await openSimulator({ evaluations: 20, client: { scopes: ['division:read'] } });
    try {
      const source = sourceOf(narrow, { name: 'feedback', deleted: 'archive' });
      await expect(pagesOf(source, span)).rejects.toMatchObject({
        kind: 'Forbidden',
        message: expect.stringContaining('quality:feedback:read'),
      });
      const diagnosis = await source.diagnose(context);
      expect(diagnosis.permissions).toEqual([
        { permission: 'quality:feedback:read', held: false },
        { permission: 'division:read', held: true },
      ]);
    } finally {
      await narrow.close();
    }
  });
});
