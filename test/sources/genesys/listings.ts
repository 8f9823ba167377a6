/** Listings by page number, as most of the vendor's listings are; larger pages than its maximum are refused. */
import type { ServerResponse } from 'node:http';
import { sendJson, type Received } from '../http/testServer.js';

const largestPage = (path: string) => (path.includes('/authorization/') ? 200 : 500);

export class Listings {
  entities: Readonly<Record<string, readonly ({ id: string } | Record<string, unknown>)[]>>;
  /** Paths answered with this status instead. */
  refused: ReadonlyMap<string, number> = new Map();
  /** What the vendor says there is in all, which it says may be wrong; absent: what there is. */
  statedTotal: number | undefined;
  /** The queries that came, by path. */
  readonly queries = new Map<string, Record<string, string>[]>();

  constructor(entities: Listings['entities']) {
    this.entities = entities;
  }

  answer({ url }: Received, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    this.queries.set(pathname, [
      ...(this.queries.get(pathname) ?? []),
      Object.fromEntries(searchParams.entries()),
    ]);
    const refusal = this.refused.get(pathname);
    if (refusal !== undefined) return sendJson(response, refusal, { status: refusal });
    const all = this.entities[pathname];
    if (all === undefined) return sendJson(response, 404, { status: 404 });
    const pageSize = Number(searchParams.get('pageSize') ?? 25);
    const pageNumber = Number(searchParams.get('pageNumber') ?? 1);
    if (pageSize > largestPage(pathname)) return sendJson(response, 400, { status: 400 });
    const total = this.statedTotal ?? all.length;
    const end = pageNumber * pageSize;
    sendJson(response, 200, {
      entities: all.slice(end - pageSize, end),
      pageSize,
      pageNumber,
      total,
      pageCount: Math.ceil(total / pageSize),
      ...(end < all.length ? { nextUri: `${pathname}?pageNumber=${pageNumber + 1}` } : {}),
    });
  }
}
