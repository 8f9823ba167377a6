/** Coaching of agents behind the port of sources. */
import { toIso } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, RecordReference, Source, SourcePage, SourceRecord } from '../../source.js';
import type { FeedbackStream } from '../streams.js';
import { readBeside } from '../../lists/besidePage.js';
import { appointmentPosition, firstAppointments, skipAppointmentPage } from './appointmentCursor.js';
import { readAppointmentPage } from './appointments.js';
import { cachedFor } from './cached.js';
import { listing } from './directory.js';
import { isDeleted, lookupFeedback } from './feedbackLookup.js';
import { formIdsPerCall } from './forms.js';
import { orHidden } from './hiddenRecord.js';
import { mapFeedback } from './mapFeedback.js';
import { commonMapper, commonParts, withoutEvaluations } from './sourceParts.js';

/** Who is asked about; nobody is hired and coached within minutes. */
const userIdsLastMillis = 10 * 60_000;

export function createFeedbackSource(
  api: ApiClient,
  { deleted }: FeedbackStream,
  permissions: readonly string[],
): Source {
  const dropsDeleted = deleted === 'drop';
  const userIds = cachedFor(userIdsLastMillis, (context) => readUserIds(api, context));
  return {
    ...commonParts(api, permissions),
    ...withoutEvaluations,
    capabilities: {
      holdsEvaluations: false,
      reconciles: null,
      listedBy: 'change',
      updatedSince: false,
      lookupById: true,
      forms: false,
      answersInLists: 'always',
      // Annotations say so; appointments are missing from then on, without a sign.
      deleteSignal: false,
      permissions,
    },
    formIdsPerCall,
    mapper: { ...commonMapper, record: mapFeedback, form: () => ({}) },
    countByDay: () => Promise.resolve(null),
    firstCursor: () => firstAppointments,
    describeCursor: (cursor) => {
      const { pass, after, from, page } = appointmentPosition(cursor);
      const parts = [
        after === null ? '' : `, people behind ${after}`,
        from === null ? '' : `, from ${toIso(from)}`,
        page > 1 ? `, page ${page}` : '',
      ];
      return `${pass.label}${parts.join('')}`;
    },
    readPage: async (window, cursor, context) => {
      const position = appointmentPosition(cursor);
      const people = await readBeside(undefined, () => userIds(context));
      const page = await readAppointmentPage(api, people, window, position, context);
      return dropsDeleted ? withoutDeleted(page) : page;
    },
    skipPage: (_, cursor, body) => skipAppointmentPage(cursor, body),
    lookup: (reference, context) =>
      orHidden(reference, lookupFeedback(api, reference, dropsDeleted, context)),
    readForms: () => Promise.resolve([]),
  };
}

/** Of everybody, sorted: those who have left were coached, too. */
async function readUserIds(api: ApiClient, context: CallContext): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of listing(api, '/api/v2/users', { pageSize: 500, state: 'any' }, context)) {
    for (const { id } of page) ids.push(id);
  }
  return ids.sort();
}

/** What is deleted is not loaded; where it had been loaded before, the warehouse has to learn of it. */
function withoutDeleted(page: SourcePage): SourcePage {
  const deleted = page.records.filter(isDeleted);
  return {
    ...page,
    records: page.records.filter((record) => !deleted.includes(record)),
    references: [...page.references, ...deleted.map(toReference)],
  };
}

const toReference = ({ kind, id, locator, changeStamp }: SourceRecord): RecordReference => ({
  kind,
  id,
  locator,
  changedAt: changeStamp,
  isAutomated: null,
  reason: 'deleted-event',
});
