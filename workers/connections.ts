/** What the configuration says of connections and their streams, by name. */
import { TidemarkError } from '../model/errors.js';
import type { Configuration, ConnectionConfiguration } from './configuration.js';
import type { MetricsConfiguration, StreamConfiguration } from './streamConfiguration.js';

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
export function streamOf(configuration: Configuration, name: string, stream: string): StreamConfiguration {
  const connection = connectionOf(configuration, name);
  const { metrics, ...loaded } = connection.streams;
  if (stream === 'metrics' && metrics !== undefined) {
    throw new TidemarkError(
      'InvalidConfig',
      `Stream "${stream}" of "${name}" is polled, not loaded by intervals.`,
      { remedy: `Use "tidemark poll ${name}", or its schedule.` },
    );
  }
  const found = Object.entries(loaded).find(([known]) => known === stream)?.[1];
  if (found === undefined) {
    throw new TidemarkError('InvalidConfig', `Connection "${name}" has no stream "${stream}".`, {
      remedy: `Configured streams: ${Object.keys(loaded).join(', ') || 'none'}.`,
    });
  }
  const holdsEvaluations = stream === 'evaluations' || stream === 'assessments';
  return {
    ...found,
    holdsEvaluations,
    // Lists of the guide contracts can be asked for by division or site, and carry the labels of scorecards.
    auditsVisibility: holdsEvaluations || (connection.api === 'guide' && stream !== 'divisions'),
    ...('jobs' in connection ? { jobs: connection.jobs } : {}),
  };
}

type Reconciled = StreamConfiguration & Required<Pick<StreamConfiguration, 'reconcile'>>;

/** A stream that is reconciled with its source. @throws TidemarkError InvalidConfig when it is not. */
export function reconciledStreamOf(configuration: Configuration, name: string, stream: string): Reconciled {
  const { reconcile, ...found } = streamOf(configuration, name, stream);
  if (reconcile === undefined) {
    throw new TidemarkError('InvalidConfig', `Stream "${stream}" of "${name}" is not reconciled.`, {
      remedy: 'Evaluations and assessments are, and feedback where deleted entries give no other sign.',
    });
  }
  return { ...found, reconcile };
}

/** A stream of evaluations. @throws TidemarkError InvalidConfig when it holds anything else. */
export function evaluationsOf(
  configuration: Configuration,
  name: string,
  stream: string,
): StreamConfiguration {
  const found = streamOf(configuration, name, stream);
  if (!found.holdsEvaluations) {
    throw new TidemarkError('InvalidConfig', `Stream "${stream}" of "${name}" holds no evaluations.`, {
      remedy: 'Re-extraction is about evaluations or assessments.',
    });
  }
  return found;
}

/** A stream that can be asked what it leaves out. @throws TidemarkError InvalidConfig when it cannot. */
export function auditedStreamOf(
  configuration: Configuration,
  name: string,
  stream: string,
): StreamConfiguration {
  const found = streamOf(configuration, name, stream);
  if (!found.auditsVisibility) {
    throw new TidemarkError(
      'InvalidConfig',
      `Stream "${stream}" of "${name}" does not tell what is hidden of it.`,
      { remedy: 'Evaluations and assessments do, and with "api: guide" feedback and csat.' },
    );
  }
  return found;
}

/** The metrics of a connection. @throws TidemarkError InvalidConfig when none are configured. */
export function metricsOf(configuration: Configuration, name: string): MetricsConfiguration {
  const { vendor, streams } = connectionOf(configuration, name);
  const { metrics } = streams;
  if (metrics === undefined) {
    throw new TidemarkError('InvalidConfig', `Connection "${name}" has no stream "metrics".`, {
      remedy:
        vendor === 'cxone'
          ? 'No contract of NICE CXone has one; the views reckon scores from evaluations.'
          : `Add it under connections.${name}.streams, with the time zone of the business day.`,
    });
  }
  return metrics;
}
