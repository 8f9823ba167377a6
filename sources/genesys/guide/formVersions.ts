import type { ApiClient } from '../../http/apiClient.js';
import { knownForms } from '../../lists/knownForms.js';
import { formVersionSchema } from './schemas.js';

/** Reads form versions. */
export const createFormVersions = (api: ApiClient) =>
  knownForms(async (id, context) => {
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
  });
