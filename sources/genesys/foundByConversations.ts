/**
 * Evaluations found by their conversations instead of by lists: those that started in the window and have a finished
 * evaluation. Each is then read by id. Evaluations of older conversations are not found this way.
 */
import { z } from 'zod';
import { TidemarkError } from '../../model/errors.js';
import { toIso, type Interval } from '../../model/interval.js';
import type { ApiClient } from '../http/apiClient.js';
import type { CallContext, Cursor, RecordReference, Source, SourcePage } from '../source.js';
import {
  behindPage,
  conversationPageSize,
  describePart,
  firstPart,
  partOf,
  partPosition,
  startsIn,
  type ConversationOrder,
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
  order: ConversationOrder;
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
    const { data, raw, receivedAt } = await api.call(
      {
        method: 'POST',
        path: detailsPath,
        body: {
          interval: `${part.start}/${part.end}`,
          evaluationFilters: [{ type: 'and', predicates: [predicate] }],
          ...(finding.order === 'latestFirst' ? { order: 'desc', orderBy: 'conversationStart' } : {}),
          paging: { pageSize: conversationPageSize, pageNumber: position.page },
        },
        schema,
        repeatable: true,
      },
      context,
    );
    if (finding.order === 'latestFirst') checkOrder(raw);
    return {
      records: [],
      references: (data.conversations ?? []).flatMap((conversation) =>
        finding
          .evaluations(conversation, part)
          // The answer tells of no change: whatever is held may be old.
          .map((found) => ({ kind: 'evaluation' as const, changedAt: receivedAt, ...found })),
      ),
      redacted: [],
      next: behindPage(window, position, raw, finding.order),
    };
  };
  return {
    firstCursor: () => firstPart,
    describeCursor: describePart,
    readPage,
    skipPage: (window, cursor, body) => behindPage(window, partPosition(cursor), body, finding.order),
  };
}

/** Going on from the last start needs the order that was asked for. */
function checkOrder(body: unknown): void {
  const starts = startsIn(body);
  const wrong = starts.findIndex((start, index) => start > (starts[index - 1] ?? Infinity));
  const [before, after] = [starts[wrong - 1], starts[wrong]];
  if (before === undefined || after === undefined) return;
  throw new TidemarkError(
    'SchemaMismatch',
    `POST ${detailsPath}, the latest conversationStart first, put ${toIso(after)} after ${toIso(before)}.`,
    { remedy: 'Nothing of this page was kept: without the order, conversations would be missed unseen.' },
  ).about(body);
}
