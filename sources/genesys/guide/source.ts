/** The guide contract of Genesys Cloud: which of its adapters reads a stream. */
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import type { GenesysStream } from '../streams.js';
import { createAssessmentsSource } from './assessmentsSource.js';
import { createCsatSource } from './csatSource.js';
import { createDivisionsSource } from './divisionsSource.js';
import { createEvaluationsSource } from './evaluationsSource.js';
import { createFeedbackSource } from './feedbackSource.js';

/** Reads the stream as docs/contracts/genesys-guide.md says. */
export function createGuideSource(api: ApiClient, stream: GenesysStream): Source {
  switch (stream.name) {
    case 'evaluations':
      return createEvaluationsSource(api, stream);
    case 'assessments':
      return createAssessmentsSource(api, stream);
    case 'csat':
      return createCsatSource(api, stream);
    case 'feedback':
      return createFeedbackSource(api, stream);
    case 'divisions':
      return createDivisionsSource(api);
  }
}
