/** What the adapters of all streams of the guide contract have in common. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { Lookup, Source, SourceMapper } from '../../source.js';
import { conversationIdsPerCall, readConversations } from './conversations.js';
import { diagnose } from './diagnose.js';
import { readDirectory } from './divisions.js';
import { mapConversation } from './mapConversation.js';
import { mapDivision } from './mapDivision.js';
import { wholeDays } from '../../lists/wholeDays.js';

/** The parts of a source that each stream has its own of. */
type Own =
  'capabilities' | 'firstCursor' | 'describeCursor' | 'readPage' | 'skipPage' | 'auditVisibility' | 'mapper';

export type OwnParts = Omit<Pick<Source, Own>, 'capabilities' | 'mapper'> & {
  /** What reading the stream takes. */
  scopes: readonly string[];
  mapper: Pick<SourceMapper, 'record'> & Partial<Pick<SourceMapper, 'form'>>;
  capabilities: Pick<
    Source['capabilities'],
    'holdsEvaluations' | 'reconciles' | 'listedBy' | 'updatedSince' | 'deleteSignal'
  >;
} & Partial<Pick<Source, 'lookup' | 'readForms' | 'formIdsPerCall'>>;

export function createSource(api: ApiClient, own: OwnParts): Source {
  const { capabilities, mapper, scopes: permissions, ...parts } = own;
  return {
    vendor: 'genesys',
    api: 'guide',
    formIdsPerCall: 1,
    // No list of another stream has form versions.
    readForms: async () => [],
    lookup: notById,
    // The contract has no counts but those of scores, which are not by day.
    countByDay: async () => null,
    countCreated: async () => null,
    // Lists carry whole answers by contract: nothing is to be verified.
    verifyAnswersInLists: async () => null,
    conversationIdsPerCall,
    readConversations: (ids, context) => readConversations(api, ids, context),
    readDirectory: (context) => readDirectory(api, context),
    diagnose: (context, asked = permissions) => diagnose(api, asked, context),
    ...parts,
    auditVisibility: (window, context) => own.auditVisibility(wholeDays(window), context),
    capabilities: {
      ...capabilities,
      lookupById: own.lookup !== undefined,
      forms: own.readForms !== undefined,
      answersInLists: 'always',
      permissions,
    },
    mapper: {
      form: () => ({}),
      ...mapper,
      conversation: mapConversation,
      directory: mapDivision,
    },
  };
}

/** Lists of these streams refer to nothing, so nothing of theirs is ever looked up. */
const notById: Source['lookup'] = async ({ kind, id }): Promise<Lookup> => {
  throw new TidemarkError('InvalidRequest', `The guide contract has no read by id of a ${kind} (${id}).`, {
    remedy: 'It is read with the window it lies in.',
  });
};
