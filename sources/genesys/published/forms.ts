import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceForm } from '../../source.js';
import { formListingSchema } from './schemas.js';

/** The vendor's maximum of ids in one request. */
export const formIdsPerCall = 100;

/** Form versions by id, with their questions; ids the vendor does not know are not in the answer. */
export async function readForms(
  api: ApiClient,
  formIds: readonly string[],
  context: CallContext,
): Promise<SourceForm[]> {
  const { data, raw, receivedAt } = await api.call(
    {
      method: 'GET',
      path: '/api/v2/quality/forms/evaluations/bulk',
      query: { id: formIds },
      schema: formListingSchema,
      repeatable: true,
    },
    context,
  );
  const bodies = (raw as { entities?: unknown[] } | null)?.entities ?? [];
  return (data.entities ?? []).map(({ id }, index) => ({
    formId: id,
    extractedAt: receivedAt,
    body: bodies[index],
  }));
}
