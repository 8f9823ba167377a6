/** Surveys of customers behind the port of sources. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Cursor, Source } from '../../source.js';
import type { CsatStream } from '../streams.js';
import { readEnumeration, skipEnumerated } from './aggregateJobs.js';
import { countByDay } from './counts.js';
import { beginOfEvents, eventPosition } from './cursor.js';
import { formIdsPerCall, formPaths, readForms } from './forms.js';
import { orHidden } from './hiddenRecord.js';
import { mapSurvey } from './mapSurvey.js';
import { commonMapper, commonParts, withoutEvaluations } from './sourceParts.js';
import { lookupSurvey, surveyEvents, surveysByEvent } from './surveys.js';

const begin = beginOfEvents('survey-events');

export function createCsatSource(
  api: ApiClient,
  { interactionTypes }: CsatStream,
  permissions: readonly string[],
): Source {
  const enumeration = surveyEvents(interactionTypes);
  return {
    ...commonParts(api, permissions),
    ...withoutEvaluations,
    capabilities: {
      holdsEvaluations: false,
      reconciles: null,
      listedBy: 'change',
      updatedSince: true,
      lookupById: true,
      forms: true,
      answersInLists: 'never',
      deleteSignal: true,
      permissions,
    },
    formIdsPerCall,
    // Texts and maxima of a survey's form go into the rows of its answers; the tables of forms are for scorecards.
    mapper: { ...commonMapper, record: mapSurvey, form: () => ({}) },
    countByDay: (interval, context) => countByDay(api, interval, context, surveysByEvent),
    firstCursor: () => begin,
    describeCursor,
    readPage: (window, cursor, context) =>
      readEnumeration(api, window, { enumeration, after: null }, cursor, context),
    skipPage: (window, cursor, body) => skipEnumerated(window, null, cursor, body),
    lookup: (reference, context) => orHidden(reference, lookupSurvey(api, reference, context)),
    readForms: (formIds, context) => readForms(api, formIds, context, formPaths.surveys),
  };
}

function describeCursor(cursor: Cursor): string {
  const { from } = eventPosition(cursor);
  return `data events of surveys${from === null ? '' : `, from ${new Date(from).toISOString()}`}`;
}
