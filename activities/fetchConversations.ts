import type { SourceConversation } from '../sources/source.js';
import { callContext, withHeartbeat } from './activityCall.js';
import { conversationsName } from './batchLayout.js';
import type { FetchConversationsInput, FetchedConversations } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import { answersAbout } from './keptAnswers.js';
import { openStagedBatch } from './stagedBatch.js';
import { getJson, putJson } from './stagedJson.js';

/** Reads the conversations that the records of a batch are about, many at once, and stages them with the batch. */
export function createFetchConversations({
  source: sourceOf,
  staging,
}: Pick<Dependencies, 'source' | 'staging'>) {
  return async function fetchConversations(input: FetchConversationsInput): Promise<FetchedConversations> {
    return withHeartbeat(async ({ signal, report }) => {
      const { batch } = input;
      const source = sourceOf(batch.connection, batch.stream);
      const { conversationIdsPerCall: atOnce = 1 } = source;
      const answers = await answersAbout(batch, staging);
      const context = { ...callContext(signal, input.priority), answers };
      const { conversationIds } = await openStagedBatch(staging, batch);
      const name = conversationsName(batch);
      let conversations = await getJson<SourceConversation[]>(staging, name);
      if (conversations === undefined && source.readConversations !== undefined) {
        conversations = [];
        for (let start = 0; start < conversationIds.length; start += atOnce) {
          const ids = conversationIds.slice(start, start + atOnce);
          conversations.push(...(await source.readConversations(ids, context)));
          report({ needed: conversationIds.length, fetched: conversations.length });
        }
        await putJson(staging, name, conversations, conversations.length);
      }
      return {
        needed: conversationIds.length,
        fetched: conversations?.length ?? 0,
        requests: context.meter.requests,
      };
    });
  };
}
