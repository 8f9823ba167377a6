/** Conversations with evaluations as the vendor's analytics describes them. */
import { z } from 'zod';
import { contains, toMillis } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import { foundByConversations, isWantedStatus, type Finding } from '../foundByConversations.js';
import { createEvaluationsSource } from './evaluationsSource.js';
import { flag, id, instant, text } from './fields.js';

const conversation = z.looseObject({
  conversationId: id,
  conversationStart: instant,
  evaluations: z
    .array(z.looseObject({ evaluationId: id, evaluationStatus: text, deleted: flag, systemSubmitted: flag }))
    .nullish(),
});

const finding: Finding<z.output<typeof conversation>> = {
  statusDimension: 'evaluationStatus',
  order: 'latestFirst',
  conversation,
  evaluations: ({ conversationId, conversationStart: start, evaluations }, part) => {
    // The interval also finds what began before it and went on: the window of the begin has that.
    if (start && !contains(part, toMillis(start))) return [];
    return (evaluations ?? [])
      .filter(({ deleted, evaluationStatus }) => deleted === true || isWantedStatus(evaluationStatus))
      .map(({ evaluationId, deleted, systemSubmitted }) => ({
        id: evaluationId,
        locator: conversationId,
        isAutomated: systemSubmitted ?? null,
        reason: deleted === true ? 'deleted-event' : 'requested',
      }));
  },
};

/** Reads as the lists' source does, but for what a window shows. */
export function createConversationDetailsSource(api: ApiClient, permissions: readonly string[]): Source {
  const source = createEvaluationsSource(api, permissions);
  return {
    ...source,
    ...foundByConversations(api, finding),
    capabilities: { ...source.capabilities, listedBy: 'conversation', answersInLists: 'never' },
  };
}
