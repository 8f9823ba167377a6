import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, Lookup, RecordReference } from '../../source.js';
import { checkLocator } from '../checkLocator.js';
import { toRecords } from './evaluationRecords.js';
import { evaluationSchema } from './schemas.js';

/** Reads one evaluation by id. What is hidden from the client answers as what is gone. */
export async function lookupEvaluation(
  api: ApiClient,
  reference: RecordReference,
  context: CallContext,
): Promise<Lookup> {
  checkLocator(reference);
  const { id, locator } = reference;
  const { data, raw, receivedAt } = await api.find(
    {
      method: 'GET',
      path: `/api/v2/quality/conversations/${encodeURIComponent(locator)}/evaluations/${encodeURIComponent(id)}`,
      template: '/api/v2/quality/conversations/{conversationId}/evaluations/{evaluationId}',
      schema: evaluationSchema,
      repeatable: true,
    },
    context,
  );
  if (data === null) return { outcome: 'gone', reference, extractedAt: receivedAt };
  const [record] = await toRecords(api, [{ entity: data, body: raw }], receivedAt, context);
  if (record === undefined) throw new Error('one evaluation makes one record');
  return { outcome: 'found', record, references: [] };
}
