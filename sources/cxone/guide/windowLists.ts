/**
 * Windows read by change and by creation, in each scope. The list by creation shows what an edit left the date of change
 * of, and is the one that what the warehouse holds is compared with.
 */
import type { z } from 'zod';
import type { Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import { readListing, textIn, type Listed } from '../../lists/listing.js';
import { PassCursors } from '../../lists/passCursor.js';
import type { Source, SourceRecord } from '../../source.js';
import { scopeText, type Scope } from './scopes.js';

/** A list of the contract. */
export interface GuideList<T> {
  path: string;
  schema: z.ZodType<{ entities: T[]; nextPageToken?: string | null | undefined }>;
  toRecord: (listed: Listed<T>, extractedAt: string) => SourceRecord;
}

/** The contract's maximum, of all its lists. */
export const pageSize = 500;

/**
 * Ranges include their ends: what is exactly at the end is read with the next window again, where a range that ended
 * before it would miss what the vendor dates more finely.
 */
export const createdIn = (window: Interval) => ({ dateFrom: window.start, dateTo: window.end });

const changedIn = (window: Interval) => ({ updatedFrom: window.start, updatedTo: window.end });

const passes = {
  changed: { label: 'changed in the window', range: changedIn },
  created: { label: 'created in the window', range: createdIn },
} as const;

type Own = 'firstCursor' | 'describeCursor' | 'readPage' | 'skipPage';

export function windowLists<T>(
  api: ApiClient,
  { path, schema, toRecord }: GuideList<T>,
  scopes: readonly Scope[],
): Pick<Source, Own> {
  const lists = new Map(
    Object.entries(passes).flatMap(([pass, { label, range }]) =>
      scopes.map((scope) => [
        // A cursor names its scope: with other sites or queues than it was written with, the window begins anew.
        JSON.stringify([pass, scope.siteId ?? null, scope.queueId ?? null]),
        { label: `${label}${scopeText(scope)}`, range, scope },
      ]),
    ),
  );
  const cursors = new PassCursors(Object.fromEntries([...lists].map(([name, { label }]) => [name, label])));
  return {
    firstCursor: () => cursors.begin(),
    describeCursor: (cursor) => cursors.describe(cursor),
    readPage: async (window, cursor, context) => {
      const position = cursors.read(cursor);
      const list = lists.get(position.pass);
      if (list === undefined) throw new Error('cursors name lists that there are');
      const query = {
        ...list.range(window),
        ...list.scope,
        pageSize,
        nextPageToken: position.token ?? undefined,
      };
      const { listed, answer, receivedAt } = await readListing(api, { path, schema, query }, context);
      return {
        records: listed.map((each) => toRecord(each, receivedAt)),
        references: [],
        redacted: [],
        next: cursors.after(position, answer.nextPageToken),
      };
    },
    skipPage: (_, cursor, body) => cursors.behind(cursor, textIn(body, 'nextPageToken')),
  };
}
