import { describe, expect, test } from 'vitest';
import { mapEvaluation } from '../../../sources/genesys/guide/mapEvaluation.js';
import { expectRegistered, only } from '../genesys/rows.js';
import {
  evaluationBody,
  evaluationRecord,
  item,
  mapping,
  option,
  section,
  template,
  templateItem,
} from './fixtures.js';

const map = (
  more: object = {},
  form = template(),
  recalculation: 'completed' | 'pending' | 'recalculating' | null = 'completed',
) => mapEvaluation(evaluationRecord(evaluationBody(more), recalculation), form, mapping);

const answersOf = (items: readonly object[], form = template()) =>
  map({ sections: [section('s1', items)] }, form).evaluation_answers ?? [];

describe('an evaluation', () => {
  test('has the columns of the registry, whatever the contract leaves out', () => {
    for (const rows of [map(), map({ isCalibration: true }), map({ sections: null, overallScore: null })]) {
      expectRegistered(rows);
    }
  });

  test('carries everything that the contract says', () => {
    expect(only(map().evaluations)).toMatchObject({
      connection: 'acme',
      evaluation_id: 'evaluation-1',
      conversation_id: 'conversation-1',
      status: 'FINISHED',
      score_calculation_status: 'final',
      agent_id: 'agent-1',
      agent_name: 'Ada Agent',
      evaluator_id: 'evaluator-1',
      evaluator_name: 'Eva Luator',
      division_ids: '["division-1","division-2"]',
      form_id: 'template-1',
      form_name: 'Service',
      form_version: '00000001',
      score_version_locked: true,
      total_score: 75,
      normalized_score: 75,
      recomputed_score: 75,
      score_parity: 'equal',
      comments: 'Well done.',
      conversation_start: '2026-10-31T23:59:59.000Z',
      submitted_at: '2026-11-01T11:00:00.500Z',
      released_at: '2026-11-01T10:00:00.000Z',
      changed_at: '2026-11-01T12:00:00.000Z',
      evaluation_month: '2026-10-01',
      change_stamp: '2026-11-01T12:00:00.000Z',
    });
  });

  test('keeps the JSON as it came, unknown fields included', () => {
    expect(JSON.parse(only(map().evaluations).raw)).toEqual(evaluationBody());
  });

  test.each([
    ['Pending', 'PENDING'],
    ['InProgress', 'INPROGRESS'],
    ['Finished', 'FINISHED'],
    ['InReview', 'INREVIEW'],
    ['Retracted', 'RETRACTED'],
  ])('of status %s is %s', (status, expected) => {
    expect(only(map({ status }).evaluations).status).toBe(expected);
  });

  test.each([
    ['completed', 'final'],
    ['pending', 'pending'],
    ['recalculating', 'pending'],
    [null, 'final'],
  ] as const)('whose recalculation is %s has a score that is %s', (recalculation, expected) => {
    expect(only(map({}, template(), recalculation).evaluations).score_calculation_status).toBe(expected);
  });

  test.each([
    ['of the last second of a month', '2026-10-31T23:59:59.999Z', '2026-10-01'],
    ['that lies in the next month in UTC', '2026-10-31T23:30:00-02:00', '2026-11-01'],
    ['without an offset, which counts as UTC', '2026-10-31T23:30:00', '2026-10-01'],
  ])('is of the month of the conversation %s', (_, interactionDate, expected) => {
    expect(only(map({ interactionDate }).evaluations).evaluation_month).toBe(expected);
  });

  test.each([
    ['of its submission', {}, '2026-11-01'],
    ['of its last change where it was not submitted', { submitDate: undefined }, '2026-12-01'],
  ])('whose conversation has no date is of the month %s', (_, change, expected) => {
    const undated = { interactionDate: undefined, dateModified: '2026-12-01T12:00:00Z', ...change };
    expect(only(map(undated).evaluations).evaluation_month).toBe(expected);
  });

  test('without sections has its row all the same', () => {
    const rows = map({ sections: null, overallScore: null, status: 'Pending', submitDate: undefined });
    expect(only(rows.evaluations)).toMatchObject({
      total_score: null,
      normalized_score: null,
      score_parity: 'not_scored',
      submitted_at: null,
    });
    expect(rows.evaluation_answers).toEqual([]);
  });

  test('scored by a machine has no evaluator', () => {
    const users = [{ id: 'agent-1', name: 'Ada Agent', role: 'agent' }];
    const row = only(map({ evaluatorId: undefined, evaluatorName: undefined, users }).evaluations);
    expect(row).toMatchObject({ agent_id: 'agent-1', evaluator_id: null, evaluator_name: null });
  });

  test('whose template is unknown is scored by its own weights, and says that nothing pins them', () => {
    const rows = mapEvaluation(evaluationRecord(), undefined, mapping);
    expect(only(rows.evaluations)).toMatchObject({
      normalized_score: 75,
      score_version_locked: false,
      form_structure_hash: null,
      form_name: null,
    });
    expect(only(rows.evaluation_answers)).toMatchObject({
      question_text: 'Question q1',
      question_type: null,
    });
  });

  test('in a calibration never counts for an agent', () => {
    const rows = map({ isCalibration: true });
    expect(Object.keys(rows).sort()).toEqual(['calibration_answers', 'calibration_evaluations']);
    expect(only(rows.calibration_evaluations)).toMatchObject({
      evaluation_id: 'evaluation-1',
      calibration_id: '',
    });
    expect(only(rows.calibration_answers)).toMatchObject({ question_id: 'q1', calibration_id: '' });
  });

  test.each([
    ['another answer', { sections: [section('s1', [item('q1', { agentResponse: 'Fully' })])] }, true],
    ['another score', { overallScore: 76 }, true],
    ['another name of the agent', { users: [{ id: 'agent-1', name: 'A. Agent', role: 'agent' }] }, false],
    ['a field that no row is made of', { newField: 'changed' }, false],
  ])('with %s: other content is %s', (_, more, changed) => {
    const hash = only(map().evaluations).content_hash;
    expect(only(map(more).evaluations).content_hash !== hash).toBe(changed);
  });

  test.each([
    ['status', { status: 'Lost' }],
    ['dateModified', { dateModified: 'yesterday' }],
    ['sections.0.items.0.score', { sections: [section('s1', [item('q1', { score: 'three' })])] }],
  ])('with a broken %s is refused by its path', (path, more) => {
    expect(() => map(more)).toThrow(path);
  });
});

describe('the score', () => {
  test('weighs points, and leaves out what was not scored', () => {
    const rows = map({
      sections: [
        section('s1', [item('q1', { weight: 3, score: 1, maxScore: 4 })]),
        section('s2', [
          item('q2', { weight: 1, score: 4, maxScore: 4 }),
          item('q3', { weight: 1, score: null, agentResponse: 'N/A' }),
          item('q4', { weight: 1, score: null, maxScore: null, agentResponse: null, comments: 'Free text' }),
        ]),
      ],
    });
    // (1 * 3 + 4 * 1) of (4 * 3 + 4 * 1)
    expect(only(rows.evaluations).normalized_score).toBeCloseTo(43.75, 10);
    expect(only(rows.evaluations)).toMatchObject({ total_score: 75, score_parity: 'different' });
    expect(rows.evaluation_group_scores).toMatchObject([
      {
        question_group_id: 's1',
        group_index: 0,
        total_score: 3,
        max_total_score: 12,
        total_score_unweighted: 1,
      },
      {
        question_group_id: 's2',
        group_index: null,
        total_score: 4,
        max_total_score: 4,
        max_total_score_unweighted: 4,
      },
    ]);
  });
});

describe('an answer', () => {
  test('is that of the evaluation, with type, option and place of the template', () => {
    expect(only(answersOf([item('q1', { comments: 'Late.' })]))).toMatchObject({
      question_id: 'q1',
      question_group_id: 's1',
      group_name: 'Section s1',
      group_weight: 2,
      question_index: 0,
      question_text: 'Question q1',
      question_type: 'multipleChoiceQuestion',
      answer_id: 'o2',
      answer_text: 'Mostly',
      answer_value: 3,
      score: 3,
      max_score: 4,
      marked_na: false,
      comments: 'Late.',
    });
  });

  const twice = template({
    sections: [
      {
        id: 's1',
        items: [templateItem('q1', { answers: [option('o1', 'Mostly', 3), option('o2', 'Mostly', 2)] })],
      },
    ],
  });
  const several = template({
    sections: [{ id: 's1', items: [templateItem('q1', { type: 'multipleSelectQuestion' })] }],
  });
  const named = template({
    sections: [{ id: 's1', items: [templateItem('q1', { answers: [option('o1', 'N/A', 0)] })] }],
  });

  test.each([
    [
      'whose text two options have names none',
      twice,
      {},
      { answer_id: null, answer_value: null, answer_text: 'Mostly' },
    ],
    ['of ticked options is none of them', several, {}, { answer_id: null, answer_text: 'Mostly' }],
    [
      'of several options is their texts',
      several,
      { agentResponse: 'Fully; Mostly' },
      { answer_id: null, answer_text: 'Fully; Mostly' },
    ],
    [
      'that no option has is its text',
      template(),
      { agentResponse: 'Perhaps' },
      { answer_id: null, answer_text: 'Perhaps' },
    ],
    [
      'that was not applicable has no text',
      template(),
      { agentResponse: 'N/A', score: null },
      { marked_na: true, answer_text: null, score: null },
    ],
    [
      'that is called so and has points is one',
      named,
      { agentResponse: 'N/A', score: 0 },
      { marked_na: false, answer_text: 'N/A', answer_id: 'o1', score: 0 },
    ],
    [
      'in free text has neither',
      template(),
      { agentResponse: null, score: null, maxScore: null, comments: 'Words' },
      { marked_na: false, answer_text: null, score: null, max_score: null, comments: 'Words' },
    ],
  ])('%s', (_, form, more, expected) => {
    expect(only(answersOf([item('q1', more)], form))).toMatchObject(expected);
  });
});
