import { TidemarkError } from '../model/errors.js';
import { createGenesysPublishedSource } from '../sources/genesys/published/source.js';
import type { Source } from '../sources/source.js';
import type {
  Configuration,
  ConnectionConfiguration,
  StreamConfiguration,
  StreamName,
} from './configuration.js';

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

/** A configured stream of a connection. @throws TidemarkError InvalidConfig listing the streams there are. */
export function streamOf(
  configuration: Configuration,
  connection: string,
  stream: string,
): StreamConfiguration {
  const { streams } = connectionOf(configuration, connection);
  const found = streams[stream as StreamName];
  if (found === undefined) {
    throw new TidemarkError('InvalidConfig', `Connection "${connection}" has no stream "${stream}".`, {
      remedy: `Configured streams: ${Object.keys(streams).join(', ') || 'none'}.`,
    });
  }
  return found;
}

/** Opens each connection's source once for a process, as token and budget live in it. */
export function openSources(configuration: Configuration): (connection: string) => Source {
  const open = new Map<string, Source>();
  return (name) => {
    let source = open.get(name);
    if (source === undefined) {
      source = openSource(name, connectionOf(configuration, name));
      open.set(name, source);
    }
    return source;
  };
}

function openSource(name: string, connection: ConnectionConfiguration): Source {
  return createGenesysPublishedSource({
    connection: name,
    region: connection.region,
    apiUrl: connection.apiUrl,
    loginUrl: connection.loginUrl,
    clientId: connection.clientId,
    clientSecret: connection.clientSecret,
    tokenRefreshMarginSeconds: connection.tokenRefreshMargin / 1_000,
    allowance: {
      requests: connection.allowance.requests,
      windowSeconds: connection.allowance.window / 1_000,
    },
  });
}
