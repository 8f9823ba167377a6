import { describe, expect, test } from 'vitest';
import { mapSurvey } from '../../../sources/genesys/guide/mapSurvey.js';
import { evaluationSchema } from '../../../sources/genesys/guide/schemas.js';
import { answersOf } from '../../../sources/genesys/guide/surveys.js';
import type { CsatStream } from '../../../sources/genesys/streams.js';
import { expectRegistered, only } from '../genesys/rows.js';
import {
  answerItem,
  conversationBody,
  evaluationBody,
  extractedAt,
  mapping,
  recordOf,
  scorecard,
} from './fixtures.js';

const csat: CsatStream = { name: 'csat', label: 'csat' };
const asked = [
  answerItem('rating-1', { value: 4 }),
  answerItem('rating-2', { value: 5, score: 100 }),
  answerItem('nps-1', { type: 'nps', value: 9, score: null }),
  answerItem('text-1', { type: 'text', value: null, score: null, text: 'Kind people.' }),
];
const carried = {
  scorecards: [scorecard('survey-1', 'CSAT', asked), scorecard('s1', 'Greeting', [answerItem('q1')])],
};
const conversation = { conversationId: 'conversation-1', extractedAt, body: conversationBody() };

const map = (more: object = carried, stream = csat, read: typeof conversation | null = conversation) =>
  mapSurvey(
    recordOf('survey', evaluationBody(more)),
    stream,
    { form: undefined, conversation: read ?? undefined },
    mapping,
  );

describe('which answers are those of a customer', () => {
  const choose = (stream: Partial<CsatStream>, ...scorecards: object[]) =>
    answersOf(evaluationSchema.parse(evaluationBody({ scorecards })), { ...csat, ...stream }).map(
      ({ item }) => item.id,
    );

  test.each([
    ['CSAT', {}, ['r']],
    ['Customer Survey (csat)', {}, ['r']],
    ['Post-CsAt-2', {}, ['r']],
    ['Greeting', {}, []],
    ['Greeting', { label: 'EET' }, ['r']],
    ['Greeting', { questionIds: ['r'] }, ['r']],
    // Who names questions means these.
    ['CSAT', { questionIds: ['other'] }, []],
    [null, {}, []],
  ])('those of a scorecard %s, asked for by %o, are %o', (label, stream, expected) => {
    expect(choose(stream, { id: 'sc', label, items: [answerItem('r')] })).toEqual(expected);
  });

  test('a question that two scorecards have is one answer', () => {
    expect(
      choose(
        {},
        scorecard('a', 'csat 1', [answerItem('r')]),
        scorecard('b', 'csat 2', [answerItem('r'), answerItem('t')]),
      ),
    ).toEqual(['r', 't']);
  });

  test.each([[[]], [null], [[{ id: 'sc', label: 'csat', items: null }]]])(
    'of scorecards %o there are none',
    (scorecards) => {
      expect(answersOf(evaluationSchema.parse(evaluationBody({ scorecards })), csat)).toEqual([]);
    },
  );
});

describe('a survey', () => {
  test('has the columns of the registry, with its conversation and without', () => {
    expectRegistered(map());
    expectRegistered(map(carried, csat, null));
  });

  test('is the evaluation that carries it', () => {
    const rows = map();
    expect(only(rows.surveys)).toMatchObject({
      survey_id: 'evaluation-1',
      evaluation_id: 'evaluation-1',
      conversation_id: 'conversation-1',
      external_reference: 'CRM-1',
      survey_type: null,
      status: 'FINISHED',
      agent_id: 'agent-1',
      agent_name: 'Ada Agent',
      evaluator_id: 'evaluator-1',
      queue_id: 'queue-1',
      queue_name: 'Claims',
      media_type: 'voice',
      conversation_start: '2026-10-31T23:59:59.000Z',
      conversation_seconds: 433,
      is_enriched: true,
      form_id: 'template-1',
      csat_value: 4.5,
      nps_score: 9,
      completed_at: '2026-11-01T11:00:00.500Z',
      change_stamp: '2026-11-01T12:00:00.000Z',
    });
    expect(rows.survey_answers).toMatchObject([
      {
        survey_id: 'evaluation-1',
        question_id: 'rating-1',
        group_id: 'survey-1',
        group_name: 'CSAT',
        question_text: 'Asked rating-1',
        question_type: 'rating',
        answer_value: 4,
        score: 80,
      },
      { question_id: 'rating-2', answer_value: 5 },
      { question_id: 'nps-1', answer_value: 9, answer_text: null },
      { question_id: 'text-1', answer_value: null, answer_text: 'Kind people.' },
    ]);
  });

  test('whose conversation could not be read says so', () => {
    expect(only(map(carried, csat, null).surveys)).toMatchObject({
      is_enriched: false,
      queue_id: null,
      media_type: null,
      conversation_seconds: null,
      external_reference: null,
      agent_id: 'agent-1',
      conversation_start: '2026-10-31T23:59:59.000Z',
    });
  });

  test('without a rating and without NPS has neither', () => {
    const rows = map({
      scorecards: [scorecard('survey-1', 'csat', [asked[3] ?? {}, answerItem('r', { value: null })])],
    });
    expect(only(rows.surveys)).toMatchObject({ csat_value: null, nps_score: null });
  });

  test('with another answer has other content', () => {
    const other = {
      scorecards: [scorecard('survey-1', 'CSAT', [answerItem('rating-1', { value: 1 }), ...asked.slice(1)])],
    };
    expect(only(map(other).surveys).content_hash).not.toBe(only(map().surveys).content_hash);
  });
});
