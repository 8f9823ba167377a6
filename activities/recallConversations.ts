import type { SourceConversation } from '../sources/source.js';
import { withHeartbeat } from './activityCall.js';
import { conversationsName } from './batchLayout.js';
import type { BatchRef, RecalledConversations } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { openStagedBatch } from './stagedBatch.js';
import { putJson } from './stagedJson.js';

/**
 * Stages the conversations of a batch that the warehouse holds, for when the source cannot be asked: rows that were
 * complete before would otherwise lose what they have.
 */
export function createRecallConversations({
  staging,
  warehouse,
}: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function recallConversations(input: { batch: BatchRef }): Promise<RecalledConversations> {
    return withHeartbeat(async () => {
      const { batch } = input;
      const { conversationIds } = await openStagedBatch(staging, batch);
      const held = await warehouse.heldConversations(batch.connection, conversationIds);
      const conversations = held.map(({ raw, ...facts }): SourceConversation => ({
        ...facts,
        body: JSON.parse(raw) as unknown,
      }));
      await putJson(staging, conversationsName(batch), conversations, conversations.length);
      return { needed: conversationIds.length, held: held.length };
    });
  };
}
