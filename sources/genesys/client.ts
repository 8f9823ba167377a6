/** The HTTP client of a Genesys Cloud connection, with its sign-in and its share of the client id's allowance. */
import { createApiClient, type ApiClient } from '../http/apiClient.js';
import { budgetFor, type BudgetGate } from '../http/budgetGate.js';
import { basicForm, bodyForm, createTokenSource, jsonForm, type SignInForm } from '../http/tokenSource.js';
import { genesysDialect, remainingDialect, type VendorDialect } from '../http/vendorDialect.js';
import { endpointsOf, type Endpoints } from './regions.js';

/** How credentials are sent to the sign-in. */
export type SignInName = 'basic' | 'form' | 'json';

export interface GenesysClientOptions {
  /** Name of the connection, for messages. */
  connection: string;
  /** Default published. */
  contract?: 'published' | 'guide';
  /** Default: what the contract names first, basic for the published one and form for that of the guides. */
  signIn?: SignInName | undefined;
  /** Metrics have an allowance of their own under the guide contract. Default records. */
  reads?: 'records' | 'metrics';
  /** AWS region of the organisation; or both URLs. */
  region: string | undefined;
  apiUrl: string | undefined;
  loginUrl: string | undefined;
  clientId: string;
  clientSecret: string;
  tokenRefreshMarginSeconds: number;
  /** Assumed until the vendor states its own. */
  allowance: { requests: number; windowSeconds: number };
}

interface Contract {
  dialect: VendorDialect;
  signIn: SignInName;
  /** Without a URL of its own, the sign-in is where the API is. */
  oneOrigin: boolean;
  /** Where metrics are counted apart, what is assumed of them. */
  metricsAllowance?: { requests: number; windowSeconds: number };
}

const contracts: Record<'published' | 'guide', Contract> = {
  published: { dialect: genesysDialect, signIn: 'basic', oneOrigin: false },
  guide: {
    dialect: remainingDialect('Genesys Cloud', 'inin-correlation-id'),
    signIn: 'form',
    oneOrigin: true,
    metricsAllowance: { requests: 100, windowSeconds: 60 },
  },
};

/**
 * No scopes are asked for: a token then has all that the client was granted, so that a scope that one stream lacks
 * fails that stream alone, by name, and not the sign-in of all.
 */
const signInForms: Record<SignInName, SignInForm> = { basic: basicForm, form: bodyForm, json: jsonForm };

/** @throws TidemarkError InvalidConfig for an unknown region or a URL that is not secure. */
export function createGenesysClient(options: GenesysClientOptions): ApiClient {
  const { connection, clientId, clientSecret } = options;
  const contract = contracts[options.contract ?? 'published'];
  const { dialect } = contract;
  const { apiUrl, loginUrl } = endpointsFor(options, contract);
  return createApiClient({
    connection,
    baseUrl: apiUrl,
    dialect,
    budget: budgetOf(options, contract, new URL(apiUrl).host),
    tokenSource: createTokenSource({
      connection,
      url: new URL('/oauth/token', loginUrl).href,
      credentials: { clientId, clientSecret },
      dialect,
      form: signInForms[options.signIn ?? contract.signIn],
      refreshMarginSeconds: options.tokenRefreshMarginSeconds,
    }),
  });
}

function endpointsFor(options: GenesysClientOptions, { oneOrigin }: Contract): Endpoints {
  if (!oneOrigin || options.loginUrl !== undefined) return endpointsOf(options);
  const { apiUrl } = endpointsOf({ ...options, loginUrl: options.apiUrl });
  return { apiUrl, loginUrl: apiUrl };
}

/** The vendor counts by client id: connections that share one share the gate. */
function budgetOf(options: GenesysClientOptions, contract: Contract, host: string): BudgetGate {
  const { clientId, reads, allowance } = options;
  if (reads === 'metrics' && contract.metricsAllowance !== undefined) {
    return budgetFor(`${host} ${clientId} metrics`, contract.metricsAllowance);
  }
  return budgetFor(`${host} ${clientId}`, allowance);
}
