import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceForm } from '../../source.js';
import { formListingSchema } from './schemas.js';

/** The vendor's maximum of ids in one request. */
export const formIdsPerCall = 100;

/** Where form versions are read many at once. */
export const formPaths = {
  evaluations: '/api/v2/quality/forms/evaluations/bulk',
  surveys: '/api/v2/quality/forms/surveys/bulk',
} as const;

/** Form versions by id, with their questions; those the vendor does not know, or hides from the client, are left out. */
export async function readForms(
  api: ApiClient,
  formIds: readonly string[],
  context: CallContext,
  path: (typeof formPaths)[keyof typeof formPaths] = formPaths.evaluations,
): Promise<SourceForm[]> {
  const { data, raw, receivedAt } = await api.call(
    { method: 'GET', path, query: { id: formIds }, schema: formListingSchema, repeatable: true },
    context,
  );
  const bodies = (raw as { entities?: unknown[] } | null)?.entities ?? [];
  return (data.entities ?? []).flatMap(({ id, redacted }, index) =>
    redacted === true ? [] : [{ formId: id, extractedAt: receivedAt, body: bodies[index] }],
  );
}
