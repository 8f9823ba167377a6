/** The clients and sources of a connection to NICE CXone. */
import { createDataExtractionClient } from '../sources/cxone/data-extraction/client.js';
import { createDataExtractionSource } from '../sources/cxone/data-extraction/source.js';
import { createCxoneGuideClient } from '../sources/cxone/guide/client.js';
import { createCxoneGuideSource } from '../sources/cxone/guide/source.js';
import type { CxoneGuideStream } from '../sources/cxone/guide/streams.js';
import type { CxoneGuideConnection, DataExtractionConnection } from './cxoneConnection.js';
import type { OpenConnection } from './openSources.js';

export function openDataExtraction(name: string, connection: DataExtractionConnection): OpenConnection {
  const { signIn, issuer, area, apiUrl, loginUrl, allowedHosts, streams } = connection;
  const client = createDataExtractionClient({
    ...{ connection: name, signIn, issuer, area, apiUrl, loginUrl, allowedHosts },
    clientId: connection.clientId,
    clientSecret: connection.clientSecret,
    accessKeyId: connection.accessKeyId,
    accessKeySecret: connection.accessKeySecret,
    tokenRefreshMarginSeconds: (connection.tokenRefreshMargin ?? 60_000) / 1_000,
  });
  return { source: () => createDataExtractionSource(client, streams.evaluations?.entities) };
}

export function openCxoneGuide(name: string, connection: CxoneGuideConnection): OpenConnection {
  const { apiUrl, loginUrl, clientId, clientSecret, signIn, allowance } = connection;
  const api = createCxoneGuideClient({
    ...{ connection: name, apiUrl, loginUrl, clientId, clientSecret, signIn },
    tokenRefreshMarginSeconds: connection.tokenRefreshMargin / 1_000,
    allowance: { requests: allowance.requests, windowSeconds: allowance.window / 1_000 },
  });
  return { source: (stream) => createCxoneGuideSource(api, streamIn(connection, stream)) };
}

function streamIn({ streams }: CxoneGuideConnection, stream: string): CxoneGuideStream {
  const { assessments, feedback } = streams;
  if (stream === 'assessments' && assessments) {
    const { sites, queues } = assessments;
    return { name: stream, sites, queues };
  }
  return { name: 'feedback', sites: feedback?.sites ?? 'all' };
}
