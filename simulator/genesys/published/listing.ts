import type { Page, Query } from '../../common/query.js';

/** Where a listing was asked for, to link its other pages. */
export interface ListingRequest {
  path: string;
  query: Query;
  page: Page;
}

/** The published paged listing: entities with counts and relative links to the pages around it. */
export function pagedListing<T>(request: ListingRequest, entities: readonly T[], total: number) {
  const { size, number } = request.page;
  const pageCount = Math.ceil(total / size);
  const uri = (page: number): string =>
    `${request.path}?${request.query.with({ pageSize: String(size), pageNumber: String(page) })}`;
  return {
    entities,
    pageSize: size,
    pageNumber: number,
    total,
    firstUri: uri(1),
    selfUri: uri(number),
    ...(number < pageCount ? { nextUri: uri(number + 1) } : {}),
    ...(number > 1 ? { previousUri: uri(number - 1) } : {}),
    lastUri: uri(Math.max(1, pageCount)),
    pageCount,
  };
}

/** A paged listing of a collection that is held in full. */
export function pageOf<T>(request: ListingRequest, all: readonly T[]) {
  const start = (request.page.number - 1) * request.page.size;
  return pagedListing(request, all.slice(start, start + request.page.size), all.length);
}

/** One page of a collection by cursor: the cursor is opaque to clients, and a position in the collection here. */
export function cursorPage<T>(all: readonly T[], cursor: string | undefined, size: number) {
  const start = cursor === undefined ? 0 : readCursor(cursor);
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { next: writeCursor(end) } : {}),
    ...(start > 0 ? { previous: writeCursor(Math.max(0, start - size)) } : {}),
  };
}

/** Writes a position as a cursor. */
export function writeCursor(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

/** Reads the position out of a cursor; NaN where it is not one of ours. */
export function readCursor(cursor: string): number {
  const position = /^position:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  return position === undefined ? Number.NaN : Number(position);
}
