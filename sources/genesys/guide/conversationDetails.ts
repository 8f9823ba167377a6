/**
 * Evaluations found by their conversations: those that started in the window and have a finished evaluation. Each is
 * then read by id. Evaluations of older conversations are not found this way.
 */
import type { Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, SourcePage } from '../../source.js';
import { behindPage, conversationPageSize, partOf, partPosition } from '../partCursor.js';
import { detailsPath } from './conversations.js';
import { foundConversationsSchema } from './schemas.js';

const wantedState = 'Finished';

export async function readFoundPage(
  api: ApiClient,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const position = partPosition(cursor);
  const part = partOf(window, position);
  const { data, receivedAt } = await api.call(
    {
      method: 'POST',
      path: detailsPath,
      body: {
        interval: `${part.start}/${part.end}`,
        evaluationFilters: [
          {
            type: 'and',
            predicates: [{ type: 'dimension', dimension: 'evaluationState', value: wantedState }],
          },
        ],
        paging: { pageSize: conversationPageSize, pageNumber: position.page },
      },
      schema: foundConversationsSchema,
      repeatable: true,
    },
    context,
  );
  return {
    records: [],
    references: (data.conversations ?? []).flatMap(({ conversationId, evaluations }) =>
      (evaluations ?? [])
        // All evaluations of a conversation are named when one of them is finished.
        .filter(({ evaluationState }) => evaluationState === wantedState)
        .map(({ evaluationId }) => ({
          kind: 'evaluation' as const,
          id: evaluationId,
          locator: conversationId,
          // The list tells of no change: whatever is held may be old.
          changedAt: receivedAt,
          isAutomated: null,
          reason: 'requested' as const,
        })),
    ),
    redacted: [],
    next: behindPage(window, position, data),
  };
}

/** Behind a page that cannot be used. */
export function skipFoundPage(window: Interval, cursor: Cursor, body: unknown): Cursor | null {
  return behindPage(window, partPosition(cursor), body);
}
