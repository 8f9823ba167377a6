import { toIso } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference } from '../../source.js';
import type { AssessmentsStream } from '../streams.js';
import { assessmentPageSize, assessmentRecord, assessmentsPath } from './assessments.js';
import { searchDivisions } from './divisionWalk.js';
import { findListed, type Search } from '../../lists/findListed.js';
import { byNextPageToken, rangeAround } from '../../lists/listing.js';
import { assessmentListingSchema, type Assessment } from './schemas.js';

const unsubmitted = ['pending', 'inProgress'];

/**
 * The contract reads no assessment by id: it is looked for where it was submitted, as the reference says, and, where it
 * says nothing, among those that wait for it. One that was submitted (anew) since is in neither; the window of that
 * moment shows it.
 */
export async function lookupAssessment(
  api: ApiClient,
  { divisions }: AssessmentsStream,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const search = async (ids: readonly string[]) =>
    findListed(api, reference, listsOf(ids, reference), context);
  return outcomeOf(await searchDivisions(api, divisions, search, context), reference);
}

function outcomeOf({ found, receivedAt }: Search<Assessment>, reference: RecordReference): Lookup {
  if (found === null) return { outcome: 'gone', reference, extractedAt: receivedAt };
  return { outcome: 'found', record: assessmentRecord(found, receivedAt), references: [] };
}

const listsOf = (ids: readonly string[], reference: RecordReference) =>
  ids.flatMap((divisionId) =>
    spansOf(reference).map((span) => ({
      path: assessmentsPath,
      schema: assessmentListingSchema,
      query: { ...span, divisionId, pageSize: assessmentPageSize },
      ...byNextPageToken,
    })),
  );

/** One end is enough where there is no moment to look at; it must not be the time of this machine. */
function spansOf({ changedAt: submittedAt }: RecordReference): Record<string, string>[] {
  if (submittedAt !== '') return [rangeAround(submittedAt)];
  return unsubmitted.map((status) => ({ status, dateFrom: toIso(0) }));
}
