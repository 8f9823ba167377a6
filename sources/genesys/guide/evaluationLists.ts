/** Evaluations that changed in a window. */
import type { Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, SourcePage } from '../../source.js';
import { readBeside } from '../../lists/besidePage.js';
import { toRecords } from './evaluationRecords.js';
import { readListing, textIn } from '../../lists/listing.js';
import { PassCursors } from '../../lists/passCursor.js';
import { evaluationListingSchema } from './schemas.js';

export const evaluationsPath = '/api/v2/quality/evaluations';
/** The contract's maximum. */
export const evaluationPageSize = 250;

/** What rows are made of, and nothing else. */
const fields = [
  ...['id', 'status', 'interactionId', 'evaluationTemplateId', 'overallScore', 'dateModified', 'submitDate'],
  ...['releaseDate', 'evaluatorId', 'evaluatorName', 'interactionDate', 'users', 'isCalibration'],
  ...['divisionIds', 'comments', 'sections'],
];

export const evaluationCursors = new PassCursors({ changed: 'changed in the window' });

/**
 * The range of changes in a window, as the contract writes it. Ranges include their ends: what is exactly at the end is
 * read with the next window again, where a range that ended before it would miss what the vendor dates more finely.
 */
export const changedIn = (window: Interval): string => `${window.start}..${window.end}`;

export async function readEvaluationPage(
  api: ApiClient,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const position = evaluationCursors.read(cursor);
  const { listed, answer, raw, receivedAt } = await readListing(
    api,
    {
      path: evaluationsPath,
      query: {
        dateModifiedRange: changedIn(window),
        pageSize: evaluationPageSize,
        fields,
        cursor: position.token ?? undefined,
      },
      schema: evaluationListingSchema,
    },
    context,
  );
  return {
    records: await readBeside(raw, () => toRecords(api, listed, receivedAt, context)),
    references: [],
    redacted: [],
    next: evaluationCursors.after(position, answer.nextPage),
  };
}

/** Behind a page that cannot be used: where it says itself that the list goes on. */
export const skipEvaluationPage = (cursor: Cursor, body: unknown): Cursor | null =>
  evaluationCursors.behind(cursor, textIn(body, 'nextPage'));
