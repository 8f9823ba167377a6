/** Answers of customers in evaluations of the guide contract, behind the port of sources. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import { createSource } from './commonSource.js';
import { mapSurvey } from './mapSurvey.js';
import { scopesOf, type StreamOf } from './scopes.js';
import { auditSurveyLabels } from './surveyLabels.js';
import { readSurveyPage, skipSurveyPage, surveyCursors } from './surveys.js';

export function createCsatSource(api: ApiClient, stream: StreamOf<'csat'>): Source {
  return createSource(api, {
    scopes: scopesOf(stream),
    capabilities: {
      holdsEvaluations: false,
      reconciles: null,
      listedBy: 'submission',
      updatedSince: false,
      deleteSignal: false,
    },
    firstCursor: () => surveyCursors.begin(),
    describeCursor: (cursor) => surveyCursors.describe(cursor),
    readPage: (window, cursor, context) => readSurveyPage(api, stream, window, cursor, context),
    skipPage: (_, cursor, body) => skipSurveyPage(cursor, body),
    auditVisibility: (window, context) => auditSurveyLabels(api, stream, window, context),
    mapper: {
      record: (record, related, context) => mapSurvey(record, stream, related, context),
    },
  });
}
