import type { ApiClient } from '../../http/apiClient.js';
import { knownForms } from '../../lists/knownForms.js';
import { rubricSchema } from './schemas.js';

/** Reads rubrics; another version of one has another id. */
export const createRubrics = (api: ApiClient) =>
  knownForms(async (id, context) => {
    const { data, raw, receivedAt } = await api.find(
      {
        method: 'GET',
        path: `/api/v2/quality/rubrics/${encodeURIComponent(id)}`,
        template: '/api/v2/quality/rubrics/{rubricId}',
        schema: rubricSchema,
        repeatable: true,
      },
      context,
    );
    return data === null ? null : { formId: id, extractedAt: receivedAt, body: raw };
  });
