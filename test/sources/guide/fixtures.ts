/** Answers of the guide contract, as docs/contracts/genesys-guide.md describes them. */
import type { SourceForm, SourceRecord } from '../../../sources/source.js';
import type { EvaluationBody, Recalculation } from '../../../sources/genesys/guide/recalculation.js';

export const mapping = { connection: 'acme', batchId: 'batch-1' };
export const extractedAt = '2026-11-02T10:00:00.000Z';

export const item = (id: string, more: object = {}) => ({
  id,
  questionText: `Question ${id}`,
  weight: 2,
  score: 3,
  maxScore: 4,
  agentResponse: 'Mostly',
  ...more,
});

export const section = (id: string, items: readonly object[], more: object = {}) => ({
  id,
  name: `Section ${id}`,
  weight: 2,
  items,
  ...more,
});

export const evaluationBody = (more: object = {}) => ({
  id: 'evaluation-1',
  status: 'Finished',
  interactionId: 'conversation-1',
  evaluationTemplateId: 'template-1',
  overallScore: 75,
  dateModified: '2026-11-01T12:00:00Z',
  submitDate: '2026-11-01T11:00:00.5Z',
  releaseDate: '2026-11-01T12:00:00+02:00',
  evaluatorId: 'evaluator-1',
  evaluatorName: 'Eva Luator',
  interactionDate: '2026-10-31T23:59:59Z',
  users: [
    { id: 'evaluator-1', name: 'Eva Luator', role: 'evaluator' },
    { id: 'agent-1', name: 'Ada Agent', role: 'agent' },
  ],
  isCalibration: false,
  divisionIds: ['division-2', 'division-1'],
  comments: 'Well done.',
  sections: [section('s1', [item('q1')])],
  newField: 'kept in raw',
  ...more,
});

export function evaluationRecord(
  body: Record<string, unknown> & { id: string } = evaluationBody(),
  recalculation: Recalculation | null = 'completed',
): SourceRecord {
  return {
    kind: 'evaluation',
    id: body.id,
    locator: 'conversation-1',
    conversationId: 'conversation-1',
    changeStamp: '2026-11-01T12:00:00.000Z',
    formId: 'template-1',
    isAutomated: false,
    extractedAt,
    body: { evaluation: body, recalculation } satisfies EvaluationBody,
  };
}

export const option = (id: string, text: string, value: number) => ({ id, text, value });

export const templateItem = (id: string, more: object = {}) => ({
  id,
  questionText: `Question ${id}`,
  type: 'multipleChoiceQuestion',
  weight: 2,
  maxScore: 4,
  answers: [option('o1', 'Fully', 4), option('o2', 'Mostly', 3), option('o3', 'No', 0)],
  ...more,
});

export const templateBody = (more: object = {}) => ({
  id: 'template-1',
  name: 'Service',
  version: 1,
  dateModified: '2026-09-01T00:00:00Z',
  sections: [{ id: 's1', name: 'Section s1', weight: 2, items: [templateItem('q1')] }],
  ...more,
});

export const formOf = (formId: string, body: unknown): SourceForm => ({ formId, extractedAt, body });
export const template = (more: object = {}) => formOf('template-1', templateBody(more));

export const assessmentBody = (more: object = {}) => ({
  id: 'assessment-1',
  formVersionId: 'version-1',
  status: 'submitted',
  agentId: 'agent-1',
  evaluatorId: 'evaluator-1',
  interactionId: 'conversation-1',
  externalReferenceId: 'CRM-1',
  divisionId: 'division-1',
  score: 62.5,
  comments: 'Fine.',
  dateSubmitted: '2026-11-01T11:00:00Z',
  dateModified: '2026-11-01T12:00:00Z',
  questions: [
    { id: 'q1', text: 'Greeted?', weight: 1, score: 1, maxScore: 2, answer: 'Partly', comments: 'Late.' },
    { id: 'q2', text: 'Solved?', weight: 1, score: 2, maxScore: 2, answer: 'Yes' },
    { id: 'q3', text: 'Upsold?', weight: 1, score: null, maxScore: 2, answer: 'N/A' },
  ],
  ...more,
});

export const formVersionBody = (more: object = {}) => ({
  id: 'version-1',
  formId: 'form-1',
  name: 'Service',
  version: 3,
  maxPossibleScore: 10,
  weightDistribution: [
    { questionId: 'q1', weight: 3, maxScore: 2 },
    { questionId: 'q2', weight: 1, maxScore: 2 },
    { questionId: 'q3', weight: 1, maxScore: 2 },
  ],
  ...more,
});

/** A record of any other kind, as its list gives it. */
export const recordOf = (
  kind: SourceRecord['kind'],
  body: { id: string },
  formId: string | null = null,
): SourceRecord => ({
  kind,
  id: body.id,
  locator: 'conversation-1',
  conversationId: 'conversation-1',
  changeStamp: '2026-11-01T12:00:00.000Z',
  formId,
  isAutomated: false,
  extractedAt,
  body,
});

export const feedbackBody = (more: object = {}) => ({
  id: 'feedback-1',
  dateCreated: '2026-11-01T10:00:00Z',
  dateModified: '2026-11-01T12:00:00Z',
  agentId: 'agent-1',
  authorId: 'evaluator-1',
  content: 'Mind the greeting.',
  tags: ['tone', 'greeting'],
  status: 'published',
  interactionId: 'conversation-1',
  externalReferenceId: 'CRM-1',
  divisionId: 'division-1',
  ...more,
});

export const conversationBody = (more: object = {}) => ({
  interactionId: 'conversation-1',
  externalReferenceId: 'CRM-1',
  conversationStart: '2026-10-31T23:59:00Z',
  conversationEnd: '2026-11-01T00:06:13Z',
  mediaType: 'Voice',
  toAttributes: {
    agent_id: 'agent-1',
    agent_name: 'Ada Agent',
    queue_id: 'queue-1',
    queue_name: 'Claims',
    duration_seconds: 433,
  },
  ...more,
});

export const answerItem = (id: string, more: object = {}) => ({
  id,
  label: `Asked ${id}`,
  type: 'rating',
  value: 4,
  score: 80,
  text: null,
  ...more,
});

export const scorecard = (id: string, label: string, items: readonly object[]) => ({ id, label, items });
