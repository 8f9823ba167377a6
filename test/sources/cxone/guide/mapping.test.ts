import { describe, expect, test } from 'vitest';
import { mapAssessment } from '../../../../sources/cxone/guide/mapAssessment.js';
import { mapFeedback } from '../../../../sources/cxone/guide/mapFeedback.js';
import { mapRubric } from '../../../../sources/cxone/guide/mapRubric.js';
import type { SourceForm } from '../../../../sources/source.js';
import { expectRegistered, only } from '../../genesys/rows.js';
import { assessmentBody, feedbackBody, mapping, recordOf, rubric, rubricBody } from './fixtures.js';

const pinned = rubric();
const mapWith = (form: SourceForm | undefined, more: object = {}) =>
  mapAssessment(recordOf('evaluation', assessmentBody(more)), form, mapping);
const map = (more: object = {}) => mapWith(pinned, more);

describe('an assessment', () => {
  test('has the columns of the registry, whatever the contract leaves out', () => {
    expectRegistered(map());
    expectRegistered(
      map({
        ...{ rubricId: undefined, qualityScore: null, agentId: null, evaluatorId: undefined, comments: null },
        ...{ interactionId: null, siteId: null, queueId: undefined, answers: null },
      }),
    );
    expectRegistered(mapWith(undefined));
  });

  test('is an evaluation with the raw score, and one of the weights of its rubric', () => {
    const rows = map();
    expect(only(rows.evaluations)).toMatchObject({
      source_system: 'cxone',
      evaluation_id: 'assessment-1',
      status: 'FINISHED',
      score_calculation_status: 'final',
      agent_id: 'agent-1',
      evaluator_id: 'evaluator-1',
      conversation_id: 'interaction-1',
      division_ids: '["site-1"]',
      queue_id: 'queue-1',
      form_id: 'rubric-1',
      form_context_id: null,
      form_name: 'Service',
      form_version: '00000003',
      score_version_locked: true,
      // As it came.
      total_score: 62.5,
      // (1 * 3 + 2 * 1) of (2 * 3 + 2 * 1)
      recomputed_score: 62.5,
      normalized_score: 62.5,
      score_parity: 'equal',
      comments: 'Fine.',
      created_at: '2026-11-01T00:30:00.000Z',
      submitted_at: null,
      changed_at: '2026-11-01T12:00:00.000Z',
      change_stamp: '2026-11-01T12:00:00.000Z',
      evaluation_month: '2026-11-01',
    });
    expect(JSON.parse(only(rows.evaluations).raw)).toEqual(assessmentBody());
    const context = { evaluation_id: 'assessment-1', agent_id: 'agent-1', evaluation_month: '2026-11-01' };
    expect(rows.evaluation_answers).toMatchObject([
      {
        ...context,
        question_id: 'q1',
        question_text: 'Greeted?',
        question_group_id: 'Opening',
        group_name: 'Opening',
        group_weight: 3,
        question_index: 0,
        score: 1,
        max_score: 2,
        answer_text: 'Partly',
        comments: 'Late.',
        marked_na: false,
      },
      { question_id: 'q2', group_name: 'Service', question_index: 0, group_weight: 1, score: 2 },
      { question_id: 'q3', question_index: 1, score: null, marked_na: true, answer_text: null },
      { question_id: 'q4', question_index: 1, score: null, max_score: null, answer_text: 'Asked twice.' },
    ]);
    expect(only(rows.evaluation_history)).toMatchObject({ evaluation_id: 'assessment-1', total_score: 62.5 });
  });

  const [first, ...others] = rubricBody().questions;
  test.each<[string, SourceForm | undefined, object]>([
    [
      'of an unknown rubric has no weights, and no score but its own',
      undefined,
      {
        ...{ total_score: 62.5, normalized_score: null, score_parity: 'different' },
        ...{ score_version_locked: false, form_version: null, form_structure_hash: null },
      },
    ],
    [
      'with a scored question that the rubric lacks is scored without it, and not locked',
      rubric({ questions: [first] }),
      { normalized_score: 50, score_version_locked: false },
    ],
    [
      'with a question that the rubric lacks and that was not scored is locked',
      rubric({ questions: [first, ...others.slice(0, 1)] }),
      { normalized_score: 62.5, score_version_locked: true },
    ],
    [
      'of a rubric that does not weigh counts every point alike',
      rubric({ questions: rubricBody().questions.map((question) => ({ ...question, weight: 1 })) }),
      { normalized_score: 75, score_parity: 'different' },
    ],
  ])('%s', (_, form, expected) => {
    expect(only(mapWith(form).evaluations)).toMatchObject(expected);
  });

  test.each([
    ['nothing yet', null, [], { status: 'INPROGRESS', normalized_score: null, score_parity: 'not_scored' }],
    ['0', 0, assessmentBody().answers, { status: 'FINISHED', total_score: 0, score_parity: 'different' }],
    ['100', 100, [{ questionId: 'q1', score: 2 }], { status: 'FINISHED', score_parity: 'equal' }],
  ])('scored %s', (_, qualityScore, answers, expected) => {
    expect(only(map({ qualityScore, answers }).evaluations)).toMatchObject(expected);
  });

  test('is other content with another score of one answer, and the same however its answers stand', () => {
    const hash = (answers: object[]) => only(map({ answers }).evaluations).content_hash;
    const { answers } = assessmentBody();
    expect(hash(answers.map((each) => (each.questionId === 'q2' ? { ...each, score: 1 } : each)))).not.toBe(
      hash(answers),
    );
    expect(hash([...answers].reverse())).toBe(hash(answers));
  });

  test.each([
    ['createdAt', 'yesterday'],
    ['updatedAt', null],
    ['qualityScore', '62.5'],
    ['answers', [{ questionId: '', score: 1 }]],
  ])('with %s %o is refused by name', (field, value) => {
    expect(() => map({ [field]: value })).toThrow(field);
  });
});

describe('a rubric', () => {
  test('is a form with the weights of its questions, in their sections', () => {
    const rows = mapRubric(pinned, mapping);
    expectRegistered(rows);
    expect(only(rows.forms)).toMatchObject({
      source_system: 'cxone',
      form_id: 'rubric-1',
      form_context_id: null,
      name: 'Service',
      form_version: '00000003',
    });
    const [opening, service] = ['Opening', 'Service'].map((section, index) => ({
      question_group_id: section,
      group_name: section,
      group_index: index,
    }));
    expect(rows.form_questions).toMatchObject([
      { ...opening, question_id: 'q1', question_index: 0, text: 'Greeted?', group_weight: 3, max_score: 2 },
      { ...service, question_id: 'q2', question_index: 0, group_weight: 1 },
      { ...service, question_id: 'q3', question_index: 1 },
      { ...opening, question_id: 'q4', question_index: 1, max_score: null },
    ]);
  });

  test('of questions without a section has one group without a name', () => {
    const questions = rubricBody().questions.map(({ section: _, ...question }) => question);
    const rows = mapRubric(rubric({ questions }), mapping);
    expectRegistered(rows);
    expect(rows.form_questions?.map((row) => [row.question_group_id, row.group_name])).toEqual(
      questions.map(() => ['', null]),
    );
  });

  test.each([
    ['weight', { weight: 4 }],
    ['points', { maxScore: 3 }],
    ['text', { text: 'Solved at once?' }],
    ['section', { section: 'Closing' }],
  ])('with another %s has another structure, and so have its assessments', (_, other) => {
    const changed = rubric({
      questions: rubricBody().questions.map((question) =>
        question.id === 'q2' ? { ...question, ...other } : question,
      ),
    });
    const hash = only(mapRubric(changed, mapping).forms).structure_hash;
    expect(hash).not.toBe(only(mapRubric(pinned, mapping).forms).structure_hash);
    expect(only(mapWith(changed).evaluations).form_structure_hash).toBe(hash);
  });

  test('without a weight of a question is refused by its path', () => {
    const form = rubric({ questions: [{ id: 'q1', maxScore: 2 }] });
    expect(() => mapRubric(form, mapping)).toThrow('questions.0.weight');
  });
});

describe('feedback', () => {
  const entry = (more: object = {}) => mapFeedback(recordOf('feedback', feedbackBody(more)), mapping);

  test('is a row with everything that the contract says', () => {
    expectRegistered(entry());
    expect(only(entry().feedback)).toMatchObject({
      source_system: 'cxone',
      feedback_id: 'feedback-1',
      kind: 'feedback',
      agent_id: 'agent-1',
      attendee_ids: '["agent-1"]',
      author_id: 'evaluator-1',
      content: 'Mind the greeting.',
      tags: '["tone"]',
      status: 'published',
      is_archived: false,
      conversation_id: 'interaction-1',
      division_id: 'site-1',
      created_at: '2026-11-01T10:00:00.000Z',
      modified_at: '2026-11-01T12:00:00.000Z',
      change_stamp: '2026-11-01T12:00:00.000Z',
    });
  });

  test('about no interaction, for nobody, without a category is a row', () => {
    const rows = entry({ interactionId: undefined, agentId: null, category: null, message: null });
    expectRegistered(rows);
    expect(only(rows.feedback)).toMatchObject({ conversation_id: null, attendee_ids: '[]', tags: '[]' });
  });
});
