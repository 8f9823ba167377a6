import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceConversation } from '../../source.js';
import { listedIn } from '../../lists/listing.js';
import { conversationListingSchema } from './schemas.js';

/** The contract's maximum of ids in one request. */
export const conversationIdsPerCall = 100;

const detailsPath = '/api/v2/analytics/conversations/details/query';

/** Conversations by id; unknown and hidden ones are not in the answer. */
export async function readConversations(
  api: ApiClient,
  ids: readonly string[],
  context: CallContext,
): Promise<SourceConversation[]> {
  const { data, raw, receivedAt } = await api.call(
    {
      method: 'POST',
      path: detailsPath,
      body: { interactionIds: ids },
      schema: conversationListingSchema,
      repeatable: true,
    },
    context,
  );
  return listedIn(data.entities, raw).map(({ entity, body }) => ({
    conversationId: entity.interactionId,
    extractedAt: receivedAt,
    body,
  }));
}
