/** Answers of the guide contract, as docs/contracts/cxone-guide.md describes them, and who asks for them. */
import {
  createCxoneGuideClient,
  type CxoneGuideClientOptions,
} from '../../../../sources/cxone/guide/client.js';
import { createCxoneGuideSource } from '../../../../sources/cxone/guide/source.js';
import type {
  AssessmentsStream,
  CxoneGuideStream,
  FeedbackStream,
} from '../../../../sources/cxone/guide/streams.js';
import type { SourceForm, SourceRecord } from '../../../../sources/source.js';
import { serveApi, type Answering } from '../../http/servedApi.js';

export const mapping = { connection: 'acme', batchId: 'batch-1' };
export const extractedAt = '2026-11-02T10:00:00.000Z';

export const allAssessments: AssessmentsStream = { name: 'assessments', sites: 'all', queues: 'all' };
export const allFeedback: FeedbackStream = { name: 'feedback', sites: 'all' };

export const clientOf = (apiUrl: string, options: Partial<CxoneGuideClientOptions> = {}) =>
  createCxoneGuideClient({
    connection: 'acme',
    apiUrl,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    tokenRefreshMarginSeconds: 60,
    allowance: { requests: 1_000_000, windowSeconds: 60 },
    ...options,
  });

/** A source of the contract against a server that answers as a test scripts it. */
export async function serve(stream: CxoneGuideStream, answer: Answering, token?: object) {
  const served = await serveApi(answer, clientOf, token);
  return { ...served, source: createCxoneGuideSource(served.api, stream) };
}

export const assessmentBody = (more: object = {}) => ({
  id: 'assessment-1',
  rubricId: 'rubric-1',
  qualityScore: 62.5,
  agentId: 'agent-1',
  evaluatorId: 'evaluator-1',
  interactionId: 'interaction-1',
  siteId: 'site-1',
  queueId: 'queue-1',
  createdAt: '2026-10-31T23:30:00-01:00',
  updatedAt: '2026-11-01T12:00:00Z',
  comments: 'Fine.',
  answers: [
    { questionId: 'q1', score: 1, answer: 'Partly', comments: 'Late.' },
    { questionId: 'q2', score: 2, answer: 'Yes' },
    { questionId: 'q3', score: null, answer: 'N/A' },
    { questionId: 'q4', score: null, answer: 'Asked twice.' },
  ],
  newField: 'kept in raw',
  ...more,
});

export const rubricBody = (more: object = {}) => ({
  id: 'rubric-1',
  name: 'Service',
  version: 3,
  questions: [
    { id: 'q1', text: 'Greeted?', section: 'Opening', weight: 3, maxScore: 2 },
    { id: 'q2', text: 'Solved?', section: 'Service', weight: 1, maxScore: 2 },
    { id: 'q3', text: 'Upsold?', section: 'Service', weight: 1, maxScore: 2 },
    { id: 'q4', text: 'Anything else?', section: 'Opening', weight: 1, maxScore: null },
  ],
  ...more,
});

export const feedbackBody = (more: object = {}) => ({
  id: 'feedback-1',
  createdAt: '2026-11-01T10:00:00Z',
  updatedAt: '2026-11-01T12:00:00Z',
  agentId: 'agent-1',
  authorId: 'evaluator-1',
  message: 'Mind the greeting.',
  category: 'tone',
  interactionId: 'interaction-1',
  siteId: 'site-1',
  ...more,
});

export const rubric = (more: object = {}): SourceForm => ({
  formId: 'rubric-1',
  extractedAt,
  body: rubricBody(more),
});

export const recordOf = (kind: SourceRecord['kind'], body: { id: string }): SourceRecord => ({
  kind,
  id: body.id,
  locator: 'interaction-1',
  changeStamp: '2026-11-01T12:00:00.000Z',
  formId: kind === 'evaluation' ? 'rubric-1' : null,
  isAutomated: false,
  extractedAt,
  body,
});
