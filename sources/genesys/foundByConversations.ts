/**
 * Evaluations found by their conversations instead of by lists: those that started in the window and have a finished
 * evaluation. Each is then read by id. Evaluations of older conversations are not found this way.
 */
import { z } from 'zod';
import type { Interval } from '../../model/interval.js';
import type { ApiClient } from '../http/apiClient.js';
import type { CallContext, Cursor, RecordReference, Source, SourcePage } from '../source.js';
import {
  behindPage,
  conversationPageSize,
  describePart,
  firstPart,
  partOf,
  partPosition,
} from './partCursor.js';

const detailsPath = '/api/v2/analytics/conversations/details/query';
const wantedStatus = 'Finished';

/** All evaluations of a conversation are shown when one of them is finished. Contracts write statuses in any casing. */
export const isWantedStatus = (status: string | null | undefined): boolean =>
  status?.toLowerCase() === wantedStatus.toLowerCase();

/** What a contract says of conversations with evaluations. */
export interface Finding<C> {
  /** What it calls the status of an evaluation, to filter by. */
  statusDimension: string;
  conversation: z.ZodType<C>;
  /** The evaluations of a conversation that are to be read, of those that the part asked for should find. */
  evaluations(
    conversation: C,
    part: Interval,
  ): Pick<RecordReference, 'id' | 'locator' | 'isAutomated' | 'reason'>[];
}

/** How a source finds records; all else it does is the same, however they are found. */
export type Discovery = Pick<Source, 'firstCursor' | 'describeCursor' | 'readPage' | 'skipPage'>;

export function foundByConversations<C>(api: ApiClient, finding: Finding<C>): Discovery {
  const schema = z.looseObject({
    // Absent past the last page.
    conversations: z.array(finding.conversation).nullish(),
    totalHits: z.number().nullish(),
  });
  const readPage = async (window: Interval, cursor: Cursor, context: CallContext): Promise<SourcePage> => {
    const position = partPosition(cursor);
    const part = partOf(window, position);
    const predicate = { type: 'dimension', dimension: finding.statusDimension, value: wantedStatus };
    const { data, receivedAt } = await api.call(
      {
        method: 'POST',
        path: detailsPath,
        body: {
          interval: `${part.start}/${part.end}`,
          evaluationFilters: [{ type: 'and', predicates: [predicate] }],
          paging: { pageSize: conversationPageSize, pageNumber: position.page },
        },
        schema,
        repeatable: true,
      },
      context,
    );
    return {
      records: [],
      references: (data.conversations ?? []).flatMap((conversation) =>
        finding
          .evaluations(conversation, part)
          // The answer tells of no change: whatever is held may be old.
          .map((found) => ({ kind: 'evaluation' as const, changedAt: receivedAt, ...found })),
      ),
      redacted: [],
      next: behindPage(window, position, data),
    };
  };
  return {
    firstCursor: () => firstPart,
    describeCursor: describePart,
    readPage,
    skipPage: (window, cursor, body) => behindPage(window, partPosition(cursor), body),
  };
}
