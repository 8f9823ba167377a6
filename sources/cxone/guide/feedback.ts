import type { ApiClient } from '../../http/apiClient.js';
import type { Listed } from '../../lists/listing.js';
import type { CallContext, Lookup, RecordReference, SourceRecord } from '../../source.js';
import { feedbackListingSchema, feedbackSchema, type Feedback } from './schemas.js';
import type { GuideList } from './windowLists.js';

const path = '/api/v2/agent-performance/feedback';

export const feedbackList: GuideList<Feedback> = {
  path,
  schema: feedbackListingSchema,
  toRecord: feedbackRecord,
};

function feedbackRecord({ entity, body }: Listed<Feedback>, extractedAt: string): SourceRecord {
  return {
    kind: 'feedback',
    id: entity.id,
    locator: entity.interactionId ?? '',
    ...(entity.interactionId ? { conversationId: entity.interactionId } : {}),
    changeStamp: entity.updatedAt,
    formId: null,
    isAutomated: null,
    extractedAt,
    body,
  };
}

/** Reads one entry by id. What is hidden from the client answers as what was deleted. */
export async function lookupFeedback(
  api: ApiClient,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const { data, raw, receivedAt } = await api.find(
    {
      method: 'GET',
      path: `${path}/${encodeURIComponent(reference.id)}`,
      template: `${path}/{feedbackId}`,
      schema: feedbackSchema,
      repeatable: true,
    },
    context,
  );
  if (data === null) return { outcome: 'gone', reference, extractedAt: receivedAt };
  return {
    outcome: 'found',
    record: feedbackRecord({ entity: data, body: raw }, receivedAt),
    references: [],
  };
}
