/** The published Genesys Cloud contract: which of its adapters reads a stream. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import type { GenesysStream } from '../streams.js';
import { createConversationDetailsSource } from './conversationDetails.js';
import { createCsatSource } from './csatSource.js';
import { createDivisionsSource } from './divisionsSource.js';
import { createEvaluationsSource } from './evaluationsSource.js';
import { createFeedbackSource } from './feedbackSource.js';
import { permissionsOf } from './permissions.js';

/** @throws TidemarkError InvalidConfig for a stream that the contract does not have. */
export function createPublishedSource(api: ApiClient, stream: GenesysStream): Source {
  switch (stream.name) {
    case 'evaluations':
      return stream.discovery === 'lists'
        ? createEvaluationsSource(api, permissionsOf(stream))
        : createConversationDetailsSource(api, permissionsOf(stream));
    case 'csat':
      return createCsatSource(api, stream, permissionsOf(stream));
    case 'feedback':
      return createFeedbackSource(api, stream, permissionsOf(stream));
    case 'divisions':
      return createDivisionsSource(api, permissionsOf(stream));
    case 'assessments':
      throw new TidemarkError('InvalidConfig', 'The published API has no assessments.', {
        remedy: 'Its stream "evaluations" reads the same scorecards; "assessments" needs api: guide.',
      });
  }
}
