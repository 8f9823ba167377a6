import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceForm } from '../../source.js';
import { templateSchema } from './schemas.js';

/** Templates are read one at a time: so many before the work is reported. */
export const templatesPerCall = 10;

/** Templates by id; those that the source does not know are not in the answer. */
export async function readTemplates(
  api: ApiClient,
  ids: readonly string[],
  context: CallContext,
): Promise<SourceForm[]> {
  const templates: SourceForm[] = [];
  for (const id of ids) {
    const { data, raw, receivedAt } = await api.find(
      {
        method: 'GET',
        path: `/api/v2/quality/templates/${encodeURIComponent(id)}`,
        template: '/api/v2/quality/templates/{evaluationTemplateId}',
        schema: templateSchema,
        repeatable: true,
      },
      context,
    );
    if (data !== null) templates.push({ formId: id, extractedAt: receivedAt, body: raw });
  }
  return templates;
}
