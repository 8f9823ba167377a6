import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference } from '../../source.js';
import type { FeedbackStream } from '../streams.js';
import { searchDivisions } from './divisionWalk.js';
import { feedbackPageSize, feedbackPath, feedbackRecord, inDivision } from './feedback.js';
import { findListed } from '../../lists/findListed.js';
import { byNextPageToken } from '../../lists/listing.js';
import { feedbackListingSchema } from './schemas.js';

/**
 * The contract reads no entry by id: it is looked for among those of its agent that changed since. Only what a list has
 * called deleted is looked up, so that one that none shows any more has gone altogether.
 */
export async function lookupFeedback(
  api: ApiClient,
  { deleted, divisions = 'all' }: FeedbackStream,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const { locator, changedAt } = reference;
  const listOf = (divisionId: string) => ({
    path: feedbackPath,
    query: {
      // And no end: the time of this machine may be behind that of the source.
      dateModifiedFrom: changedAt,
      agentId: locator === '' ? undefined : locator,
      ...inDivision(divisionId),
      pageSize: feedbackPageSize,
    },
    schema: feedbackListingSchema,
    ...byNextPageToken,
  });
  const search = (ids: readonly string[]) => findListed(api, reference, ids.map(listOf), context);
  const { found, receivedAt } = await searchDivisions(api, divisions, search, context);
  return found === null || (found.entity.status === 'deleted' && deleted === 'drop')
    ? { outcome: 'gone', reference, extractedAt: receivedAt }
    : { outcome: 'found', record: feedbackRecord(found, receivedAt), references: [] };
}
