import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import { findListed } from '../../lists/findListed.js';
import { byNextPageToken, rangeAround } from '../../lists/listing.js';
import type { CallContext, Lookup, RecordReference } from '../../source.js';
import { assessmentList } from './assessments.js';
import { everywhere, type Scope } from './scopes.js';
import { pageSize } from './windowLists.js';

/**
 * The contract reads no assessment by id: it is looked for where it was created, which never changes. Without sites and
 * queues first: one that was moved, or lies in a site that is no longer read, is not gone.
 * @throws TidemarkError InvalidRequest where the reference does not say when it was created
 */
export async function lookupAssessment(
  api: ApiClient,
  scopes: readonly Scope[],
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const { id, reason, changedAt: createdAt } = reference;
  if (createdAt === '') {
    throw new TidemarkError(
      'InvalidRequest',
      `The assessment ${id} (${reason}) cannot be looked for: when it was created is not known.`,
      { remedy: 'It is not taken for deleted; read the window of its creation again.' },
    );
  }
  const lists = [everywhere, ...scopes.filter(isNarrow)].map((scope) => ({
    path: assessmentList.path,
    schema: assessmentList.schema,
    query: { ...rangeAround(createdAt), ...scope, pageSize },
    ...byNextPageToken,
  }));
  const { found, receivedAt } = await findListed(api, reference, lists, context);
  return found === null
    ? { outcome: 'gone', reference, extractedAt: receivedAt }
    : { outcome: 'found', record: assessmentList.toRecord(found, receivedAt), references: [] };
}

const isNarrow = ({ siteId, queueId }: Scope) => siteId !== undefined || queueId !== undefined;
