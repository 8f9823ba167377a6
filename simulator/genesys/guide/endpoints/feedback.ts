import type { FeedbackDateField, FeedbackState } from '../../../organisation/organisation.js';
import { listPage, type ListDate } from '../../../common/datedList.js';
import { formatInstant } from '../../../common/instants.js';
import type { GuideOperation } from '../call.js';
import { isInDivision } from '../vocabulary.js';

const fields: Record<ListDate, FeedbackDateField> = { creation: 'dateCreated', change: 'dateModified' };

/** Feedback by its creation or its last change, deleted entries included. */
export const feedback: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/feedback',
    scope: 'quality:feedback:read',
    handle: (call) =>
      listPage<FeedbackState>(call, {
        name: 'feedback',
        spans: { creation: ['dateFrom', 'dateTo'], change: ['dateModifiedFrom', 'dateModifiedTo'] },
        filters: { agentId: ({ agent }, id) => agent.id === id, divisionId: isInDivision },
        items: (date, { from, to }) => call.api.organisation.feedbackBy(fields[date], from, to),
        timeOf: (entry, date) => entry[fields[date]],
        render,
      }),
  },
];

function render(entry: FeedbackState) {
  return {
    id: entry.id,
    dateCreated: formatInstant(entry.dateCreated),
    dateModified: formatInstant(entry.dateModified),
    agentId: entry.agent.id,
    authorId: entry.author.id,
    content: entry.content,
    tags: entry.tags,
    status: entry.status,
    interactionId: entry.conversationId,
    externalReferenceId: entry.externalReference,
    divisionId: entry.divisionIds[0],
  };
}
