import { notFound } from '../../../common/apiError.js';
import { listPage, type ListDate } from '../../../common/datedList.js';
import { formatInstant } from '../../../common/instants.js';
import { isShown, only } from '../../../common/shown.js';
import type { FeedbackDateField, FeedbackState } from '../../../organisation/organisation.js';
import type { CxoneGuideOperation } from '../call.js';
import { readScope } from '../scopes.js';
import { siteOf } from '../site.js';
import { spanNames } from '../spanNames.js';

const fields: Record<ListDate, FeedbackDateField> = { creation: 'dateCreated', change: 'dateModified' };

/** Whether an entry is there for others to read: neither a draft nor deleted. */
export function isPublished({ status }: FeedbackState): boolean {
  return status === 'published';
}

/** Feedback by creation or by change, and one entry by its id. */
export const feedback: readonly CxoneGuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/agent-performance/feedback',
    scope: readScope,
    handle: (call) =>
      listPage<FeedbackState>(call, {
        name: 'feedback',
        spans: spanNames,
        filters: {
          siteId: (each, site) => siteOf(each) === site,
          agentId: ({ agent }, id) => agent.id === id,
        },
        items: (date, { from, to }) =>
          only(call.api.organisation.feedbackBy(fields[date], from, to), isPublished),
        timeOf: (entry, date) => entry[fields[date]],
        render,
      }),
  },
  {
    method: 'GET',
    path: '/api/v2/agent-performance/feedback/{feedbackId}',
    scope: readScope,
    handle: ({ api, path, parameters, viewer }) => {
      parameters([]);
      const entry = api.organisation.feedback(path('feedbackId'));
      if (entry === undefined || !isPublished(entry) || !isShown(entry, viewer)) {
        throw notFound('feedback', path('feedbackId'));
      }
      return render(entry);
    },
  },
];

function render(entry: FeedbackState) {
  return {
    id: entry.id,
    createdAt: formatInstant(entry.dateCreated),
    updatedAt: formatInstant(entry.dateModified),
    agentId: entry.agent.id,
    authorId: entry.author.id,
    message: entry.content,
    category: entry.tags[0] ?? null,
    interactionId: entry.conversationId,
    siteId: siteOf(entry),
  };
}
