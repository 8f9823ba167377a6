/** Assessments of a window, division by division. */
import type { Interval } from '../../../model/interval.js';
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, SourcePage, SourceRecord } from '../../source.js';
import type { AssessmentsStream } from '../streams.js';
import {
  describeDivision,
  divisionsLeft,
  firstDivision,
  nextInDivisions,
  readDivisionIds,
} from './divisionWalk.js';
import { submittedBySystem } from './evaluationRecords.js';
import { readListing, textIn, type Listed } from '../../lists/listing.js';
import { leadsBack, listBegin, onTo, tokenPosition, type TokenPosition } from '../../lists/tokenPosition.js';
import { assessmentListingSchema, type Assessment } from './schemas.js';

export const assessmentsPath = '/api/v2/quality/assessments';
/** The contract's maximum. */
export const assessmentPageSize = 500;

/** Where reading a division begins. */
const begin: Cursor = { ...listBegin };

export const firstAssessments = ({ divisions }: AssessmentsStream): Cursor => firstDivision(divisions, begin);

export function describeAssessments(cursor: Cursor): string {
  const { page } = tokenPosition(cursor);
  return describeDivision(cursor, page === 1 ? '' : `, page ${page}`);
}

export async function readAssessmentPage(
  api: ApiClient,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const divisions = divisionsLeft(cursor);
  if (divisions === null) return readDivisionIds(api, begin, context);
  const [divisionId] = divisions;
  if (divisionId === undefined) return emptyPage(null);
  const position = tokenPosition(cursor);
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

function nextOf(
  divisions: readonly string[],
  position: TokenPosition,
  token: string | null | undefined,
): Cursor | null {
  return nextInDivisions(divisions, token ? { ...onTo(position, token) } : null, begin);
}

/** Behind a page that cannot be used; divisions are known by then, as reading fails without them. */
export function skipAssessmentPage(cursor: Cursor, body: unknown): Cursor | null {
  const divisions = divisionsLeft(cursor);
  if (divisions === null) return null;
  const position = tokenPosition(cursor);
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
