/** What `tidemark doctor` asks of an organisation. Every question is read-only and as small as it can be. */
import { TidemarkError } from '../../../model/errors.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, SourceDiagnosis } from '../../source.js';
import { allDivisions, grantedDivisions } from './directory.js';
import { dateRange } from './passes.js';
import { isRefusal } from './refusal.js';
import { aggregateResponseSchema } from './aggregateSchemas.js';
import { limitsSchema, listingSchema, searchResponseSchema } from './schemas.js';

/** Permissions that the streams need, each with the cheapest question that the vendor refuses without it. */
const probes: Readonly<Record<string, (api: ApiClient, context: CallContext) => Promise<unknown>>> = {
  'quality:evaluation:searchAny': (api, context) =>
    api.call(
      {
        method: 'POST',
        path: '/api/v2/quality/evaluations/search',
        body: {
          query: [dateRange('submittedDate', Date.now() - 1_000, Date.now())],
          pageNumber: 1,
          pageSize: 1,
        },
        schema: searchResponseSchema,
        repeatable: true,
      },
      context,
    ),
  'quality:evaluation:view': (api, context) =>
    probeById(api, context, '/api/v2/quality/conversations/{}/evaluations/{}'),
  'quality:evaluationForm:view': (api, context) =>
    api.call(listing('/api/v2/quality/forms/evaluations'), context),
  'quality:calibration:view': (api, context) =>
    probeById(api, context, '/api/v2/quality/calibrations/{}?conversationId={}'),
  'analytics:evaluationAggregate:view': (api, context) => {
    const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    return api.call(
      {
        method: 'POST',
        path: '/api/v2/analytics/evaluations/aggregates/query',
        body: {
          interval: `${new Date(now - 3_600_000).toISOString()}/${new Date(now).toISOString()}`,
          alternateTimeDimension: 'eventTime',
          metrics: ['nEvaluations'],
        },
        schema: aggregateResponseSchema,
        repeatable: true,
      },
      context,
    );
  },
  'routing:queue:view': (api, context) => api.call(listing('/api/v2/routing/queues'), context),
};

export const neededPermissions = Object.keys(probes);

/** A record that cannot exist: the vendor checks the permission before it looks. */
const nobody = '00000000-0000-4000-8000-000000000000';

function probeById(api: ApiClient, context: CallContext, template: string) {
  return api.find(
    {
      method: 'GET',
      path: template.replaceAll('{}', nobody),
      template,
      schema: limitsSchema,
      repeatable: true,
    },
    context,
  );
}

function listing(path: string) {
  return { method: 'GET' as const, path, query: { pageSize: 1 }, schema: listingSchema, repeatable: true };
}

export async function diagnose(api: ApiClient, context: CallContext): Promise<SourceDiagnosis> {
  const tokenLifetimeSeconds = await api.tokenLifetimeSeconds(context);
  const permissions: SourceDiagnosis['permissions'] = [];
  for (const [permission, probe] of Object.entries(probes)) {
    permissions.push({ permission, held: await isHeld(() => probe(api, context)) });
  }
  const granted = await grantedDivisions(api, context);
  return {
    signIn: 'ok',
    tokenLifetimeSeconds,
    organisationDivisions: await allDivisions(api, context),
    grantedDivisionIds: granted === null ? null : [...granted],
    permissions,
    excessPermissions: null,
    allowance: (await statedAllowance(api, context)) ?? api.allowance(),
  };
}

async function isHeld(probe: () => Promise<unknown>): Promise<boolean | null> {
  try {
    await probe();
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
