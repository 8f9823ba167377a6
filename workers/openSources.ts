/** Opens what streams are read from, each once for a process; tokens and budgets live in the clients they share. */
import type { MetricsSource } from '../sources/metricsSource.js';
import type { Source } from '../sources/source.js';
import type { Configuration, ConnectionConfiguration } from './configuration.js';
import { connectionOf, metricsOf, streamOf } from './connections.js';
import { openDataExtraction, openCxoneGuide } from './cxoneSources.js';
import { openGenesys } from './genesysSources.js';
import type { MetricsConfiguration } from './streamConfiguration.js';

/** A connection whose clients are made when they are needed. */
export interface OpenConnection {
  source(stream: string): Source;
  /** Absent where the contract has no metrics. */
  metrics?(settings: MetricsConfiguration): MetricsSource;
}

export interface OpenSources {
  /** The source of a stream that is loaded by intervals. */
  source(connection: string, stream: string): Source;
  metrics(connection: string): MetricsSource;
}

export function openSources(configuration: Configuration): OpenSources {
  const connections = new Map<string, OpenConnection>();
  const sources = new Map<string, Source>();
  const metrics = new Map<string, MetricsSource>();
  const open = (name: string): OpenConnection =>
    kept(connections, name, () => openConnection(name, connectionOf(configuration, name)));
  return {
    source: (name, stream) => {
      // Says so where there is no such stream.
      streamOf(configuration, name, stream);
      return kept(sources, `${name}/${stream}`, () => open(name).source(stream));
    },
    metrics: (name) => {
      const settings = metricsOf(configuration, name);
      return kept(metrics, name, () => {
        const opened = open(name).metrics?.(settings);
        if (opened === undefined) throw new Error(`the contract of ${name} has no metrics`);
        return opened;
      });
    },
  };
}

function openConnection(name: string, connection: ConnectionConfiguration): OpenConnection {
  if (connection.vendor === 'genesys') return openGenesys(name, connection);
  return connection.api === 'guide' ? openCxoneGuide(name, connection) : openDataExtraction(name, connection);
}

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key) ?? make();
  all.set(key, known);
  return known;
}
