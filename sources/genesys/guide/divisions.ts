import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, DirectoryRecord } from '../../source.js';
import { readListing } from '../../lists/listing.js';
import { divisionListingSchema } from './schemas.js';

/** All divisions of the organisation, also those whose records are hidden from the client. */
export async function readDivisions(api: ApiClient, context: CallContext) {
  return readListing(api, { path: '/api/v2/divisions', schema: divisionListingSchema }, context);
}

/** The contract lists neither users nor queues: records carry their names. */
export async function* readDirectory(
  api: ApiClient,
  context: CallContext,
): AsyncGenerator<DirectoryRecord[]> {
  const { listed, receivedAt } = await readDivisions(api, context);
  yield listed.map(({ entity, body }) => ({
    kind: 'division',
    id: entity.id,
    extractedAt: receivedAt,
    body,
  }));
}
