/** What a client that is granted scopes may do: the token says it itself. */
import type { CallContext, SourceDiagnosis } from '../source.js';
import type { ApiClient } from './apiClient.js';

/** Whether a scope that was granted opens what another one is needed for. */
export type Opens = (granted: string, needed: string) => boolean;

/** What changes or deletes things, or opens everything at once. */
const excess = /:(?:write|edit|delete|all)$/u;

/** Sign-in and scopes; no other request. `null` in it: the vendor does not state the scopes of its tokens. */
export async function diagnoseScopes(
  api: ApiClient,
  needed: readonly string[],
  context: CallContext,
  opens: Opens = (granted, wanted) => granted === wanted,
): Promise<SourceDiagnosis> {
  const granted = await api.grantedScopes(context);
  return {
    signIn: 'ok',
    tokenLifetimeSeconds: await api.tokenLifetimeSeconds(context),
    organisationDivisions: [],
    // Such contracts leave out hidden records without a word, so that nobody can tell them from none.
    grantedDivisionIds: null,
    permissions: needed.map((permission) => ({
      permission,
      held: granted?.some((scope) => opens(scope, permission)) ?? null,
    })),
    excessPermissions: granted?.filter((scope) => excess.test(scope)) ?? null,
    allowance: api.allowance(),
  };
}
