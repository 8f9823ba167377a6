/** The guide contract of NICE CXone behind the port of sources. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import { diagnoseScopes } from '../../http/scopeDiagnosis.js';
import { formsPerCall } from '../../lists/knownForms.js';
import { wholeDays } from '../../lists/wholeDays.js';
import type { Source, SourceMapper } from '../../source.js';
import { lookupAssessment } from './assessmentLookup.js';
import { assessmentList } from './assessments.js';
import { feedbackList, lookupFeedback } from './feedback.js';
import { mapAssessment } from './mapAssessment.js';
import { mapFeedback } from './mapFeedback.js';
import { mapRubric } from './mapRubric.js';
import { createRubrics } from './rubrics.js';
import { scopesOf } from './scopes.js';
import type { AssessmentsStream, CxoneGuideStream, FeedbackStream } from './streams.js';
import { auditScopes } from './visibility.js';
import { windowLists } from './windowLists.js';

/** Reads the stream as docs/contracts/cxone-guide.md says. */
export function createCxoneGuideSource(api: ApiClient, stream: CxoneGuideStream): Source {
  return stream.name === 'assessments' ? assessmentsSource(api, stream) : feedbackSource(api, stream);
}

/** The one scope of the contract. */
const permissions = ['quality:read'];

const listed = {
  listedBy: 'creation',
  updatedSince: true,
  answersInLists: 'always',
  deleteSignal: false,
  permissions,
} as const;

function assessmentsSource(api: ApiClient, stream: AssessmentsStream): Source {
  const scopes = scopesOf(stream);
  return {
    ...common(api),
    capabilities: {
      ...listed,
      holdsEvaluations: true,
      reconciles: { kind: 'evaluation', tables: ['evaluations'] },
      lookupById: false,
      forms: true,
    },
    ...windowLists(api, assessmentList, scopes),
    lookup: (reference, context) => lookupAssessment(api, scopes, reference, context),
    formIdsPerCall: formsPerCall,
    readForms: createRubrics(api),
    auditVisibility: (window, context) =>
      auditScopes(api, assessmentList.path, stream, wholeDays(window), context),
    mapper: {
      ...mapper,
      record: (record, { form }, context) => mapAssessment(record, form, context),
      form: mapRubric,
    },
  };
}

function feedbackSource(api: ApiClient, stream: FeedbackStream): Source {
  return {
    ...common(api),
    capabilities: {
      ...listed,
      holdsEvaluations: false,
      reconciles: { kind: 'feedback', tables: ['feedback'] },
      lookupById: true,
      forms: false,
    },
    ...windowLists(api, feedbackList, scopesOf(stream)),
    lookup: (reference, context) => lookupFeedback(api, reference, context),
    formIdsPerCall: 1,
    // Feedback has none.
    readForms: async () => [],
    auditVisibility: (window, context) =>
      auditScopes(api, feedbackList.path, stream, wholeDays(window), context),
    mapper: { ...mapper, record: (record, _, context) => mapFeedback(record, context) },
  };
}

const common = (api: ApiClient) =>
  ({
    vendor: 'cxone',
    api: 'guide',
    // The contract counts nothing.
    countByDay: async () => null,
    countCreated: async () => null,
    // Lists carry whole answers by contract: nothing is to be verified.
    verifyAnswersInLists: async () => null,
    // It lists neither people nor queues nor sites.
    readDirectory: async function* () {},
    diagnose: (context, asked = permissions) => diagnoseScopes(api, asked, context),
  }) satisfies Partial<Source>;

const mapper = {
  form: () => ({}),
  directory: ({ kind, id }) => {
    throw new TidemarkError('InvalidRequest', `The guide contract of NICE CXone lists no ${kind} (${id}).`);
  },
} satisfies Partial<SourceMapper>;
