/**
 * Evaluations found by their conversations instead of by lists: those that started in the window and have a finished
 * evaluation. Each is then read by id. Evaluations of older conversations are not found this way.
 */
import { z } from 'zod';
import { contains, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, RecordReference, Source, SourcePage } from '../../source.js';
import {
  behindPage,
  conversationPageSize,
  describePart,
  firstPart,
  partOf,
  partPosition,
} from '../partCursor.js';
import { createEvaluationsSource } from './evaluationsSource.js';
import { flag, id, instant, text } from './fields.js';

const wantedStatus = 'Finished';

const evaluation = z.looseObject({
  evaluationId: id,
  evaluationStatus: text,
  deleted: flag,
  systemSubmitted: flag,
});
type FoundEvaluation = z.output<typeof evaluation>;

const foundSchema = z.looseObject({
  conversations: z
    .array(
      z.looseObject({
        conversationId: id,
        conversationStart: instant,
        evaluations: z.array(evaluation).nullish(),
      }),
    )
    .nullish(),
  totalHits: z.number().nullish(),
});

/** Reads as the lists' source does, but for what a window shows. */
export function createConversationDetailsSource(api: ApiClient, permissions: readonly string[]): Source {
  const source = createEvaluationsSource(api, permissions);
  return {
    ...source,
    capabilities: { ...source.capabilities, listedBy: 'conversation', answersInLists: 'never' },
    firstCursor: () => firstPart,
    describeCursor: describePart,
    readPage: (window, cursor, context) => readFoundPage(api, window, cursor, context),
    skipPage: (window, cursor, body) => behindPage(window, partPosition(cursor), body),
  };
}

async function readFoundPage(
  api: ApiClient,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const position = partPosition(cursor);
  const part = partOf(window, position);
  const { data, receivedAt } = await api.call(
    {
      method: 'POST',
      path: '/api/v2/analytics/conversations/details/query',
      body: {
        interval: `${part.start}/${part.end}`,
        evaluationFilters: [
          {
            type: 'and',
            predicates: [{ type: 'dimension', dimension: 'evaluationStatus', value: wantedStatus }],
          },
        ],
        paging: { pageSize: conversationPageSize, pageNumber: position.page },
      },
      schema: foundSchema,
      repeatable: true,
    },
    context,
  );
  return {
    records: [],
    references: (data.conversations ?? [])
      // The interval also finds what began before it and went on: the window of the begin has that.
      .filter(({ conversationStart: start }) => !start || contains(part, toMillis(start)))
      .flatMap(({ conversationId, evaluations }) =>
        (evaluations ?? [])
          // All evaluations of a conversation are shown when one of them is finished.
          .filter(isWanted)
          .map((found) => toReference(found, conversationId, receivedAt)),
      ),
    redacted: [],
    next: behindPage(window, position, data),
  };
}

/** Analytics and quality write statuses in different casing. */
const isWanted = ({ evaluationStatus, deleted }: FoundEvaluation): boolean =>
  deleted === true || evaluationStatus?.toLowerCase() === wantedStatus.toLowerCase();

const toReference = (
  { evaluationId, deleted, systemSubmitted }: FoundEvaluation,
  locator: string,
  receivedAt: string,
): RecordReference => ({
  kind: 'evaluation',
  id: evaluationId,
  locator,
  // The answer tells of no change: whatever is held may be old.
  changedAt: receivedAt,
  isAutomated: systemSubmitted ?? null,
  reason: deleted === true ? 'deleted-event' : 'requested',
});
