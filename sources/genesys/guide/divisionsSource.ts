/** Divisions on their own: the directory, and no records. */
import { TidemarkError } from '../../../model/errors.js';
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { Source } from '../../source.js';
import { createSource } from './commonSource.js';
import { scopesOf } from './scopes.js';

export function createDivisionsSource(api: ApiClient): Source {
  return createSource(api, {
    scopes: scopesOf({ name: 'divisions' }),
    capabilities: {
      holdsEvaluations: false,
      reconciles: null,
      listedBy: 'change',
      updatedSince: false,
      deleteSignal: false,
    },
    firstCursor: () => ({}),
    describeCursor: () => 'divisions',
    readPage: async () => emptyPage(null),
    skipPage: () => null,
    auditVisibility: async () => [],
    mapper: {
      record: ({ kind, id }) => {
        throw new TidemarkError(
          'InvalidRequest',
          `The stream divisions has no records, but got ${kind} ${id}.`,
        );
      },
    },
  });
}
