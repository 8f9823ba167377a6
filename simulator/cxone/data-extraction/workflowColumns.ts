/** The columns of qm-workflows. */
import type { EvaluationState } from '../../organisation/organisation.js';
import { moment, namesOf, type Columns } from './columns.js';
import type { Workflow } from './workflow.js';

/** The words of the vendor for media. */
export const interactionTypes: Readonly<Record<string, string>> = {
  CALL: 'Voice',
  EMAIL: 'Email',
  MESSAGE: 'Message',
  CHAT: 'Chat',
};

/** Emails have a recording, but no contact id. */
export const acdIdOf = ({ mediaType, conversationId }: EvaluationState): string | undefined =>
  mediaType.includes('EMAIL') ? undefined : conversationId;

/** What agents write when they have read an evaluation: one of them in three lines, with all that a file must quote. */
const remarks = [
  'Read and understood.',
  'Read,\n"more or less" understood;\nthanks',
  'Fine by me, see you on Monday',
  'Einverstanden – danke!',
] as const;

/** The agent's remark on an evaluation that it has read. */
export function reviewRemark({ agentHasRead, disputeCount, index }: EvaluationState): string | undefined {
  if (disputeCount > 0) return 'I do not agree with 2.3:\r\nthe caller said "no", twice, and hung up.';
  return agentHasRead ? remarks[index % remarks.length] : undefined;
}

const version3: Columns<Workflow> = [
  ['Tenant Name', () => 'Simulated tenant'],
  ['Agent ID', ({ state }) => state.agent.id],
  ['Type', ({ type }) => type],
  ['Evaluation Flow Trigger', ({ state }) => (state.systemSubmitted ? 'Automated' : 'Plan')],
  ['Workflow Status', ({ status }) => status],
  ['Auto Acknowledged', () => false],
  ['Workflow State', ({ workflowState }) => workflowState],
  ['Workflow ID', ({ state }) => state.id],
  ['Plan Name', ({ state }) => `Plan ${state.queue?.name ?? 'without a queue'}`],
  ['Form Name', ({ state }) => state.form.name],
  ['Form Version', ({ formVersion }) => formVersion],
  ['Start Date', ({ state }) => moment(state.createdDate)],
  ['Submission Date', ({ state }) => moment(state.submittedDate)],
  ['Last Updated', ({ lastUpdated }) => moment(lastUpdated)],
  ['Score Percentage', ({ percentage }) => percentage],
  ['Score', ({ score }) => score],
  ['Maximum Possible Score', ({ maxScore }) => maxScore],
  ['Rank', () => undefined],
  ['Failed Critical Question', ({ failedCritical }) => failedCritical],
  ['User Review Comments', ({ state }) => reviewRemark(state)],
  ['Dispute Resolver Comments', () => undefined],
  ['Segment ID', ({ submission }) => submission.segmentId],
  ['ACD ID', ({ state }) => acdIdOf(state)],
  ['Interaction Type', ({ state }) => interactionTypes[state.mediaType[0] ?? '']],
  ['Interaction Start Date', ({ state }) => moment(state.conversationDate)],
  ['Interaction End Date', ({ state }) => moment(state.conversationEndDate)],
  ['Interaction Direction', () => 'Inbound'],
  ['Team ID', ({ state }) => state.team.id],
  ['Team Name', ({ state }) => state.team.name],
  ['Phone Number', ({ state }) => `+1 555 ${String(state.index % 10_000).padStart(4, '0')}`],
  ['FirstName (Eva)', ({ state }) => namesOf(state.evaluator)[0]],
  ['LastName (Eva)', ({ state }) => namesOf(state.evaluator)[1]],
  ['FirstName (Agent)', ({ state }) => namesOf(state.agent)[0]],
  ['LastName (Agent)', ({ state }) => namesOf(state.agent)[1]],
  ['FirstName (Disp)', () => undefined],
  ['LastName (Disp)', () => undefined],
  ['FirstName (Assigner)', () => undefined],
  ['LastName (Assigner)', () => undefined],
];

/** What version 4 adds is unknown: columns that nobody can have expected. */
const addedIn4: Columns<Workflow> = [
  [
    'Deletion Reason',
    ({ status }) => (status === 'Deleted' ? 'Deleted by a manager, "as asked"' : undefined),
  ],
  ['Evaluator Notes (Count)', ({ state }) => state.index % 3],
];

/** Columns by version. */
export const workflowColumns: Readonly<Record<string, Columns<Workflow>>> = {
  3: version3,
  4: [...version3, ...addedIn4],
};
