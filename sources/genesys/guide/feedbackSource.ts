/** Feedback of the guide contract behind the port of sources. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import { createSource } from './commonSource.js';
import {
  describeFeedback,
  feedbackPageSize,
  feedbackPath,
  firstFeedback,
  readFeedbackPage,
  skipFeedbackPage,
} from './feedback.js';
import { lookupFeedback } from './feedbackLookup.js';
import { idsListed } from '../../lists/idsListed.js';
import { mapFeedback } from './mapFeedback.js';
import { scopesOf, type StreamOf } from './scopes.js';
import { auditDivisions } from './visibility.js';

export function createFeedbackSource(api: ApiClient, stream: StreamOf<'feedback'>): Source {
  return createSource(api, {
    scopes: scopesOf(stream),
    capabilities: {
      holdsEvaluations: false,
      reconciles: null,
      listedBy: 'change',
      updatedSince: true,
      deleteSignal: true,
    },
    firstCursor: () => firstFeedback(stream),
    describeCursor: describeFeedback,
    readPage: (window, cursor, context) => readFeedbackPage(api, stream, window, cursor, context),
    skipPage: (_, cursor, body) => skipFeedbackPage(cursor, body),
    lookup: (reference, context) => lookupFeedback(api, stream, reference, context),
    auditVisibility: (window, context) => {
      const query = {
        dateModifiedFrom: window.start,
        dateModifiedTo: window.end,
        pageSize: feedbackPageSize,
      };
      const list = { path: feedbackPath, tokenAs: 'nextPageToken' } as const;
      return auditDivisions(
        api,
        (divisionId) => idsListed(api, { ...list, query: { ...query, divisionId } }, context),
        context,
      );
    },
    mapper: { record: (record, _, context) => mapFeedback(record, context) },
  });
}
