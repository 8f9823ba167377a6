import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * The process log: JSON lines on standard error, as standard output belongs to results. Fields that could hold a
 * secret are removed, whoever logs them.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['clientSecret', 'authorization', '*.clientSecret', '*.authorization', '*.access_token'],
        remove: true,
      },
    },
    pino.destination(2),
  );
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Warnings about what is meant to be so: two of the three task queues have activities only. */
const expected = ['No workflows registered'];

/** Temporal's log lines go into the same log. */
export function temporalLogger(log: Logger): DefaultLogger {
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
