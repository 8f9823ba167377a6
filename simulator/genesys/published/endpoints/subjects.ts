import type { Division } from '../../../organisation/vendorModels.js';
import type { Handlers } from '../call.js';
import { formatInstant } from '../../../common/instants.js';

/** Who asks, and what they may do where. */
export const subjects: Handlers = {
  getAuthorizationSubjectsMe: ({ api, client, query }) => {
    query.flag('includeDuplicates');
    const { clientId, divisionIds, permissions } = client;
    const role = {
      id: `${clientId}-role`,
      name: 'Exporter',
      description: 'Everything the client may do',
      policies: policiesOf(permissions),
      default: false,
      selfUri: `/api/v2/authorization/roles/${clientId}-role`,
    };
    const granted =
      divisionIds === 'all'
        ? [everywhere]
        : api.organisation
            .divisions()
            .filter(({ id }) => divisionIds.has(id))
            .map(renderDivision);
    return {
      id: clientId,
      name: clientId,
      grants: granted.map((division) => ({
        subjectId: clientId,
        division,
        role,
        grantMadeAt: formatInstant(api.organisation.options.from),
      })),
      version: 1,
      selfUri: `/api/v2/authorization/subjects/${clientId}`,
    };
  },
};

/** How the vendor writes a grant in all divisions. */
const everywhere = { id: '*', name: '*', description: 'All divisions', homeDivision: false };

function renderDivision({ id, name, description, homeDivision }: Division) {
  return { id, name, description, homeDivision, selfUri: `/api/v2/authorization/divisions/${id}` };
}

/** Permissions are `domain:entity:action`; a policy joins the actions on one entity. */
function policiesOf(permissions: ReadonlySet<string>) {
  const policies = new Map<string, { domain: string; entityName: string; actions: string[] }>();
  for (const permission of permissions) {
    const [domain = '', entityName = '', action] = permission.split(':');
    // That of another vendor's contract.
    if (action === undefined) continue;
    const key = `${domain}:${entityName}`;
    const policy = policies.get(key) ?? { domain, entityName, actions: [] };
    policy.actions.push(action);
    policies.set(key, policy);
  }
  return [...policies.values()];
}
