import { toIso } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference } from '../../source.js';
import type { AssessmentsStream } from '../streams.js';
import { assessmentPageSize, assessmentRecord, assessmentsPath, divisionIds } from './assessments.js';
import { pagesOf, rangeAround } from '../../lists/listing.js';
import { assessmentListingSchema } from './schemas.js';
import { allDivisionsId } from './visibility.js';

const assessmentList = {
  path: assessmentsPath,
  schema: assessmentListingSchema,
  tokenAs: 'nextPageToken',
  next: (answer: { nextPageToken?: string | null | undefined }) => answer.nextPageToken,
} as const;

const unsubmitted = ['pending', 'inProgress'];

/**
 * The contract reads no assessment by id: it is looked for where it was submitted, as the reference says, and, where it
 * says nothing, among those that wait for it. One that was submitted (anew) since is in neither; the window of that
 * moment shows it. All divisions at once come first, as they cost the least; what they do not show may still be in one
 * of those that the stream reads on its own.
 */
export async function lookupAssessment(
  api: ApiClient,
  { divisions }: AssessmentsStream,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  const found = await findAmong(api, reference, [allDivisionsId], context);
  if (found.outcome === 'found' || divisions === 'all') return found;
  const single = divisions === 'each' ? await divisionIds(api, context) : divisions;
  return findAmong(api, reference, single, context);
}

async function findAmong(
  api: ApiClient,
  reference: RecordReference,
  divisions: readonly string[],
  context: CallContext,
): Promise<Lookup> {
  let extractedAt = reference.changedAt;
  for (const divisionId of divisions) {
    for (const span of spansOf(reference)) {
      const query = { ...span, divisionId, pageSize: assessmentPageSize };
      for await (const { listed, receivedAt } of pagesOf(api, { ...assessmentList, query }, context)) {
        const found = listed.find(({ entity }) => entity.id === reference.id);
        if (found !== undefined)
          return { outcome: 'found', record: assessmentRecord(found, receivedAt), references: [] };
        extractedAt = receivedAt;
      }
    }
  }
  return { outcome: 'gone', reference, extractedAt };
}

/** One end is enough where there is no moment to look at; it must not be the time of this machine. */
function spansOf({ changedAt: submittedAt }: RecordReference): Record<string, string>[] {
  if (submittedAt !== '') return [rangeAround(submittedAt)];
  return unsubmitted.map((status) => ({ status, dateFrom: toIso(0) }));
}
