/** Assessments of the guide contract: evaluations read division by division, with weights of their form versions. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import {
  assessmentPageSize,
  assessmentsPath,
  describeAssessments,
  firstAssessments,
  readAssessmentPage,
  skipAssessmentPage,
} from './assessments.js';
import { lookupAssessment } from './assessmentLookup.js';
import { createSource } from './commonSource.js';
import { createFormVersions } from './formVersions.js';
import { idsListed } from '../../lists/idsListed.js';
import { formsPerCall } from '../../lists/knownForms.js';
import { mapAssessment } from './mapAssessment.js';
import { mapFormVersion } from './mapFormVersion.js';
import { scopesOf, type StreamOf } from './scopes.js';
import { auditDivisions } from './visibility.js';

export function createAssessmentsSource(api: ApiClient, stream: StreamOf<'assessments'>): Source {
  return createSource(api, {
    scopes: scopesOf(stream),
    capabilities: {
      holdsEvaluations: true,
      reconciles: { kind: 'evaluation', tables: ['evaluations'] },
      listedBy: 'submission',
      updatedSince: false,
      deleteSignal: false,
    },
    firstCursor: () => firstAssessments(stream),
    describeCursor: describeAssessments,
    readPage: (window, cursor, context) => readAssessmentPage(api, window, cursor, context),
    skipPage: (_, cursor, body) => skipAssessmentPage(cursor, body),
    lookup: (reference, context) => lookupAssessment(api, stream, reference, context),
    formIdsPerCall: formsPerCall,
    readForms: createFormVersions(api),
    auditVisibility: (window, context) => {
      const query = {
        dateFrom: window.start,
        dateTo: window.end,
        pageSize: assessmentPageSize,
      };
      const list = { path: assessmentsPath, tokenAs: 'nextPageToken' } as const;
      return auditDivisions(
        api,
        (divisionId) => idsListed(api, { ...list, query: { ...query, divisionId } }, context),
        context,
      );
    },
    mapper: {
      record: (record, { form }, context) => mapAssessment(record, form, context),
      form: mapFormVersion,
    },
  });
}
