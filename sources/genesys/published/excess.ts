/** What the roles of a client let it do beyond reading. */
import { z } from 'zod';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { isRefusal } from '../../http/refusal.js';

const policy = z.looseObject({
  domain: z.string().nullish(),
  entityName: z.string().nullish(),
  actions: z.array(z.string()).nullish(),
});
const subjectSchema = z.looseObject({
  grants: z
    .array(z.looseObject({ role: z.looseObject({ policies: z.array(policy).nullish() }).nullish() }))
    .nullish(),
});

/** `view`, `read`, and the likes of `search` and `searchAny`; `*` is every action there is. */
const reads = (action: string) => /^(?:view|read|search.*)$/iu.test(action);

/** As `domain:entity:action`, sorted; null where the vendor does not tell the client about itself. */
export async function excessPermissions(api: ApiClient, context: CallContext): Promise<string[] | null> {
  try {
    const { data } = await api.call(
      {
        method: 'GET',
        path: '/api/v2/authorization/subjects/me',
        schema: subjectSchema,
        repeatable: true,
      },
      context,
    );
    const excess = new Set<string>();
    for (const { role } of data.grants ?? []) {
      for (const { domain, entityName, actions } of role?.policies ?? []) {
        for (const action of actions ?? []) {
          if (!reads(action)) excess.add(`${domain ?? '*'}:${entityName ?? '*'}:${action}`);
        }
      }
    }
    return [...excess].sort();
  } catch (error) {
    // A "me" route need not answer a client without a user behind it.
    if (isRefusal(error)) return null;
    throw error;
  }
}
