/** What `tidemark doctor` asks of an organisation. Every question is read-only and as small as it can be. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceDiagnosis } from '../../source.js';
import { allDivisions, evaluationsPermission, grantedDivisions } from './directory.js';
import { excessPermissions } from './excess.js';
import { probes } from './probes.js';
import { isRefusal } from '../../http/refusal.js';
import { limitsSchema } from './schemas.js';

/** @param asked permissions to look for, each once */
export async function diagnose(
  api: ApiClient,
  context: CallContext,
  asked: readonly string[],
): Promise<SourceDiagnosis> {
  const tokenLifetimeSeconds = await api.tokenLifetimeSeconds(context);
  const permissions: SourceDiagnosis['permissions'] = [];
  for (const permission of new Set(asked)) {
    permissions.push({ permission, held: await isHeld(api, permission, context) });
  }
  const decisive = decisivePermission(permissions);
  const granted = decisive === null ? null : await grantedDivisions(api, context, decisive);
  return {
    signIn: 'ok',
    tokenLifetimeSeconds,
    organisationDivisions: await allDivisions(api, context),
    grantedDivisionIds: granted === null ? null : [...granted],
    permissions,
    excessPermissions: await excessPermissions(api, context),
    allowance: (await statedAllowance(api, context)) ?? api.allowance(),
  };
}

/**
 * The one whose divisions count: that to see evaluations where it is asked for, else the first. Without a permission
 * every division would look hidden, which says less than that it is missing.
 */
function decisivePermission(asked: SourceDiagnosis['permissions']): string | null {
  const held = asked.filter((each) => each.held !== false).map(({ permission }) => permission);
  return held.includes(evaluationsPermission) ? evaluationsPermission : (held[0] ?? null);
}

async function isHeld(api: ApiClient, permission: string, context: CallContext): Promise<boolean | null> {
  const probe = probes[permission];
  if (probe === undefined) return null;
  try {
    await probe(api, context);
    return true;
  } catch (error) {
    if (!(error instanceof TidemarkError)) throw error;
    if (error.kind === 'Forbidden') return false;
    if (error.kind === 'InvalidRequest') return null;
    throw error;
  }
}

/** Null when the vendor does not state it: everybody may ask, but nothing else depends on the answer. */
async function statedAllowance(api: ApiClient, context: CallContext): Promise<SourceDiagnosis['allowance']> {
  try {
    const { data } = await api.call(
      {
        method: 'GET',
        path: '/api/v2/organizations/limits/namespaces/platform.api',
        schema: limitsSchema,
        repeatable: true,
      },
      context,
    );
    const limit = data.entities?.find(({ key }) => key === 'client.credentials.token.rate.per.minute');
    return limit === undefined ? null : { requests: limit.value, windowSeconds: 60 };
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
