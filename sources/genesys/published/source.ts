/** The published Genesys Cloud contract: which of its adapters reads a stream. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import type { GenesysStream } from '../streams.js';
import { createEvaluationsSource } from './evaluationsSource.js';

/** @throws TidemarkError InvalidConfig for a stream that the contract does not have. */
export function createPublishedSource(api: ApiClient, stream: GenesysStream): Source {
  switch (stream.name) {
    case 'evaluations':
      return createEvaluationsSource(api);
    default:
      throw new TidemarkError('InvalidConfig', `The published API has no stream "${stream.name}".`, {
        remedy: 'Streams there: evaluations.',
      });
  }
}
