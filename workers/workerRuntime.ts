/**
 * What a process that works has from Temporal's SDK, apart from the workers themselves: commands that only ask do
 * without it, as its native library takes a quarter of a second to load.
 */
import { DefaultLogger, NativeConnection, Runtime, type LogEntry } from '@temporalio/worker';
import { TidemarkError } from '../model/errors.js';
import type { Logger } from './log.js';
import { temporalProxy } from './temporalProxy.js';
import { unlessUnreachable, type TemporalTarget } from './temporalTarget.js';

/**
 * Sets the process-wide runtime; must come before any connection of a worker.
 * @throws TidemarkError InvalidConfig when metrics cannot be served at the address
 */
export function installRuntime(log: Logger, metricsAddress?: string): void {
  const common = { logger: temporalLogger(log), shutdownSignals: [] };
  if (metricsAddress === undefined) {
    Runtime.install(common);
    return;
  }
  try {
    Runtime.install({
      ...common,
      telemetryOptions: { metrics: { prometheus: { bindAddress: metricsAddress } } },
    });
  } catch (cause) {
    throw new TidemarkError('InvalidConfig', `Metrics cannot be served at "${metricsAddress}".`, {
      remedy: 'Give --metrics an IP address of this machine and a free port, e.g. 127.0.0.1:9464.',
      cause,
    });
  }
}

/** @throws TidemarkError InvalidConfig naming the address when the cluster cannot be reached. */
export async function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  const { worker } = temporalProxy(target.address);
  return unlessUnreachable(target, NativeConnection.connect({ ...target.connectionOptions, ...worker }));
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Warnings about what is meant to be so: two of the three task queues have activities only. */
const expected = ['No workflows registered'];

/** Temporal's log lines go into the same log. */
function temporalLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('INFO', (entry: LogEntry) => {
    const { message, meta } = entry;
    // Retries of a rate-limited or failing vendor are expected; they are in the UI and in the retry policy.
    const level = expected.some((start) => message.startsWith(start))
      ? 'debug'
      : (levels[entry.level as keyof typeof levels] ?? 'info');
    const { error, ...fields } = (meta ?? {}) as { error?: unknown } & Record<string, unknown>;
    log[level](error instanceof Error ? { ...fields, error: error.message } : fields, message);
  });
}
