import { describe, expect, test } from 'vitest';
import { mapAssessment } from '../../../sources/genesys/guide/mapAssessment.js';
import { mapFormVersion } from '../../../sources/genesys/guide/mapFormVersion.js';
import type { SourceForm } from '../../../sources/source.js';
import { expectRegistered, only } from '../genesys/rows.js';
import { assessmentBody, formOf, formVersionBody, mapping, recordOf } from './fixtures.js';

const pinned = formOf('version-1', formVersionBody());
const map = (more: object = {}, form: SourceForm | undefined = pinned) =>
  mapAssessment(recordOf('evaluation', assessmentBody(more), 'version-1'), form, mapping);

describe('an assessment', () => {
  test('has the columns of the registry', () => {
    expectRegistered(map());
    expectRegistered(
      map({ questions: undefined, score: null, dateSubmitted: null, status: 'pending', comments: null }),
    );
  });

  test('is an evaluation with the raw score, and one of the pinned weights', () => {
    const rows = map();
    expect(only(rows.evaluations)).toMatchObject({
      evaluation_id: 'assessment-1',
      status: 'FINISHED',
      score_calculation_status: 'final',
      agent_id: 'agent-1',
      evaluator_id: 'evaluator-1',
      conversation_id: 'conversation-1',
      division_ids: '["division-1"]',
      form_id: 'version-1',
      form_context_id: 'form-1',
      form_name: 'Service',
      form_version: '00000003',
      score_version_locked: true,
      // As it came.
      total_score: 62.5,
      // (1 * 3 + 2 * 1) of (2 * 3 + 2 * 1)
      normalized_score: 62.5,
      score_parity: 'equal',
      submitted_at: '2026-11-01T11:00:00.000Z',
      changed_at: '2026-11-01T12:00:00.000Z',
      evaluation_month: '2026-11-01',
    });
    expect(rows.evaluation_answers).toMatchObject([
      {
        question_id: 'q1',
        question_group_id: '',
        group_weight: 3,
        score: 1,
        max_score: 2,
        answer_text: 'Partly',
        comments: 'Late.',
        marked_na: false,
        question_index: 0,
      },
      { question_id: 'q2', group_weight: 1, score: 2 },
      { question_id: 'q3', score: null, marked_na: true, answer_text: null },
    ]);
    expect(only(rows.evaluation_history)).toMatchObject({ evaluation_id: 'assessment-1', total_score: 62.5 });
  });

  const without = formOf(
    'version-1',
    formVersionBody({ weightDistribution: [{ questionId: 'q1', weight: 3, maxScore: 2 }] }),
  );
  test.each([
    // (1 + 2) of (2 + 2)
    [
      'of an unknown version is weighed by its own word',
      undefined,
      {
        normalized_score: 75,
        score_version_locked: false,
        form_context_id: null,
        form_version: null,
        form_structure_hash: null,
      },
    ],
    [
      'with a question that the version lacks is not locked to it',
      without,
      { normalized_score: 62.5, score_version_locked: false },
    ],
  ])('%s', (_, form, expected) => {
    expect(
      only(mapAssessment(recordOf('evaluation', assessmentBody(), 'version-1'), form, mapping).evaluations),
    ).toMatchObject(expected);
  });

  test.each([
    ['pending', 'PENDING'],
    ['inProgress', 'INPROGRESS'],
    ['submitted', 'FINISHED'],
    ['inReview', 'INREVIEW'],
    ['retracted', 'RETRACTED'],
  ])('of status %s is %s', (status, expected) => {
    expect(only(map({ status }).evaluations).status).toBe(expected);
  });

  test('of an unknown status is refused', () => {
    expect(() => map({ status: 'lost' })).toThrow('status');
  });
});

describe('a form version', () => {
  test('is a form with the weights of its questions', () => {
    const rows = mapFormVersion(pinned, mapping);
    expectRegistered(rows);
    expect(only(rows.forms)).toMatchObject({
      form_id: 'version-1',
      form_context_id: 'form-1',
      name: 'Service',
      form_version: '00000003',
    });
    expect(rows.form_questions).toMatchObject([
      { question_id: 'q1', question_group_id: '', group_weight: 3, max_score: 2, question_index: 0 },
      { question_id: 'q2', group_weight: 1, question_index: 1 },
      { question_id: 'q3', group_weight: 1, question_index: 2 },
    ]);
  });

  test('with other weights has another structure', () => {
    const other = formOf(
      'version-1',
      formVersionBody({ weightDistribution: [{ questionId: 'q1', weight: 4, maxScore: 2 }] }),
    );
    expect(only(mapFormVersion(other, mapping).forms).structure_hash).not.toBe(
      only(mapFormVersion(pinned, mapping).forms).structure_hash,
    );
  });
});
