/** What a client of the published contract must be permitted, stream by stream, and nothing beyond. */
import type { GenesysStream } from '../streams.js';

/** Every stream brings users, queues and divisions along; only queues take a permission. */
const directory = ['routing:queue:view'];

/** To read the conversations that records are about, or to find evaluations by them. */
const conversations = ['analytics:conversationDetail:view'];

const byStream = {
  evaluations: [
    'quality:evaluation:searchAny',
    'quality:evaluation:view',
    'quality:evaluationForm:view',
    'quality:calibration:view',
    'analytics:evaluationAggregate:view',
    ...directory,
  ],
  csat: ['analytics:surveyAggregate:view', 'quality:survey:view', 'quality:surveyForm:view', ...directory],
  feedback: ['coaching:appointment:view', 'coaching:annotation:view', ...directory],
  divisions: directory,
};

export type PublishedStream = Extract<GenesysStream, { name: keyof typeof byStream }>;

export function permissionsOf(stream: PublishedStream): readonly string[] {
  const needsConversations =
    stream.conversations === true ||
    (stream.name === 'evaluations' && stream.discovery === 'conversation-details');
  return [...byStream[stream.name], ...(needsConversations ? conversations : [])];
}

/** What scores themselves take, and the names of what they are measured by. */
export function metricsPermissions(measured: readonly string[]): readonly string[] {
  return [
    'analytics:evaluationAggregate:view',
    ...(measured.includes('form') ? ['quality:evaluationForm:view'] : []),
    ...(measured.includes('queue') ? directory : []),
  ];
}
