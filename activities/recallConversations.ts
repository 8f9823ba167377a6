import type { SourceConversation } from '../sources/source.js';
import { withHeartbeat } from './activityCall.js';
import { conversationsName, recalledName } from './batchLayout.js';
import type { BatchRef, RecalledConversations } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { openStagedBatch } from './stagedBatch.js';
import { getJson, putJson } from './stagedJson.js';

/**
 * Stages the conversations of a batch that the warehouse holds and the source did not give, because it cannot be asked, or
 * keeps them no longer: rows that were complete before would otherwise lose what they have.
 */
export function createRecallConversations({
  staging,
  warehouse,
}: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function recallConversations(input: { batch: BatchRef }): Promise<RecalledConversations> {
    return withHeartbeat(async () => {
      const { batch } = input;
      const { conversationIds } = await openStagedBatch(staging, batch);
      const read = (await getJson<SourceConversation[]>(staging, conversationsName(batch))) ?? [];
      const known = new Set(read.map(({ conversationId }) => conversationId));
      const missing = conversationIds.filter((id) => !known.has(id));
      const held = await warehouse.heldConversations(batch.connection, missing);
      const recalled = held.map(({ raw, ...facts }): SourceConversation => ({
        ...facts,
        body: JSON.parse(raw) as unknown,
      }));
      await putJson(staging, recalledName(batch), recalled, recalled.length);
      return { needed: missing.length, held: held.length };
    });
  };
}
