/** Evaluations of the published Genesys Cloud contract behind the port of sources. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Cursor, Source, SourceMapper } from '../../source.js';
import { countByDay } from './counts.js';
import { countCreated } from './createdCounts.js';
import { afterPass, beginOf, eventPosition, passOf, searchPosition } from './cursor.js';
import { orderEvents, readEventPage, skipEventPage } from './events.js';
import { formIdsPerCall, readForms } from './forms.js';
import { answersMatch, lookup } from './lookup.js';
import { mapCalibration } from './mapCalibration.js';
import { mapEvaluation } from './mapEvaluation.js';
import { mapForm } from './mapForm.js';
import { passes } from './passes.js';
import { permissionsOf } from './permissions.js';
import { readSearchPage, skipSearchPage } from './search.js';
import { commonMapper, commonParts } from './sourceParts.js';
import { auditVisibility } from './visibility.js';

const mapper: SourceMapper = {
  ...commonMapper,
  record: (record, { form }, context) =>
    record.kind === 'evaluation' ? mapEvaluation(record, form, context) : mapCalibration(record, context),
  form: mapForm,
};

export function createEvaluationsSource(
  api: ApiClient,
  permissions: readonly string[] = permissionsOf({ name: 'evaluations', discovery: 'lists' }),
): Source {
  const [firstPass] = passes;
  if (firstPass === undefined) throw new Error('a window is read by at least one pass');
  return {
    ...commonParts(api, permissions),
    capabilities: {
      holdsEvaluations: true,
      reconciles: { kind: 'evaluation', tables: ['evaluations'] },
      listedBy: 'submission',
      updatedSince: false,
      lookupById: true,
      forms: true,
      answersInLists: 'verified',
      deleteSignal: true,
      permissions,
    },
    formIdsPerCall,
    mapper,
    countByDay: (interval, context) => countByDay(api, interval, context),
    countCreated: (span, context) => countCreated(api, span, context),
    firstCursor: () => beginOf(firstPass),
    describeCursor: (cursor) => {
      const pass = passOf(cursor);
      switch (pass.kind) {
        case 'order':
          return pass.label;
        case 'search':
          return describeSearch(pass.label, cursor);
        case 'events':
          return describeEvents(pass.label, cursor);
      }
    },
    readPage: (window, cursor, context) => {
      const pass = passOf(cursor);
      switch (pass.kind) {
        case 'order':
          return orderEvents(api, window, pass, context);
        case 'search':
          return readSearchPage(api, window, pass, cursor, context);
        case 'events':
          return readEventPage(api, window, pass, cursor, context);
      }
    },
    skipPage: (window, cursor, body) => {
      const pass = passOf(cursor);
      switch (pass.kind) {
        case 'order':
          return afterPass(pass);
        case 'search':
          return skipSearchPage(window, pass, cursor, body);
        case 'events':
          return skipEventPage(window, pass, cursor, body);
      }
    },
    verifyAnswersInLists: (page, context) => answersMatch(api, page, context),
    lookup: (reference, context) => lookup(api, reference, context),
    readForms: (formIds, context) => readForms(api, formIds, context),
    auditVisibility: (window, context) => auditVisibility(api, window, context),
  };
}

function describeSearch(label: string, cursor: Cursor): string {
  const { after, page } = searchPosition(cursor);
  if (after === null) return label;
  return `${label}, from ${new Date(after).toISOString()}${page > 1 ? `, page ${page}` : ''}`;
}

function describeEvents(label: string, cursor: Cursor): string {
  const { from, plain } = eventPosition(cursor);
  const start = from === null ? '' : `, from ${new Date(from).toISOString()}`;
  return `${label}${start}${plain ? ', asked for plainly, as the vendor refused more' : ''}`;
}
