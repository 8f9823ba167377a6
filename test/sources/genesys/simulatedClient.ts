import type { Simulator } from '../../../simulator/server.js';
import { createGenesysClient } from '../../../sources/genesys/client.js';
import type { ApiClient } from '../../../sources/http/apiClient.js';

/** The real client of a simulated organisation, with an allowance that no test uses up. */
export function clientOfSimulator(
  simulator: Pick<Simulator, 'apiUrl' | 'loginUrl' | 'clientId' | 'clientSecret'>,
): ApiClient {
  const { apiUrl, loginUrl, clientId, clientSecret } = simulator;
  return createGenesysClient({
    ...{ connection: 'acme', contract: 'published', signIn: undefined, reads: 'records' },
    ...{ region: undefined, apiUrl, loginUrl, clientId, clientSecret },
    tokenRefreshMarginSeconds: 60,
    allowance: { requests: 1_000_000, windowSeconds: 60 },
  });
}
