import { createGenesysClient } from '../../../sources/genesys/client.js';
import { createEvaluationsSource } from '../../../sources/genesys/published/evaluationsSource.js';

/** Evaluations of a connection that nobody answers, for what a source can say without asking. */
export const offlineSource = () =>
  createEvaluationsSource(
    createGenesysClient({
      connection: 'emea',
      region: undefined,
      apiUrl: 'http://127.0.0.1:1',
      loginUrl: 'http://127.0.0.1:1',
      clientId: 'client-1',
      clientSecret: 'secret-1',
      tokenRefreshMarginSeconds: 60,
      allowance: { requests: 300, windowSeconds: 60 },
    }),
  );
