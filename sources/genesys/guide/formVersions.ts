import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceForm } from '../../source.js';
import { formVersionSchema } from './schemas.js';

/** Form versions are read one at a time: so many before the work is reported. */
export const formVersionsPerCall = 10;

/** Reads form versions; what was read once is kept, as a version does not change. */
export function createFormVersions(api: ApiClient) {
  const known = new Map<string, SourceForm>();
  return async (ids: readonly string[], context: CallContext): Promise<SourceForm[]> => {
    const forms: SourceForm[] = [];
    for (const id of ids) {
      const form = known.get(id) ?? (await readFormVersion(api, id, context));
      if (form === null) continue;
      known.set(id, form);
      forms.push(form);
    }
    return forms;
  };
}

/** Null for one that the source does not know. */
async function readFormVersion(api: ApiClient, id: string, context: CallContext): Promise<SourceForm | null> {
  const { data, raw, receivedAt } = await api.find(
    {
      method: 'GET',
      path: `/api/v2/quality/formversions/${encodeURIComponent(id)}`,
      template: '/api/v2/quality/formversions/{formVersionId}',
      schema: formVersionSchema,
      repeatable: true,
    },
    context,
  );
  return data === null ? null : { formId: id, extractedAt: receivedAt, body: raw };
}
