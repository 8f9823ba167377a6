import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceConversation } from '../../source.js';
import { conversationsSchema } from './conversationSchemas.js';

/** The vendor publishes no maximum; so many are known to be taken. */
export const conversationIdsPerCall = 100;

/** Conversations by id, however old; those the vendor no longer keeps, or hides, are not in the answer. */
export async function readConversations(
  api: ApiClient,
  ids: readonly string[],
  context: CallContext,
): Promise<SourceConversation[]> {
  const { data, raw, receivedAt } = await api.call(
    {
      method: 'GET',
      path: '/api/v2/analytics/conversations/details',
      query: { id: ids },
      schema: conversationsSchema,
      repeatable: true,
    },
    context,
  );
  const bodies = (raw as { conversations?: unknown[] } | null)?.conversations ?? [];
  return (data.conversations ?? []).map(({ conversationId }, index) => ({
    conversationId,
    extractedAt: receivedAt,
    body: bodies[index],
  }));
}
