/** Evaluations of the guide contract behind the port of sources. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import { foundByConversations, type Discovery } from '../foundByConversations.js';
import { createSource } from './commonSource.js';
import { finding } from './conversationDetails.js';
import { evaluationCursors, readEvaluationPage, skipEvaluationPage } from './evaluationLists.js';
import { lookupEvaluation } from './evaluationLookup.js';
import { mapEvaluation } from './mapEvaluation.js';
import { mapTemplate } from './mapTemplate.js';
import { scopesOf, type StreamOf } from './scopes.js';
import { readTemplates, templatesPerCall } from './templates.js';
import { auditDivisions, changedEvaluationIds } from './visibility.js';

export function createEvaluationsSource(api: ApiClient, stream: StreamOf<'evaluations'>): Source {
  const byConversations = stream.discovery === 'conversation-details';
  return createSource(api, {
    scopes: scopesOf(stream),
    capabilities: {
      holdsEvaluations: true,
      reconciles: { kind: 'evaluation', tables: ['evaluations'] },
      listedBy: byConversations ? 'conversation' : 'change',
      updatedSince: !byConversations,
      deleteSignal: false,
    },
    ...(byConversations ? foundByConversations(api, finding) : listed(api)),
    formIdsPerCall: templatesPerCall,
    readForms: (ids, context) => readTemplates(api, ids, context),
    lookup: (reference, context) => lookupEvaluation(api, reference, context),
    auditVisibility: (window, context) =>
      auditDivisions(api, (divisionId) => changedEvaluationIds(api, window, divisionId, context), context),
    mapper: {
      record: (record, { form }, context) => mapEvaluation(record, form, context),
      form: mapTemplate,
    },
  });
}

const listed = (api: ApiClient): Discovery => ({
  firstCursor: () => evaluationCursors.begin(),
  describeCursor: (cursor) => evaluationCursors.describe(cursor),
  readPage: (window, cursor, context) => readEvaluationPage(api, window, cursor, context),
  skipPage: (_, cursor, body) => skipEvaluationPage(cursor, body),
});
