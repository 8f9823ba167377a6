import { TidemarkError } from '../model/errors.js';
import { createGenesysClient } from '../sources/genesys/client.js';
import { createGuideMetrics } from '../sources/genesys/guide/metrics.js';
import { createGuideSource } from '../sources/genesys/guide/source.js';
import { createPublishedMetrics } from '../sources/genesys/published/metrics.js';
import { createPublishedSource } from '../sources/genesys/published/source.js';
import type { GenesysStream } from '../sources/genesys/streams.js';
import type { ApiClient } from '../sources/http/apiClient.js';
import type { MetricsSource } from '../sources/metricsSource.js';
import type { Source } from '../sources/source.js';
import type { Configuration, ConnectionConfiguration } from './configuration.js';
import type { MetricsConfiguration, StreamConfiguration, StreamName } from './streamConfiguration.js';

/** The connection of a name. @throws TidemarkError InvalidConfig listing the names there are. */
export function connectionOf(configuration: Configuration, name: string): ConnectionConfiguration {
  const connection = configuration.connections[name];
  if (connection === undefined) {
    throw new TidemarkError('InvalidConfig', `There is no connection "${name}".`, {
      remedy: `Configured connections: ${Object.keys(configuration.connections).join(', ')}.`,
    });
  }
  return connection;
}

/** A stream that is loaded by intervals. @throws TidemarkError InvalidConfig listing the streams there are. */
export function streamOf(
  configuration: Configuration,
  connection: string,
  stream: string,
): StreamConfiguration {
  return loadedStream(connection, stream, connectionOf(configuration, connection).streams);
}

/** A stream that is reconciled with its source. @throws TidemarkError InvalidConfig when it is not. */
export function reconciledStreamOf(
  configuration: Configuration,
  connection: string,
  stream: string,
): StreamConfiguration & Required<Pick<StreamConfiguration, 'reconcile'>> {
  const { reconcile, ...found } = streamOf(configuration, connection, stream);
  if (reconcile === undefined) {
    throw new TidemarkError('InvalidConfig', `Stream "${stream}" of "${connection}" holds no evaluations.`, {
      remedy: 'Reconciliation, visibility and re-extraction are about evaluations or assessments.',
    });
  }
  return { ...found, reconcile };
}

/** The metrics of a connection. @throws TidemarkError InvalidConfig when none are configured. */
export function metricsOf(configuration: Configuration, connection: string): MetricsConfiguration {
  const { metrics } = connectionOf(configuration, connection).streams;
  if (metrics === undefined) {
    throw new TidemarkError('InvalidConfig', `Connection "${connection}" has no stream "metrics".`, {
      remedy: `Add it under connections.${connection}.streams, with the time zone of the business day.`,
    });
  }
  return metrics;
}

function loadedStream(
  connection: string,
  stream: string,
  { metrics, ...loaded }: ConnectionConfiguration['streams'],
): StreamConfiguration {
  if (stream === 'metrics' && metrics !== undefined) {
    throw new TidemarkError(
      'InvalidConfig',
      `Stream "metrics" of "${connection}" is polled, not loaded by intervals.`,
      { remedy: `Use "tidemark poll ${connection}", or its schedule.` },
    );
  }
  const found = loaded[stream as Exclude<StreamName, 'metrics'>];
  if (found === undefined) {
    throw new TidemarkError('InvalidConfig', `Connection "${connection}" has no stream "${stream}".`, {
      remedy: `Configured streams: ${Object.keys(loaded).join(', ') || 'none'}.`,
    });
  }
  return found;
}

export interface OpenSources {
  /** The source of a stream that is loaded by intervals. */
  source(connection: string, stream: string): Source;
  metrics(connection: string): MetricsSource;
}

/** Opens the source of each stream once for a process; tokens and budgets live in the clients they share. */
export function openSources(configuration: Configuration): OpenSources {
  const open = new Map<string, Source>();
  const openedMetrics = new Map<string, MetricsSource>();
  const clients = openClients();
  const sourceOf = (name: string, stream: string): Source => {
    const key = `${name}/${stream}`;
    let source = open.get(key);
    if (source === undefined) {
      const connection = connectionOf(configuration, name);
      source = openSource(
        clients(name, connection, stream),
        connection,
        genesysStream(name, stream, connection),
      );
      open.set(key, source);
    }
    return source;
  };
  return {
    source: sourceOf,
    metrics: (name) => {
      const settings = metricsOf(configuration, name);
      let metrics = openedMetrics.get(name);
      if (metrics === undefined) {
        const connection = connectionOf(configuration, name);
        metrics = openMetrics(clients(name, connection, 'metrics'), connection, settings);
        openedMetrics.set(name, metrics);
      }
      return metrics;
    },
  };
}

function openMetrics(
  api: ApiClient,
  { api: contract }: ConnectionConfiguration,
  settings: MetricsConfiguration,
): MetricsSource {
  return contract === 'published' ? createPublishedMetrics(api, settings) : createGuideMetrics(api);
}

function openSource(
  api: ApiClient,
  { api: contract }: ConnectionConfiguration,
  stream: GenesysStream,
): Source {
  return contract === 'published' ? createPublishedSource(api, stream) : createGuideSource(api, stream);
}

function genesysStream(name: string, stream: string, connection: ConnectionConfiguration): GenesysStream {
  const { conversations } = loadedStream(name, stream, connection.streams);
  const { evaluations, assessments, csat, feedback } = connection.streams;
  if (stream === 'evaluations' && evaluations) {
    return { name: stream, discovery: evaluations.discovery, conversations };
  }
  if (stream === 'assessments' && assessments) {
    return { name: stream, divisions: assessments.divisions, conversations };
  }
  if (stream === 'csat' && csat) {
    const { label, questionIds, interactionTypes } = csat;
    return { name: stream, label, questionIds, interactionTypes, conversations };
  }
  if (stream === 'feedback' && feedback) return { name: stream, deleted: feedback.deleted, conversations };
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
function openClients() {
  const clients = new Map<string, ApiClient>();
  return (name: string, connection: ConnectionConfiguration, stream: string): ApiClient => {
    const margin = connection.tokenRefreshMargin ?? defaultMargins[stream] ?? 60_000;
    const reads = stream === 'metrics' ? 'metrics' : 'records';
    const key = `${name}/${margin}/${reads}`;
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
