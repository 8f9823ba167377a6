/** Data events of a window: every evaluation that anything happened to, deletions included. */
import { TidemarkError, type ErrorKind } from '../../../model/errors.js';
import type { Interval } from '../../../model/interval.js';
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Cursor, RecordReference, SourcePage } from '../../source.js';
import { orderEnumeration, readEnumeration, skipEnumerated, type Enumeration } from './aggregateJobs.js';
import { countOf, type AggregateResult } from './aggregateSchemas.js';
import { afterPass } from './cursor.js';
import type { EventPass, OrderPass } from './passes.js';

const enumeration: Enumeration = {
  jobsPath: '/api/v2/analytics/evaluations/aggregates/jobs',
  // What is missing without the calibrations apart are those whose scorecards were deleted; the others are known from
  // the scorecards themselves.
  question: (plain) => ({
    groupBy: ['evaluationId', 'conversationId', ...(plain ? [] : ['calibrationId'])],
    metrics: ['nEvaluations', 'nEvaluationsRescored', 'nEvaluationsDeleted'],
  }),
  references: referencesOf,
};

/**
 * A page without records: it is the order that is kept, before anything else is asked for. Where the vendor does not take
 * it, the lists are read all the same; the last pass asks again, and says what is wrong.
 */
export async function orderEvents(
  api: ApiClient,
  window: Interval,
  pass: OrderPass,
  context: CallContext,
): Promise<SourcePage> {
  const ordered = await orderEnumeration(api, window, enumeration, context).catch((error: unknown) => {
    if (error instanceof TidemarkError && canWait.includes(error.kind)) return undefined;
    throw error;
  });
  return emptyPage(afterPass(pass, ordered));
}

const canWait: readonly ErrorKind[] = [
  'UpstreamUnavailable',
  'SchemaMismatch',
  'Forbidden',
  'InvalidRequest',
];

export function readEventPage(
  api: ApiClient,
  window: Interval,
  pass: EventPass,
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  return readEnumeration(api, window, { enumeration, after: afterPass(pass) }, cursor, context);
}

export const skipEventPage = (window: Interval, pass: EventPass, cursor: Cursor, body: unknown) =>
  skipEnumerated(window, afterPass(pass), cursor, body);

function referencesOf(result: AggregateResult, part: Interval): RecordReference[] {
  const { evaluationId, conversationId, calibrationId } = result.group ?? {};
  if (!evaluationId) return [];
  const deleted = countOf(result, 'nEvaluationsDeleted') > 0;
  const event: RecordReference = {
    kind: 'evaluation',
    id: evaluationId,
    // Without the conversation it cannot be read by id. Kept all the same: mostly a list has shown the record.
    locator: conversationId ?? '',
    // Only the span is known, not the moment in it: a copy read after its end is new enough.
    changedAt: part.end,
    isAutomated: null,
    reason: deleted ? 'deleted-event' : 'event',
  };
  if (!calibrationId) return [event];
  // A calibration goes with the last of its scorecards, and nothing else tells of it.
  const reason = deleted ? 'deleted-event' : 'calibration';
  return [event, { ...event, kind: 'calibration', id: calibrationId, reason }];
}
