import { describe, expect, test } from 'vitest';
import { mapCalibration } from '../../../sources/genesys/published/mapCalibration.js';
import { mapDirectory } from '../../../sources/genesys/published/mapDirectory.js';
import { mapForm } from '../../../sources/genesys/published/mapForm.js';
import { endpointsOf } from '../../../sources/genesys/regions.js';
import { context, extractedAt, form, formBody, recordOf } from './fixtures.js';
import { expectRegistered, only } from './rows.js';

describe('a form version', () => {
  const rows = mapForm(form(), context);

  test('gives rows as the registry has them, each once', () => {
    expectRegistered(rows);
    const keys = rows.form_questions?.map((row) => row.question_id) ?? [];
    expect(keys).toHaveLength(9);
    expect(new Set(keys).size).toBe(keys.length);
    expect(rows.form_answer_options).toHaveLength(14);
  });

  test('has questions with their best score, and options of several choices below their question', () => {
    const questions = new Map(rows.form_questions?.map((row) => [row.question_id, row]));
    expect(questions.get('greeting')).toMatchObject({
      max_score: 2,
      parent_question_id: null,
      group_index: 0,
    });
    expect(questions.get('steps')).toMatchObject({ max_score: 4 });
    expect(questions.get('steps-offer')).toMatchObject({
      max_score: 2,
      parent_question_id: 'steps',
      question_index: 1,
    });
    expect(questions.get('remarks')).toMatchObject({ max_score: null });
    expect(questions.get('correct')).toMatchObject({ is_kill: true, group_weight: 20, group_index: 1 });
  });

  test('changes by its modification only', () => {
    const later = mapForm({ ...form(), extractedAt: '2026-05-01T00:00:00.000Z' }, context);
    const [before, after] = [only(rows.forms), only(later.forms)];
    expect(after).toMatchObject({ content_hash: before.content_hash, change_stamp: before.change_stamp });
    const renamed = only(mapForm(form({ ...formBody, name: 'Other' }), context).forms);
    expect(renamed.content_hash).not.toBe(before.content_hash);
  });

  describe('with conditions', () => {
    const visibilityCondition = {
      combiningOperation: 'AND',
      predicates: ['/form/questionGroup/0/question/0/answer/0'],
    };
    const ofGroup = { ...visibilityCondition, combiningOperation: 'OR' };
    const [service, knowledge] = formBody.questionGroups;
    const [correct, ...others] = knowledge?.questions ?? [];
    const conditional = (condition: object) =>
      mapForm(
        form({
          ...formBody,
          evaluationSettings: { revisionsEnabled: true, disputesEnabled: false },
          questionGroups: [
            service,
            {
              ...knowledge,
              visibilityCondition: ofGroup,
              questions: [{ ...correct, commentsRequired: true, visibilityCondition: condition }, ...others],
            },
          ],
        }),
        context,
      );

    test('says when questions are shown, and what may become of evaluations', () => {
      const conditionalRows = conditional(visibilityCondition);
      expectRegistered(conditionalRows);
      expect(only(conditionalRows.forms)).toMatchObject({ has_revisions: true, has_disputes: false });
      const questions = new Map(conditionalRows.form_questions?.map((row) => [row.question_id, row]));
      expect(questions.get('correct')).toMatchObject({
        is_comment_required: true,
        visibility_condition: JSON.stringify(visibilityCondition),
        group_visibility_condition: JSON.stringify(ofGroup),
      });
      expect(questions.get('upsell')).toMatchObject({
        visibility_condition: null,
        group_visibility_condition: JSON.stringify(ofGroup),
      });
      expect(questions.get('greeting')).toMatchObject({ group_visibility_condition: null });
    });

    test('changes with them, and no evaluation has to be read again for it', () => {
      const [before, after] = [visibilityCondition, ofGroup].map((condition) =>
        only(conditional(condition).forms),
      );
      expect(after?.content_hash).not.toBe(before?.content_hash);
      expect(after?.structure_hash).toBe(before?.structure_hash);
    });
  });

  test('without questions is a form all the same', () => {
    const rowsOfEmpty = mapForm(form({ id: 'form-v3', name: 'Empty' }), context);
    expectRegistered(rowsOfEmpty);
    expect(only(rowsOfEmpty.forms)).toMatchObject({ change_stamp: extractedAt, modified_at: null });
  });
});

describe('a calibration', () => {
  const body = {
    id: 'calibration-1',
    name: 'March',
    conversation: { id: 'conversation-1' },
    calibrator: { id: 'lead-1' },
    expertEvaluator: { id: 'evaluator-2' },
    scoringIndex: { id: 'evaluation-9' },
    evaluationForm: { id: 'form-v3', contextId: 'ctx-form' },
    averageScore: 81,
    createdDate: '2026-03-01T08:00:00.000Z',
    evaluators: [{ id: 'evaluator-2' }, { id: 'evaluator-1' }],
  };

  test('has its people and its reference', () => {
    const rows = mapCalibration(recordOf(body, { kind: 'calibration' }), context);
    expectRegistered(rows);
    expect(only(rows.calibrations)).toMatchObject({
      calibration_id: 'calibration-1',
      evaluator_ids: '["evaluator-1","evaluator-2"]',
      scoring_index_evaluation_id: 'evaluation-9',
      expert_evaluator_id: 'evaluator-2',
      form_context_id: 'ctx-form',
      average_score: 81,
      high_score: null,
    });
  });

  test('joins with its form, whatever context of its own it names', () => {
    const contextOf = (more: object) =>
      only(mapCalibration(recordOf({ ...body, ...more }, { kind: 'calibration' }), context).calibrations)
        .form_context_id;
    expect(contextOf({ contextId: 'ctx-calibration' })).toBe('ctx-form');
    expect(contextOf({ contextId: 'ctx-form', evaluationForm: { id: 'form-v3' } })).toBe('ctx-form');
  });

  test('is the same however its evaluators are ordered', () => {
    const hashOf = (evaluators: { id: string }[]) =>
      only(mapCalibration(recordOf({ ...body, evaluators } as typeof body), context).calibrations)
        .content_hash;
    expect(hashOf(body.evaluators.toReversed())).toBe(hashOf(body.evaluators));
    expect(hashOf(body.evaluators.slice(1))).not.toBe(hashOf(body.evaluators));
  });

  test.each([
    ['its id', { id: 'calibration-2' }],
    ['its reference', { scoringIndex: { id: 'evaluation-8' } }],
    ['its expert', { expertEvaluator: { id: 'evaluator-1' } }],
    ['a score', { averageScore: 80 }],
    ['its form version', { evaluationForm: { id: 'form-v4', contextId: 'ctx-form' } }],
  ])('changes with %s, and not by being read again', (_, change) => {
    const hashOf = (more: object, extracted = extractedAt) =>
      only(
        mapCalibration(
          recordOf({ ...body, ...more }, { kind: 'calibration', extractedAt: extracted }),
          context,
        ).calibrations,
      ).content_hash;
    expect(hashOf(change)).not.toBe(hashOf({}));
    expect(hashOf({}, '2026-05-01T00:00:00.000Z')).toBe(hashOf({}));
  });

  test('of a broken shape is named', () => {
    const broken = { ...body, averageScore: 'high' };
    expect(() => mapCalibration(recordOf(broken), context)).toThrow(
      /calibration calibration-1: averageScore/u,
    );
  });
});

describe('people, queues and divisions', () => {
  const directory = (kind: 'user' | 'queue' | 'division', body: unknown, at = extractedAt) =>
    mapDirectory({ kind, id: 'x-1', extractedAt: at, body }, context);
  const user = {
    id: 'x-1',
    name: 'Ada Gent',
    email: 'ada@example.com',
    state: 'inactive',
    division: { id: 'd-1' },
  };

  test('become rows as the registry has them', () => {
    for (const rows of [
      directory('user', user),
      directory('queue', { id: 'x-1', name: 'Billing' }),
      directory('division', { division: { id: 'x-1', name: 'Home', homeDivision: true }, isGranted: null }),
    ]) {
      expectRegistered(rows);
      expect(Object.values(rows).flat()).toHaveLength(1);
    }
  });

  test('a division says whether it may be read', () => {
    const rows = directory('division', {
      division: { id: 'x-1', name: 'Home', homeDivision: true },
      isGranted: false,
    });
    expect(only(rows.divisions)).toMatchObject({ is_home: true, is_granted: false });
  });

  test('a snapshot that says the same has the same hash', () => {
    const hashOf = (body: object, at: string) => only(directory('user', body, at).users).content_hash;
    const later = '2026-04-01T00:00:00.000Z';
    expect(hashOf({ ...user, selfUri: '/users/x-1' }, later)).toBe(hashOf(user, extractedAt));
    expect(hashOf({ ...user, state: 'deleted' }, later)).not.toBe(hashOf(user, extractedAt));
  });

  test.each(['user', 'queue'] as const)('a %s of a broken shape is named', (kind) => {
    expect(() => directory(kind, { id: 'x-1', name: 7 })).toThrow(new RegExp(`${kind} x-1: name`, 'u'));
  });
});

/** As the vendor's own client library lists them. */
const published = `us-east-1 mypurecloud.com|us-west-2 usw2.pure.cloud|us-east-2 use2.us-gov-pure.cloud
ca-central-1 cac1.pure.cloud|sa-east-1 sae1.pure.cloud|mx-central-1 mxc1.pure.cloud|eu-west-1 mypurecloud.ie
eu-west-2 euw2.pure.cloud|eu-central-1 mypurecloud.de|eu-central-2 euc2.pure.cloud|ap-northeast-1 mypurecloud.jp
ap-northeast-2 apne2.pure.cloud|ap-northeast-3 apne3.pure.cloud|ap-south-1 aps1.pure.cloud
ap-southeast-1 apse1.pure.cloud|ap-southeast-2 mypurecloud.com.au|me-central-1 mec1.pure.cloud
eusc-de-east-1 edee1.eusc-pure.cloud`
  .split(/[|\n]/u)
  .map((line): [string, string] => {
    const [region = '', host = ''] = line.split(' ');
    return [region, host];
  });

describe('endpoints', () => {
  test.each(published)('of %s are at %s', (region, host) => {
    expect(endpointsOf({ region })).toEqual({
      apiUrl: `https://api.${host}`,
      loginUrl: `https://login.${host}`,
    });
  });

  test('given explicitly win over the region', () => {
    const explicit = { apiUrl: 'http://127.0.0.1:1', loginUrl: 'http://127.0.0.1:2' };
    expect(endpointsOf({ region: 'eu-west-1', ...explicit })).toEqual(explicit);
    expect(endpointsOf({ region: 'eu-west-1', apiUrl: explicit.apiUrl })).toEqual({
      apiUrl: explicit.apiUrl,
      loginUrl: 'https://login.mypurecloud.ie',
    });
  });

  test.each([
    [{ region: 'eu-north-9' }, /"eu-north-9".*eu-central-1/u],
    [{ region: 'constructor' }, /"constructor"/u],
    [{}, /needs a region/u],
    [{ apiUrl: 'https://proxy.example' }, /needs a region/u],
  ])('of %o are unknown, which is said with the regions there are', (connection, message) => {
    expect(() => endpointsOf(connection)).toThrow(message);
    expect(() => endpointsOf(connection)).toThrow(expect.objectContaining({ kind: 'InvalidConfig' }));
  });
});
