/** What a survey becomes, with and without its form and its conversation. */
import { describe, expect, it, test } from 'vitest';
import { mapSurvey } from '../../../sources/genesys/published/mapSurvey.js';
import type { RelatedReads, SourceRecord } from '../../../sources/source.js';
import { expectRegistered, only } from './rows.js';

const mapping = { connection: 'acme', batchId: 'b1' };
const extractedAt = '2026-03-02T12:00:00.000Z';
const option = (id: string, text: string, value?: number) => ({ id, text, value });
const scale = [option('o1', 'Bad', 1), option('o3', 'So so', 3), option('o5', 'Good', 5)];
const form = {
  formId: 'sf-2',
  extractedAt,
  body: {
    id: 'sf-2',
    name: 'Survey v2',
    questionGroups: [
      {
        id: 'g1',
        name: 'Satisfaction',
        questions: [
          { id: 'service', text: 'Service?', type: 'multipleChoiceQuestion', answerOptions: scale },
          { id: 'time', text: 'Time?', type: 'multipleChoiceQuestion', answerOptions: scale },
          {
            id: 'channel',
            text: 'Which channel?',
            type: 'multipleChoiceQuestion',
            answerOptions: [option('phone', 'Phone'), option('mail', 'E-mail'), option('chat', 'Chat')],
          },
          {
            id: 'solved',
            text: 'Was it solved?',
            type: 'multipleChoiceQuestion',
            answerOptions: [option('yes', 'Yes', 1), option('no', 'No', 0)],
          },
        ],
      },
      {
        id: 'g2',
        name: 'Recommendation',
        questions: [
          { id: 'nps', text: 'Recommend?', type: 'npsQuestion' },
          { id: 'why', text: 'Why?', type: 'freeTextQuestion' },
        ],
      },
    ],
  },
};
const conversation = {
  conversationId: 'c1',
  extractedAt,
  body: {
    conversationId: 'c1',
    conversationStart: '2026-03-01T10:00:00.000Z',
    conversationEnd: '2026-03-01T10:04:30.000Z',
    externalTag: 'CRM-1',
    participants: [
      {
        purpose: 'agent',
        userId: 'ada',
        participantName: 'Ada',
        sessions: [
          {
            mediaType: 'voice',
            segments: [
              { segmentType: 'interact', segmentEnd: '2026-03-01T10:04:30.000Z', queueId: 'q-conversation' },
            ],
          },
        ],
      },
    ],
  },
};
const body = {
  id: 's1',
  conversation: { id: 'c1' },
  surveyForm: { id: 'sf-2', name: 'Survey v2' },
  agent: { id: 'ada', name: 'Ada Agent' },
  agentTeam: { id: 't1', name: 'Team' },
  queue: { id: 'q1' },
  status: 'Finished',
  surveyType: 'Web',
  completedDate: '2026-03-02T08:00:00Z',
  answers: {
    totalScore: 80,
    npsScore: 9,
    questionGroupScores: [
      {
        questionGroupId: 'g1',
        questionScores: [
          { questionId: 'service', answerId: 'o5', score: 5, markedNA: false },
          { questionId: 'time', answerId: 'o3', score: 3 },
          { questionId: 'channel', answerId: 'phone' },
        ],
      },
      {
        questionGroupId: 'g2',
        questionScores: [
          { questionId: 'nps', npsScore: 9, npsTextAnswer: 'Fast' },
          { questionId: 'why', freeTextAnswer: 'Solved at once' },
        ],
      },
    ],
  },
};
const none: RelatedReads = { form: undefined, conversation: undefined };
const map = (of: object = body, related: RelatedReads = { form, conversation }) => {
  const record: SourceRecord = {
    kind: 'survey',
    id: 's1',
    locator: 'c1',
    conversationId: 'c1',
    changeStamp: extractedAt,
    formId: 'sf-2',
    isAutomated: null,
    extractedAt,
    body: of,
  };
  const rows = mapSurvey(record, related, mapping);
  expectRegistered(rows);
  return { survey: only(rows.surveys), answers: rows.survey_answers ?? [] };
};
const answersOf = (...scores: object[]) => ({
  ...body,
  answers: { questionGroupScores: [{ questionGroupId: 'g1', questionScores: scores }] },
});

describe('a survey', () => {
  it('has what the customer said, and what the conversation says', () => {
    const { survey, answers } = map();
    expect(survey).toMatchObject({
      survey_id: 's1',
      conversation_id: 'c1',
      external_reference: 'CRM-1',
      evaluation_id: null,
      survey_type: 'Web',
      status: 'FINISHED',
      agent_id: 'ada',
      agent_name: 'Ada Agent',
      agent_team_id: 't1',
      queue_id: 'q1',
      media_type: 'voice',
      conversation_start: '2026-03-01T10:00:00.000Z',
      conversation_seconds: 270,
      is_enriched: true,
      form_id: 'sf-2',
      form_name: 'Survey v2',
      total_score: 80,
      csat_value: 4,
      nps_score: 9,
      completed_at: '2026-03-02T08:00:00.000Z',
    });
    expect(answers).toMatchObject([
      {
        question_id: 'service',
        group_id: 'g1',
        group_name: 'Satisfaction',
        question_text: 'Service?',
        question_type: 'multipleChoiceQuestion',
        answer_id: 'o5',
        answer_value: 5,
        answer_text: 'Good',
        score: 5,
        max_score: 5,
        marked_na: false,
      },
      { question_id: 'time', answer_value: 3, answer_text: 'So so' },
      { question_id: 'channel', answer_id: 'phone', answer_value: null, answer_text: 'Phone' },
      { question_id: 'nps', answer_value: 9, answer_text: 'Fast', score: null, max_score: null },
      { question_id: 'why', answer_value: null, answer_text: 'Solved at once' },
    ]);
  });

  it('has no maximum where several options may be chosen, as its form does not tell what each is worth', () => {
    const question = { id: 'reasons', text: 'Why?', type: 'multipleSelectQuestion', answerOptions: scale };
    const reasons = {
      ...form,
      body: { ...form.body, questionGroups: [{ id: 'g1', questions: [question] }] },
    };
    const { answers } = map(answersOf({ questionId: 'reasons', score: 3 }), { ...none, form: reasons });
    expect(answers).toMatchObject([{ question_text: 'Why?', score: 3, max_score: null }]);
  });

  it('is of a form whose versions, questions and options stay the same under other ids', () => {
    const [group] = form.body.questionGroups;
    const [service] = group?.questions ?? [];
    const tied = {
      ...form,
      body: {
        ...form.body,
        contextId: 'ctx-form',
        language: 'fr-CA',
        questionGroups: [
          {
            ...group,
            questions: [
              {
                ...service,
                contextId: 'ctx-service',
                answerOptions: scale.map((each) => ({ ...each, contextId: `ctx-${each.id}` })),
              },
            ],
          },
        ],
      },
    };
    const rated = answersOf({ questionId: 'service', answerId: 'o5', score: 5 });
    const { survey, answers } = map(rated, { ...none, form: tied });
    expect(survey).toMatchObject({ form_context_id: 'ctx-form', language: 'fr-CA' });
    expect(answers).toMatchObject([{ question_context_id: 'ctx-service', answer_context_id: 'ctx-o5' }]);
    const surveyForm = { ...body.surveyForm, contextId: 'ctx-own', language: 'en-US' };
    expect(map({ ...body, surveyForm }, none).survey).toMatchObject({
      form_context_id: 'ctx-own',
      language: 'en-US',
    });
  });

  it('keeps what was written, also where fields for other types of questions come empty', () => {
    const { answers } = map(
      answersOf(
        { questionId: 'nps', npsScore: 3, npsTextAnswer: 'Too slow', freeTextAnswer: '' },
        { questionId: 'service', answerId: 'o5', freeTextAnswer: '', npsTextAnswer: '' },
        { questionId: 'why', freeTextAnswer: '', npsTextAnswer: null },
      ),
    );
    expect(answers.map((row) => row.answer_text)).toEqual(['Too slow', 'Good', null]);
  });

  it('that could not be sent, or lacks an answer it has to have, says so', () => {
    const { answers: _, completedDate: __, ...unanswered } = body;
    const failed = {
      ...unanswered,
      status: 'Error',
      surveyErrorDetails: { surveyErrorReason: 'InvalidExternalContact' },
    };
    expect(map(failed).survey).toMatchObject({
      error_reason: 'InvalidExternalContact',
      is_missing_required_answer: null,
    });
    expect(map({ ...body, missingRequiredAnswer: true }).survey).toMatchObject({
      error_reason: null,
      is_missing_required_answer: true,
    });
  });

  it('whose conversation could not be read is kept, and says so', () => {
    expect(map(body, { ...none, form }).survey).toMatchObject({
      is_enriched: false,
      queue_id: 'q1',
      agent_id: 'ada',
      media_type: null,
      external_reference: null,
      conversation_start: null,
      csat_value: 4,
    });
  });

  it('is about the conversation it was found with where it names none itself', () => {
    const { conversation: _, ...bare } = body;
    expect(map(bare).survey).toMatchObject({ conversation_id: 'c1', is_enriched: true });
  });

  it('takes agent and queue from the conversation where it has none', () => {
    const { agent: _, queue: __, ...bare } = body;
    expect(map(bare).survey).toMatchObject({
      agent_id: 'ada',
      agent_name: 'Ada',
      queue_id: 'q-conversation',
    });
    expect(map(bare, none).survey).toMatchObject({ agent_id: null, agent_name: null, queue_id: null });
  });

  it('without its form has answers without texts, and no number to average', () => {
    const { survey, answers } = map(body, { ...none, conversation });
    expect(survey).toMatchObject({ csat_value: null, nps_score: 9, form_name: 'Survey v2' });
    expect(answers[0]).toMatchObject({ question_text: null, max_score: null, answer_id: 'o5', score: 5 });
  });

  it('says the same as another with the same content, whatever else is told of names', () => {
    const renamed = { ...body, agent: { id: 'ada', name: 'Ada Other' } };
    expect(map(renamed).survey.content_hash).toBe(map().survey.content_hash);
    expect(map({ ...body, status: 'Expired' }).survey.content_hash).not.toBe(map().survey.content_hash);
    const other = answersOf({ questionId: 'service', answerId: 'o1', score: 1 });
    expect(map(other).survey.content_hash).not.toBe(map(answersOf()).survey.content_hash);
  });
});

describe('its status', () => {
  test.each([
    ['Pending', 'PENDING'],
    ['Sent', 'SENT'],
    ['InProgress', 'INPROGRESS'],
    ['Finished', 'FINISHED'],
    ['OptOut', 'OPTOUT'],
    ['Error', 'ERROR'],
    ['Expired', 'EXPIRED'],
  ])('%s is %s', (status, expected) => {
    const { answers: _, completedDate: __, ...unanswered } = body;
    const { survey, answers } = map({ ...unanswered, status });
    expect(survey).toMatchObject({ status: expected, completed_at: null, csat_value: null });
    expect(answers).toEqual([]);
  });

  it('that is unknown is named with its value', () => {
    expect(() => map({ ...body, status: 'Lost' })).toThrow(
      expect.objectContaining({ kind: 'SchemaMismatch', message: expect.stringContaining('status') }),
    );
  });
});

describe('the CSAT value', () => {
  test.each([
    ['of one rating', [{ questionId: 'service', answerId: 'o5' }], 5],
    [
      'is the mean of several',
      [
        { questionId: 'service', answerId: 'o5' },
        { questionId: 'time', answerId: 'o1' },
      ],
      3,
    ],
    [
      'leaves out what is not applicable',
      [
        { questionId: 'service', answerId: 'o5', markedNA: true },
        { questionId: 'time', answerId: 'o1' },
      ],
      1,
    ],
    ['leaves out what was hidden', [{ questionId: 'service', answerId: 'o5', systemMarkedNA: true }], null],
    [
      'leaves out what was not answered',
      [{ questionId: 'service' }, { questionId: 'time', answerId: 'o3' }],
      3,
    ],
    ['leaves out choices without numbers', [{ questionId: 'channel', answerId: 'phone' }], null],
    [
      'leaves out yes and no, which are on no scale',
      [
        { questionId: 'solved', answerId: 'yes' },
        { questionId: 'service', answerId: 'o5' },
      ],
      5,
    ],
    ['is none of yes and no alone', [{ questionId: 'solved', answerId: 'no' }], null],
    ['leaves out NPS', [{ questionId: 'nps', npsScore: 10 }], null],
    ['leaves out options the form does not have', [{ questionId: 'service', answerId: 'o9' }], null],
  ])('%s', (_, scores, expected) => {
    expect(map(answersOf(...scores)).survey.csat_value).toBe(expected);
  });

  it('leaves out a group that is not applicable', () => {
    const questionScores = [{ questionId: 'service', answerId: 'o5' }];
    const group = { questionGroupId: 'g1', markedNA: true, questionScores };
    const { survey, answers } = map({ ...body, answers: { questionGroupScores: [group] } });
    expect(survey.csat_value).toBeNull();
    expect(only(answers).marked_na).toBe(true);
  });
});
