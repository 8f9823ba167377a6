/** The client of the guide contract against a server that answers as a test scripts it. */
import { createGenesysClient, type GenesysClientOptions } from '../../../sources/genesys/client.js';
import { serveApi, type Answering, type Asked, type Served } from '../http/servedApi.js';

export type { Answering, Asked, Served } from '../http/servedApi.js';

export async function serveGuide(
  answer: Answering,
  options: Partial<GenesysClientOptions> & { token?: object; gateway?: string } = {},
): Promise<Served> {
  const { token, gateway, ...clientOptions } = options;
  const clientOf = (apiUrl: string) =>
    createGenesysClient({
      connection: 'acme',
      contract: 'guide',
      region: undefined,
      apiUrl,
      loginUrl: undefined,
      clientId: 'client-1',
      clientSecret: 'secret-1',
      tokenRefreshMarginSeconds: 60,
      allowance: { requests: 1_000_000, windowSeconds: 60 },
      ...clientOptions,
    });
  return serveApi(answer, clientOf, token, gateway);
}

export const evaluationsPath = '/api/v2/quality/evaluations';
export const recalculatePath = `${evaluationsPath}/recalculate`;

/** Says of each id that its score is final. */
export const completed = ({ query }: Asked) => ({
  entities: (query['evaluationId'] ?? '')
    .split(',')
    .map((evaluationId) => ({ evaluationId, status: 'completed' })),
});
