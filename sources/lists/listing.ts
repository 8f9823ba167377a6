/** Pages of the contract's lists, each entity with its JSON as it came. */
import { toIso, toMillis } from '../../model/interval.js';
import type { ApiClient } from '../http/apiClient.js';
import type { ApiRequest } from '../http/apiRequest.js';
import type { CallContext } from '../source.js';
import { listBegin, onTo, type TokenPosition } from './tokenPosition.js';

export interface Listed<T> {
  entity: T;
  body: unknown;
}

/** Reads one page of a list. */
export async function readListing<A extends { entities: readonly unknown[] }>(
  api: ApiClient,
  request: Pick<ApiRequest<A>, 'path' | 'query' | 'template' | 'schema'>,
  context: CallContext,
): Promise<{ listed: Listed<A['entities'][number]>[]; answer: A; raw: unknown; receivedAt: string }> {
  const { data, raw, receivedAt } = await api.call({ method: 'GET', repeatable: true, ...request }, context);
  return { listed: listedIn<A['entities'][number]>(data.entities, raw), answer: data, raw, receivedAt };
}

export function listedIn<T>(entities: readonly T[], raw: unknown): Listed<T>[] {
  const bodies = (raw as { entities?: unknown[] } | null)?.entities ?? [];
  return entities.map((entity, index) => ({ entity, body: bodies[index] }));
}

/** A list whose pages each name the next by a token. */
export interface TokenList<A> extends Pick<ApiRequest<A>, 'path' | 'query' | 'schema'> {
  tokenAs: 'cursor' | 'nextPageToken';
  next: (answer: A) => string | null | undefined;
}

/** How the lists of short contracts name their next page. */
export const byNextPageToken = {
  tokenAs: 'nextPageToken',
  next: (answer: { nextPageToken?: string | null | undefined }) => answer.nextPageToken,
} as const;

/** All pages of a list. */
export async function* pagesOf<A extends { entities: readonly unknown[] }>(
  api: ApiClient,
  { tokenAs, next, query, ...request }: TokenList<A>,
  context: CallContext,
) {
  let position: TokenPosition | null = listBegin;
  while (position !== null) {
    const page: Awaited<ReturnType<typeof readListing<A>>> = await readListing(
      api,
      { ...request, query: { ...query, [tokenAs]: position.token ?? undefined } },
      context,
    );
    yield page;
    const token: string | null | undefined = next(page.answer);
    position = token ? onTo(position, token) : null;
  }
}

/** Range that holds a moment of which only the milliseconds are known, however finely the vendor counts. */
export const rangeAround = (moment: string) => ({ dateFrom: moment, dateTo: toIso(toMillis(moment) + 1) });

/** A text of an answer that may have any shape; null where there is none. */
export function textIn(body: unknown, name: string): string | null {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
  return typeof value === 'string' && value !== '' ? value : null;
}
