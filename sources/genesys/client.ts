/** The HTTP client of a Genesys Cloud connection, with its sign-in and its share of the client id's allowance. */
import { createApiClient, type ApiClient } from '../http/apiClient.js';
import { budgetFor, type BudgetGate } from '../http/budgetGate.js';
import { createTokenSource } from '../http/tokenSource.js';
import { genesysDialect } from '../http/vendorDialect.js';
import { endpointsOf } from './regions.js';

export interface GenesysClientOptions {
  /** Name of the connection, for messages. */
  connection: string;
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

/** @throws TidemarkError InvalidConfig for an unknown region or a URL that is not secure. */
export function createGenesysClient(options: GenesysClientOptions): ApiClient {
  const { connection, clientId, clientSecret } = options;
  const { apiUrl, loginUrl } = endpointsOf(options);
  // The vendor counts by client id: connections that share one share the gate.
  const budget: BudgetGate = budgetFor(`${new URL(apiUrl).host} ${clientId}`, options.allowance);
  return createApiClient({
    connection,
    baseUrl: apiUrl,
    dialect: genesysDialect,
    budget,
    tokenSource: createTokenSource({
      connection,
      url: new URL('/oauth/token', loginUrl).href,
      credentials: { clientId, clientSecret },
      dialect: genesysDialect,
      refreshMarginSeconds: options.tokenRefreshMarginSeconds,
    }),
  });
}
