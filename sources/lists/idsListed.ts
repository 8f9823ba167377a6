/** Lists read for what they show, and nothing of it but the ids. */
import { z } from 'zod';
import type { ApiClient } from '../http/apiClient.js';
import type { CallContext } from '../source.js';
import { pagesOf, type TokenList } from './listing.js';

const text = z.string().nullish();

/** The next page goes by either name. */
const idListingSchema = z.looseObject({
  entities: z.array(z.looseObject({ id: z.string().min(1) })),
  nextPage: text,
  nextPageToken: text,
});

export async function idsListed(
  api: ApiClient,
  list: Pick<TokenList<unknown>, 'path' | 'query' | 'tokenAs'>,
  context: CallContext,
): Promise<Set<string>> {
  const ids = new Set<string>();
  const next = ({ nextPage, nextPageToken }: z.output<typeof idListingSchema>) => nextPage ?? nextPageToken;
  for await (const { listed } of pagesOf(api, { ...list, schema: idListingSchema, next }, context)) {
    for (const { entity } of listed) ids.add(entity.id);
  }
  return ids;
}
