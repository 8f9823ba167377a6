/**
 * Assessments of a window, division by division: an application without a grant in a division is shown nothing of it,
 * and told nothing. The divisions that are left travel in the cursor, so that they are asked for once.
 */
import type { Interval } from '../../../model/interval.js';
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, SourcePage, SourceRecord } from '../../source.js';
import type { AssessmentsStream } from '../streams.js';
import { readBeside } from '../../lists/besidePage.js';
import { readDivisions } from './divisions.js';
import { submittedBySystem } from './evaluationRecords.js';
import { readListing, textIn, type Listed } from '../../lists/listing.js';
import { leadsBack, listBegin, onTo, tokenPosition, type TokenPosition } from '../../lists/tokenPosition.js';
import { assessmentListingSchema, type Assessment } from './schemas.js';
import { allDivisionsId } from './visibility.js';

export const assessmentsPath = '/api/v2/quality/assessments';
/** The contract's maximum. */
export const assessmentPageSize = 500;

interface Position extends TokenPosition {
  /** Divisions left, the one being read first; null before they are known. */
  divisions: readonly string[] | null;
}

export function firstAssessments({ divisions }: AssessmentsStream): Cursor {
  if (divisions === 'each') return cursorOf({ divisions: null, ...listBegin });
  return cursorOf({ divisions: divisions === 'all' ? [allDivisionsId] : divisions, ...listBegin });
}

const cursorOf = ({ divisions, ...position }: Position): Cursor => ({
  divisions: divisions?.join(' ') ?? null,
  ...position,
});

function positionOf({ divisions, ...cursor }: Cursor): Position {
  return {
    divisions: typeof divisions === 'string' ? divisions.split(' ').filter((id) => id !== '') : null,
    ...tokenPosition(cursor),
  };
}

export function describeAssessments(cursor: Cursor): string {
  const { divisions, page } = positionOf(cursor);
  if (divisions === null) return 'divisions';
  const [division = 'none', ...others] = divisions;
  const begun = page === 1 ? '' : `, page ${page}`;
  if (division === allDivisionsId) return `all divisions${begun}`;
  return `division ${division}${begun}, ${others.length} more to come`;
}

export async function readAssessmentPage(
  api: ApiClient,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const { divisions, ...position } = positionOf(cursor);
  // A page of its own: were the first assessments to come with it, one that cannot be used would take all with it.
  if (divisions === null) return leadingTo(await readBeside(undefined, () => divisionIds(api, context)));
  const [divisionId] = divisions;
  if (divisionId === undefined) return leadingTo([]);
  const { listed, answer, receivedAt } = await readListing(
    api,
    {
      path: assessmentsPath,
      query: {
        dateFrom: window.start,
        dateTo: window.end,
        divisionId,
        pageSize: assessmentPageSize,
        nextPageToken: position.token ?? undefined,
      },
      schema: assessmentListingSchema,
    },
    context,
  );
  return {
    records: listed.map((each) => assessmentRecord(each, receivedAt)),
    references: [],
    redacted: [],
    next: nextOf(divisions, position, answer.nextPageToken),
  };
}

const leadingTo = (divisions: readonly string[]): SourcePage =>
  emptyPage(divisions.length === 0 ? null : cursorOf({ divisions, ...listBegin }));

/** Where none is listed, all at once: an organisation has one at least, so that an empty list says nothing. */
export async function divisionIds(api: ApiClient, context: CallContext): Promise<string[]> {
  const { listed } = await readDivisions(api, context);
  return listed.length === 0 ? [allDivisionsId] : listed.map(({ entity }) => entity.id);
}

function nextOf(
  divisions: readonly string[],
  position: TokenPosition,
  token: string | null | undefined,
): Cursor | null {
  return token ? cursorOf({ divisions, ...onTo(position, token) }) : leadingTo(divisions.slice(1)).next;
}

/** Behind a page that cannot be used; divisions are known by then, as reading fails without them. */
export function skipAssessmentPage(cursor: Cursor, body: unknown): Cursor | null {
  const { divisions, ...position } = positionOf(cursor);
  if (divisions === null) return null;
  const token = textIn(body, 'nextPageToken');
  return nextOf(divisions, position, token === null || leadsBack(position, token) ? null : token);
}

export function assessmentRecord({ entity, body }: Listed<Assessment>, extractedAt: string): SourceRecord {
  return {
    kind: 'evaluation',
    id: entity.id,
    locator: entity.interactionId ?? '',
    ...(entity.interactionId ? { conversationId: entity.interactionId } : {}),
    changeStamp: entity.dateModified,
    formId: entity.formVersionId ?? null,
    isAutomated: submittedBySystem(entity.evaluatorId, entity.dateSubmitted),
    extractedAt,
    body,
  };
}
