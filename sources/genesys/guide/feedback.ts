/**
 * Feedback of a window, by change and by creation. The second list is a belt beside braces: it costs a page or two, and
 * shows entries whose date of change an edit did not move.
 */
import type { Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, RecordReference, SourcePage, SourceRecord } from '../../source.js';
import { emptyPage } from '../../emptyPage.js';
import type { FeedbackStream } from '../streams.js';
import {
  describeDivision,
  divisionsLeft,
  firstDivision,
  nextInDivisions,
  readDivisionIds,
} from './divisionWalk.js';
import { readListing, textIn, type Listed } from '../../lists/listing.js';
import { PassCursors } from '../../lists/passCursor.js';
import { feedbackListingSchema, type Feedback } from './schemas.js';
import { allDivisionsId } from './visibility.js';

export const feedbackPath = '/api/v2/quality/feedback';
/** The contract's maximum. */
export const feedbackPageSize = 500;

const passes = {
  changed: { label: 'changed in the window', from: 'dateModifiedFrom', to: 'dateModifiedTo' },
  created: { label: 'created in the window', from: 'dateFrom', to: 'dateTo' },
} as const;

const feedbackCursors = new PassCursors({
  changed: passes.changed.label,
  created: passes.created.label,
});

export const firstFeedback = ({ divisions = 'all' }: FeedbackStream): Cursor =>
  firstDivision(divisions, feedbackCursors.begin());

export const describeFeedback = (cursor: Cursor): string =>
  describeDivision(cursor, `, ${feedbackCursors.describe(cursor)}`);

/** The parameter that narrows a list; without it all divisions are shown at once. */
export const inDivision = (divisionId: string) => (divisionId === allDivisionsId ? {} : { divisionId });

export async function readFeedbackPage(
  api: ApiClient,
  { deleted }: FeedbackStream,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const divisions = divisionsLeft(cursor);
  if (divisions === null) return readDivisionIds(api, feedbackCursors.begin(), context);
  const [divisionId] = divisions;
  if (divisionId === undefined) return emptyPage(null);
  const position = feedbackCursors.read(cursor);
  const { from, to } = passes[position.pass];
  const { listed, answer, receivedAt } = await readListing(
    api,
    {
      path: feedbackPath,
      query: {
        [from]: window.start,
        [to]: window.end,
        ...inDivision(divisionId),
        pageSize: feedbackPageSize,
        nextPageToken: position.token ?? undefined,
      },
      schema: feedbackListingSchema,
    },
    context,
  );
  const isDropped = ({ status }: Feedback) => status === 'deleted' && deleted === 'drop';
  return {
    records: listed
      .filter(({ entity }) => !isDropped(entity))
      .map((each) => feedbackRecord(each, receivedAt)),
    references: listed.filter(({ entity }) => isDropped(entity)).map(({ entity }) => toReference(entity)),
    redacted: [],
    next: nextIn(divisions, feedbackCursors.after(position, answer.nextPageToken)),
  };
}

/** Behind a page that cannot be used: where it says itself that the list goes on. */
export function skipFeedbackPage(cursor: Cursor, body: unknown): Cursor | null {
  const divisions = divisionsLeft(cursor);
  // Reading fails without them.
  if (divisions === null) return null;
  return nextIn(divisions, feedbackCursors.behind(cursor, textIn(body, 'nextPageToken')));
}

const nextIn = (divisions: readonly string[], within: Cursor | null) =>
  nextInDivisions(divisions, within, feedbackCursors.begin());

/** What a reference needs to be found again: the agent narrows the list. */
const locatorOf = ({ agentId }: Feedback): string => agentId ?? '';

export function feedbackRecord({ entity, body }: Listed<Feedback>, extractedAt: string): SourceRecord {
  return {
    kind: 'feedback',
    id: entity.id,
    locator: locatorOf(entity),
    ...(entity.interactionId ? { conversationId: entity.interactionId } : {}),
    changeStamp: entity.dateModified,
    formId: null,
    isAutomated: null,
    extractedAt,
    body,
  };
}

/**
 * A deleted entry that is not to be kept. One that was never loaded stays out; one that was is marked as deleted in the
 * warehouse, or it would stand there as if it were still said.
 */
const toReference = (entry: Feedback): RecordReference => ({
  kind: 'feedback',
  id: entry.id,
  locator: locatorOf(entry),
  changedAt: entry.dateModified,
  isAutomated: null,
  reason: 'deleted-event',
});
