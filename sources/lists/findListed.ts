import type { ApiClient } from '../http/apiClient.js';
import type { CallContext, RecordReference } from '../source.js';
import { pagesOf, type Listed, type TokenList } from './listing.js';

/** What became of looking for an entity. */
export interface Search<T> {
  /** Null where no list shows it. */
  found: Listed<T> | null;
  /** When the page that shows it was received, or the last one; without any list the time of the reference. */
  receivedAt: string;
}

/** Looks for what a reference names where it cannot be read by id: in one list after the other. */
export async function findListed<A extends { entities: readonly { id: string }[] }>(
  api: ApiClient,
  { id, changedAt }: RecordReference,
  lists: readonly TokenList<A>[],
  context: CallContext,
): Promise<Search<A['entities'][number]>> {
  let receivedAt = changedAt;
  for (const list of lists) {
    for await (const page of pagesOf(api, list, context)) {
      ({ receivedAt } = page);
      const found = page.listed.find(({ entity }) => entity.id === id);
      if (found !== undefined) return { found, receivedAt };
    }
  }
  return { found: null, receivedAt };
}
