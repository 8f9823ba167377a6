/**
 * What customers said, as evaluations carry it: scorecards that are surveys, by their label or by their questions. One
 * that is answered after the evaluation was submitted moves no date: only an overlap that reaches back shows it.
 */
import type { Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, SourcePage, SourceRecord } from '../../source.js';
import type { CsatStream } from '../streams.js';
import { submittedBySystem } from './evaluationRecords.js';
import { evaluationPageSize, evaluationsPath } from './evaluationLists.js';
import { readListing, textIn, type Listed } from '../../lists/listing.js';
import { PassCursors } from '../../lists/passCursor.js';
import { evaluationListingSchema, type Evaluation, type ScorecardItem } from './schemas.js';

/** The link to the next page is followed as it is; the client does so on its own origin only. */
export const surveyCursors = new PassCursors({ submitted: 'submitted in the window' });

export interface CustomerAnswer {
  scorecard: { id: string; label?: string | null | undefined };
  item: ScorecardItem;
}

export async function readSurveyPage(
  api: ApiClient,
  stream: CsatStream,
  window: Interval,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const position = surveyCursors.read(cursor);
  const { listed, answer, receivedAt } = await readSubmitted(api, stream, window, position.token, context);
  return {
    records: listed
      .filter(({ entity }) => isSurvey(entity, stream))
      // It tests an evaluator; what the customer said is with the agent's evaluation, and would count twice.
      .filter(({ entity }) => entity.isCalibration !== true)
      .map((each) => toRecord(each, receivedAt)),
    references: [],
    redacted: [],
    next: surveyCursors.after(position, answer.nextPageUri),
  };
}

/** One page of the evaluations that were submitted in a window. @param link to it, of the page before; null: the first */
export const readSubmitted = (
  api: ApiClient,
  stream: CsatStream,
  window: Interval,
  link: string | null,
  context: CallContext,
) => readListing(api, { ...requestOf(stream, window, link), schema: evaluationListingSchema }, context);

function requestOf({ interactionTypes }: CsatStream, window: Interval, link: string | null) {
  if (link !== null) return { path: link, template: evaluationsPath };
  return {
    path: evaluationsPath,
    query: {
      from: window.start,
      to: window.end,
      interactionTypes,
      pageSize: evaluationPageSize,
    },
  };
}

/** Behind a page that cannot be used: where it says itself that the list goes on. */
export const skipSurveyPage = (cursor: Cursor, body: unknown): Cursor | null =>
  surveyCursors.behind(cursor, textIn(body, 'nextPageUri'));

function toRecord({ entity, body }: Listed<Evaluation>, extractedAt: string): SourceRecord {
  return {
    kind: 'survey',
    id: entity.id,
    locator: entity.interactionId,
    conversationId: entity.interactionId,
    changeStamp: entity.dateModified,
    // Templates describe what evaluators are asked.
    formId: null,
    isAutomated: submittedBySystem(entity.evaluatorId, entity.submitDate),
    extractedAt,
    body,
  };
}

/** Whether a customer said anything: a template may have its questions in evaluations that nobody answered. */
export const isSurvey = (evaluation: Evaluation, stream: CsatStream): boolean =>
  answersOf(evaluation, stream).some(({ item: { value, text } }) => typeof value === 'number' || !!text);

/** The questions to customers with what they answered, each question once. Questions that are named count alone; else the label decides. */
export function answersOf({ scorecards }: Evaluation, { label, questionIds }: CsatStream): CustomerAnswer[] {
  const wanted = label.toLowerCase();
  const answers = new Map<string, CustomerAnswer>();
  for (const scorecard of scorecards ?? []) {
    const isLabelled = (scorecard.label ?? '').toLowerCase().includes(wanted);
    for (const item of scorecard.items ?? []) {
      const isWanted = questionIds === undefined ? isLabelled : questionIds.includes(item.id);
      if (isWanted && !answers.has(item.id)) answers.set(item.id, { scorecard, item });
    }
  }
  return [...answers.values()];
}
