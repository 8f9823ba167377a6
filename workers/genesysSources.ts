/** The clients and sources of a connection to Genesys Cloud. */
import { createGenesysClient } from '../sources/genesys/client.js';
import { createGuideMetrics } from '../sources/genesys/guide/metrics.js';
import { createGuideSource } from '../sources/genesys/guide/source.js';
import { createPublishedMetrics } from '../sources/genesys/published/metrics.js';
import { createPublishedSource } from '../sources/genesys/published/source.js';
import type { GenesysStream } from '../sources/genesys/streams.js';
import type { ApiClient } from '../sources/http/apiClient.js';
import type { GenesysConnection } from './genesysConnection.js';
import type { OpenConnection } from './openSources.js';

export function openGenesys(name: string, connection: GenesysConnection): OpenConnection {
  const clientOf = openClients(name, connection);
  const isPublished = connection.api === 'published';
  return {
    source: (stream) => {
      const api = clientOf(stream);
      const settings = streamIn(connection, stream);
      return isPublished ? createPublishedSource(api, settings) : createGuideSource(api, settings);
    },
    metrics: (settings) => {
      const api = clientOf('metrics');
      return isPublished ? createPublishedMetrics(api, settings) : createGuideMetrics(api);
    },
  };
}

function streamIn({ streams }: GenesysConnection, stream: string): GenesysStream {
  const { evaluations, assessments, csat, feedback } = streams;
  if (stream === 'evaluations' && evaluations) {
    const { discovery, conversations } = evaluations;
    return { name: stream, discovery, conversations };
  }
  if (stream === 'assessments' && assessments) {
    const { divisions, conversations } = assessments;
    return { name: stream, divisions, conversations };
  }
  if (stream === 'csat' && csat) {
    const { label, questionIds, interactionTypes, conversations } = csat;
    return { name: stream, label, questionIds, interactionTypes, conversations };
  }
  if (stream === 'feedback' && feedback) {
    const { deleted, divisions, conversations } = feedback;
    return { name: stream, deleted, divisions, conversations };
  }
  return { name: 'divisions' };
}

/** How long before its end a token is replaced, milliseconds, where the configuration does not say. */
const defaultMargins: Partial<Record<string, number>> = {
  metrics: 5 * 60_000,
  assessments: 15 * 60_000,
  feedback: 15 * 60_000,
};

/**
 * One client, and so one token, for all streams of a connection that replace it equally early. Metrics have one of
 * their own, as a contract may count them apart.
 */
function openClients(name: string, connection: GenesysConnection) {
  const clients = new Map<string, ApiClient>();
  return (stream: string): ApiClient => {
    const margin = connection.tokenRefreshMargin ?? defaultMargins[stream] ?? 60_000;
    const reads = stream === 'metrics' ? 'metrics' : 'records';
    const key = `${margin}/${reads}`;
    let client = clients.get(key);
    if (client === undefined) {
      client = createGenesysClient({
        connection: name,
        contract: connection.api,
        signIn: connection.signIn,
        reads,
        region: connection.region,
        apiUrl: connection.apiUrl,
        loginUrl: connection.loginUrl,
        clientId: connection.clientId,
        clientSecret: connection.clientSecret,
        tokenRefreshMarginSeconds: margin / 1_000,
        allowance: {
          requests: connection.allowance.requests,
          windowSeconds: connection.allowance.window / 1_000,
        },
      });
      clients.set(key, client);
    }
    return client;
  };
}
