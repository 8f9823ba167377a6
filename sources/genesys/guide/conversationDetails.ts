/** Conversations with evaluations as the guide contract describes them. */
import type { z } from 'zod';
import { isWantedStatus, type Finding } from '../foundByConversations.js';
import { foundConversationSchema } from './schemas.js';

export const finding: Finding<z.output<typeof foundConversationSchema>> = {
  statusDimension: 'evaluationState',
  order: 'none',
  conversation: foundConversationSchema,
  evaluations: ({ conversationId, evaluations }) =>
    (evaluations ?? [])
      .filter(({ evaluationState }) => isWantedStatus(evaluationState))
      .map(({ evaluationId }) => ({
        id: evaluationId,
        locator: conversationId,
        isAutomated: null,
        reason: 'requested',
      })),
};
