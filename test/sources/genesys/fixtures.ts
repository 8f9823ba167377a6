/** A small organisation's JSON, written by hand in the words of the published models. */
import type { SourceForm, SourceRecord } from '../../../sources/source.js';

export const extractedAt = '2026-03-10T12:00:00.000Z';
export const context = { connection: 'emea', batchId: 'batch-1' };

const option = (id: string, text: string, value: number, builtInType?: string) => ({
  id,
  contextId: `ctx-${id}`,
  text,
  value,
  ...(builtInType === undefined ? {} : { builtInType }),
});

const ticked = (id: string, text: string, value: number) => ({
  id,
  contextId: `ctx-${id}`,
  text,
  type: 'multipleChoiceQuestion',
  answerOptions: [
    option(`${id}-on`, 'Selected', value, 'Selected'),
    option(`${id}-off`, '', 0, 'Unselected'),
  ],
});

/** Two groups: service, weight 40, and knowledge, weight 20. */
export const formBody = {
  id: 'form-v3',
  contextId: 'ctx-form',
  name: 'Service quality',
  modifiedDate: '2026-01-15T09:30:00.000Z',
  published: true,
  weightMode: 'SCALED',
  division: { id: 'division-1' },
  questionGroups: [
    {
      id: 'service',
      contextId: 'ctx-service',
      name: 'Service',
      weight: 40,
      questions: [
        {
          id: 'greeting',
          contextId: 'ctx-greeting',
          text: 'Was the customer greeted?',
          type: 'multipleChoiceQuestion',
          naEnabled: true,
          isKill: false,
          isCritical: true,
          answerOptions: [option('greeting-yes', 'Yes', 2), option('greeting-no', 'No', 0)],
        },
        {
          id: 'steps',
          contextId: 'ctx-steps',
          text: 'Which steps were taken?',
          type: 'multipleSelectQuestion',
          multipleSelectOptionQuestions: [
            ticked('steps-verify', 'Verified', 1),
            ticked('steps-offer', 'Offered help', 2),
            ticked('steps-close', 'Closed well', 1),
          ],
        },
        { id: 'remarks', contextId: 'ctx-remarks', text: 'Remarks', type: 'freeTextQuestion' },
      ],
    },
    {
      id: 'knowledge',
      contextId: 'ctx-knowledge',
      name: 'Knowledge',
      weight: 20,
      questions: [
        {
          id: 'correct',
          contextId: 'ctx-correct',
          text: 'Was the answer correct?',
          type: 'multipleChoiceQuestion',
          isKill: true,
          answerOptions: [option('correct-yes', 'Yes', 4), option('correct-no', 'No', 0)],
        },
        {
          id: 'upsell',
          contextId: 'ctx-upsell',
          text: 'Was an upgrade offered?',
          type: 'multipleChoiceQuestion',
          answerOptions: [option('upsell-yes', 'Yes', 3), option('upsell-no', 'No', 0)],
        },
        {
          id: 'refund',
          contextId: 'ctx-refund',
          text: 'Was the refund explained?',
          type: 'multipleChoiceQuestion',
          answerOptions: [option('refund-yes', 'Yes', 5), option('refund-no', 'No', 0)],
        },
      ],
    },
  ],
};

export const form = (body: unknown = formBody): SourceForm => ({ formId: 'form-v3', extractedAt, body });

const na = { score: 0, markedNA: false, systemMarkedNA: false, failedKillQuestion: false };

/** Service 5 of 6 by weight 40, knowledge 4 of 4 by weight 20: (200 + 80) of (240 + 80). */
export const finished = {
  id: 'evaluation-1',
  conversation: { id: 'conversation-1', selfUri: '/api/v2/conversations/conversation-1' },
  evaluationForm: { id: 'form-v3', contextId: 'ctx-form' },
  evaluator: { id: 'evaluator-1', name: 'Eva Luator' },
  agent: { id: 'agent-1', name: 'Ada Gent' },
  queue: { id: 'queue-1', name: 'Billing' },
  assignee: { id: 'evaluator-1' },
  status: 'FINISHED',
  mediaType: ['MESSAGE', 'CALL'],
  divisionIds: ['division-2', 'division-1'],
  conversationDate: '2026-02-27T23:30:00.000Z',
  conversationEndDate: '2026-02-27T23:41:00.000Z',
  createdDate: '2026-03-02T08:00:00.000Z',
  assignedDate: '2026-03-02T08:00:00.000Z',
  submittedDate: '2026-03-03T10:00:00.000Z',
  releaseDate: '2026-03-04T10:00:00.000Z',
  changedDate: '2026-03-04T10:00:00.123Z',
  rescore: false,
  neverRelease: false,
  agentHasRead: true,
  evaluationSource: { id: 'policy-1', type: 'Policy' },
  disputeCount: 1,
  version: 2,
  evaluationContextId: 'evaluation-context-1',
  retractedEvaluation: { id: 'evaluation-0' },
  answers: {
    totalScore: 87.5,
    totalCriticalScore: 100,
    anyFailedKillQuestions: false,
    comments: 'Well done',
    privateComments: 'Ready for promotion',
    agentComments: 'Thank you',
    questionGroupScores: [
      {
        questionGroupId: 'service',
        totalScore: 200,
        maxTotalScore: 240,
        totalScoreUnweighted: 5,
        maxTotalScoreUnweighted: 6,
        markedNA: false,
        systemMarkedNA: false,
        questionScores: [
          { ...na, questionId: 'greeting', answerId: 'greeting-yes', score: 2, comments: 'Friendly' },
          {
            ...na,
            questionId: 'steps',
            score: 3,
            multipleSelectQuestionOptionScores: [
              { ...na, questionId: 'steps-offer', answerId: 'steps-offer-on', score: 2 },
              { ...na, questionId: 'steps-close', answerId: 'steps-close-off' },
              { ...na, questionId: 'steps-verify', answerId: 'steps-verify-on', score: 1 },
            ],
          },
          { ...na, questionId: 'remarks', comments: 'Called twice before' },
        ],
      },
      {
        questionGroupId: 'knowledge',
        totalScore: 80,
        maxTotalScore: 80,
        totalScoreUnweighted: 4,
        maxTotalScoreUnweighted: 4,
        markedNA: false,
        systemMarkedNA: false,
        questionScores: [
          { ...na, questionId: 'correct', answerId: 'correct-yes', score: 4 },
          { ...na, questionId: 'upsell', markedNA: true },
          { ...na, questionId: 'refund', systemMarkedNA: true },
        ],
      },
    ],
  },
};

export const pending = {
  id: 'evaluation-2',
  conversation: { id: 'conversation-2' },
  evaluationForm: { id: 'form-v3', contextId: 'ctx-form' },
  agent: { id: 'agent-1' },
  status: 'PENDING',
  createdDate: '2026-03-05T08:00:00.000Z',
  changedDate: '2026-03-05T08:00:00.000Z',
};

/** An evaluation as a list or a read by id brought it. */
export function recordOf(
  body: { id: string; changedDate?: string },
  more: Partial<SourceRecord> = {},
): SourceRecord {
  return {
    kind: 'evaluation',
    id: body.id,
    locator: 'conversation-1',
    changeStamp: body.changedDate ?? extractedAt,
    formId: 'form-v3',
    isAutomated: false,
    extractedAt,
    body,
    ...more,
  };
}
