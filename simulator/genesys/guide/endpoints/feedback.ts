import type { FeedbackDateField, FeedbackState } from '../../../organisation/organisation.js';
import { invalidValue } from '../../../common/apiError.js';
import { formatInstant } from '../../../common/instants.js';
import { only } from '../../../common/shown.js';
import type { GuideOperation } from '../call.js';
import { divisionOf, isShownIn } from '../vocabulary.js';

const byChange = ['dateModifiedFrom', 'dateModifiedTo'] as const;
const byCreation = ['dateFrom', 'dateTo'] as const;

/** Feedback by its creation or its last change, deleted entries included. */
export const feedback: readonly GuideOperation[] = [
  {
    method: 'GET',
    path: '/api/v2/quality/feedback',
    scope: 'quality:feedback:read',
    handle: ({ api, clientId, viewer, parameters }) => {
      const query = parameters([
        ...byCreation,
        ...byChange,
        'agentId',
        'divisionId',
        'pageSize',
        'nextPageToken',
      ]);
      const field: FeedbackDateField = byChange.some((name) => query.text(name) !== undefined)
        ? 'dateModified'
        : 'dateCreated';
      const other = byCreation.find((name) => query.text(name) !== undefined);
      if (field === 'dateModified' && other !== undefined) {
        throw invalidValue(other, query.text(other), 'It cannot stand beside a date of change.');
      }
      const [from, to] = field === 'dateModified' ? byChange : byCreation;
      const span = query.inclusiveSpan(from, to);
      const [agent, division] = [query.text('agentId'), divisionOf(query)];
      const { items, next } = api.cursors.page(
        {
          name: 'nextPageToken',
          token: query.text('nextPageToken'),
          size: query.integer('pageSize', { default: 100, min: 1, max: 500 }),
        },
        {
          filters: ['feedback', clientId, field, span, agent ?? null, division ?? null],
          start: span.from,
          positionOf: (each: FeedbackState) => ({ time: each[field], id: each.id }),
          itemsFrom: (time) =>
            only(
              api.organisation.feedbackBy(field, time, span.to),
              (each) => (agent === undefined || each.agent.id === agent) && isShownIn(each, viewer, division),
            ),
        },
      );
      return { entities: items.map(render), nextPageToken: next ?? null };
    },
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
