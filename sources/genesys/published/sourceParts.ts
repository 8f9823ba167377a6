/** What the streams of the published contract have in common. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Source, SourceMapper } from '../../source.js';
import { conversationIdsPerCall, readConversations } from './conversations.js';
import { diagnose } from './diagnose.js';
import { readDirectory } from './directory.js';
import { mapConversation } from './mapConversation.js';
import { mapDirectory } from './mapDirectory.js';

export const commonMapper = {
  conversation: mapConversation,
  directory: mapDirectory,
} satisfies Partial<SourceMapper>;

export function commonParts(api: ApiClient, permissions: readonly string[]) {
  return {
    vendor: 'genesys',
    api: 'published',
    conversationIdsPerCall,
    readConversations: (ids, context) => readConversations(api, ids, context),
    readDirectory: (context) => readDirectory(api, context),
    diagnose: (context, asked = permissions) => diagnose(api, context, asked),
  } satisfies Partial<Source>;
}

/** Of streams that hold no evaluations: nothing is compared with counts, and no list is checked. */
export const withoutEvaluations = {
  countCreated: () => Promise.resolve(null),
  verifyAnswersInLists: () => Promise.resolve(null),
  auditVisibility: () => Promise.resolve([]),
} satisfies Partial<Source>;
