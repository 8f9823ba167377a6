/** Divisions, users and queues on their own: every run brings the directory, and there is nothing else to read. */
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import { TidemarkError } from '../../../model/errors.js';
import type { Source } from '../../source.js';
import { formIdsPerCall } from './forms.js';
import { commonMapper, commonParts, withoutEvaluations } from './sourceParts.js';

export function createDivisionsSource(api: ApiClient, permissions: readonly string[]): Source {
  return {
    ...commonParts(api, permissions),
    ...withoutEvaluations,
    capabilities: {
      holdsEvaluations: false,
      reconciles: null,
      listedBy: 'change',
      updatedSince: false,
      lookupById: false,
      forms: false,
      answersInLists: 'always',
      deleteSignal: false,
      permissions,
    },
    formIdsPerCall,
    mapper: { ...commonMapper, record: () => ({}), form: () => ({}) },
    countByDay: () => Promise.resolve(null),
    firstCursor: () => ({}),
    describeCursor: () => 'the directory alone',
    readPage: async () => emptyPage(null),
    skipPage: () => null,
    lookup: ({ kind, id }) =>
      Promise.reject(
        new TidemarkError('InvalidRequest', `The stream "divisions" has no records: no ${kind} ${id}.`, {
          remedy: 'Ask the stream that holds it.',
        }),
      ),
    readForms: () => Promise.resolve([]),
  };
}
