import { notFound } from '../../../common/apiError.js';
import { enumOf } from '../contract/contract.js';
import { tokenLimit } from '../../../common/access.js';
import type { Handlers } from '../call.js';

/** The values the simulator itself keeps to, and some the vendor documents; the rest of a real list is longer. */
function limitsOf(namespace: string, requestsPerMinute: number) {
  const values: Record<string, Record<string, number>> = {
    'platform.api': {
      [tokenLimit.key]: requestsPerMinute,
      'token.rate.per.minute': requestsPerMinute,
      'org.app.user.rate.per.minute': 300,
      'org.user.rate.per.minute': 3000,
      'request.bytes.max': 512_000,
    },
  };
  const entities = Object.entries(values[namespace] ?? {}).map(([key, value]) => ({ key, namespace, value }));
  return { entities };
}

/** The limits of the organisation, which a client is meant to read instead of assuming them. */
export const organisationLimits: Handlers = {
  getOrganizationsLimitsDocs: () => ({
    url: 'https://developer.genesys.cloud/organization/organization/limits',
  }),

  getOrganizationsLimitsNamespaces: ({ query }) => {
    const page = query.page({ default: 100, max: 500 });
    const names = enumOf('Limit', 'namespace');
    return { entities: names.slice((page.number - 1) * page.size, page.number * page.size) };
  },

  getOrganizationsLimitsNamespace: ({ path, api }) => {
    checkNamespace(path('namespaceName'));
    return limitsOf(path('namespaceName'), perMinute(api.rateLimits.allowance));
  },

  getOrganizationsLimitsNamespaceDefaults: ({ path }) => {
    checkNamespace(path('namespaceName'));
    return limitsOf(path('namespaceName'), 300);
  },
};

function perMinute(allowance: { requests: number; windowSeconds: number }): number {
  return Math.round((allowance.requests * 60) / allowance.windowSeconds);
}

function checkNamespace(name: string): void {
  if (!enumOf('Limit', 'namespace').includes(name)) throw notFound('namespace', name);
}
