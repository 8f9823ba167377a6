/** What `tidemark doctor` asks under the guide contract: the token says itself what it may be used for. */
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceDiagnosis } from '../../source.js';
import { isRefusal } from '../../http/refusal.js';
import { diagnoseScopes } from '../../http/scopeDiagnosis.js';
import { readDivisions } from './divisions.js';
import { opens } from './scopes.js';

export async function diagnose(
  api: ApiClient,
  needed: readonly string[],
  context: CallContext,
): Promise<SourceDiagnosis> {
  const diagnosis = await diagnoseScopes(api, needed, context, opens);
  return {
    ...diagnosis,
    organisationDivisions: await divisionsIfAllowed(api, context),
    // Stated with the first answer.
    allowance: api.allowance(),
  };
}

async function divisionsIfAllowed(
  api: ApiClient,
  context: CallContext,
): Promise<SourceDiagnosis['organisationDivisions']> {
  try {
    const { listed } = await readDivisions(api, context);
    return listed.map(({ entity: { id, name } }) => ({ id, name: name ?? id }));
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
