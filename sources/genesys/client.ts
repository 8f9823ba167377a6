/** The HTTP client of a Genesys Cloud connection, with its sign-in and its share of the client id's allowance. */
import type { ApiClient } from '../http/apiClient.js';
import { createCredentialsClient, type SignInName } from '../http/credentialsClient.js';
import { genesysDialect, remainingDialect, type VendorDialect } from '../http/vendorDialect.js';
import { endpointsOf, type Endpoints } from './regions.js';

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

/** @throws TidemarkError InvalidConfig for an unknown region or a URL that is not secure. */
export function createGenesysClient(options: GenesysClientOptions): ApiClient {
  const contract = contracts[options.contract ?? 'published'];
  const { apiUrl, loginUrl } = endpointsFor(options, contract);
  return createCredentialsClient({
    ...options,
    dialect: contract.dialect,
    apiUrl,
    loginUrl,
    signIn: options.signIn ?? contract.signIn,
    ...countingOf(options, contract),
  });
}

function endpointsFor(options: GenesysClientOptions, { oneOrigin }: Contract): Endpoints {
  if (!oneOrigin || options.loginUrl !== undefined) return endpointsOf(options);
  const { apiUrl } = endpointsOf({ ...options, loginUrl: options.apiUrl });
  return { apiUrl, loginUrl: apiUrl };
}

function countingOf({ reads, allowance }: GenesysClientOptions, { metricsAllowance }: Contract) {
  return reads === 'metrics' && metricsAllowance !== undefined
    ? { allowance: metricsAllowance, countedApart: 'metrics' }
    : { allowance };
}
